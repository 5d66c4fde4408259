"""The record of a task: from the plan's JSON any process makes the same task again."""

import json
from dataclasses import replace

import pytest

from radpipe.cohort import Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import Note, NothingUsableError, Policy
from radpipe.features.params_file import load_params, preset_names
from radpipe.rois import Target
from radpipe.run.plan import ConfigRequest, Selection
from radpipe.run.record import Recipe, task_text
from radpipe.run.tasks import ImageTask
from radpipe.store.plans import PlanEntry


@pytest.mark.parametrize("preset", preset_names())
def test_a_task_comes_back_with_every_preset(preset: str) -> None:
    params, policy = load_params(preset), Policy.parse(["E_MISSING_SLICE=warn"])
    request = ConfigRequest(Selection(), params, "native", policy)
    header = json.loads(json.dumps(request.header(Cohort("made", "/data", ()), {})))
    recipe = Recipe.of(header)
    image = ImageRef("p1", "CT", "CT", ImageKind.PLANAR, ("/data/M\udcfcller.png",))
    roi = RoiRef("1", "GTV", MaskKind.PLANAR, "/data/mask.png", 3, ("CT",))
    task = ImageTask(
        image, (Target("GTV", (roi,)),), params, "native", policy, (Note("W_CASE", "odd"),), "k1", recipe.text
    )
    entry = PlanEntry("p1", "CT", "CT", params.name, ("GTV",), "k1", task=task_text(task))
    assert recipe.task(entry) == task
    with pytest.raises(NothingUsableError, match="--plan FILE"):
        recipe.task(replace(entry, task=""))
    with pytest.raises(NothingUsableError, match="another version of radpipe"):
        recipe.task(replace(entry, task='{"image": {}}'))
