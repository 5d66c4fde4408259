"""Pictures of a task as a file: harmless, drawn once, and of the masks that are measured."""

from pathlib import Path

import pytest

from radpipe.imaging.mask_metrics import mask_digest
from radpipe.run.draw import FOLDER, draw_task, script, script_content
from radpipe.run.opened import open_targets
from radpipe.run.record import read_tasks
from radpipe.run.tasks import ImageTask
from radpipe.store.plans import list_plans
from radpipe.volume import Mask


@pytest.fixture
def task(manifest: Path, tmp_path: Path) -> ImageTask:
    import radpipe

    radpipe.extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / "out", jobs=1, cases=["p0"])
    return next(task for _, task in read_tasks(list_plans(tmp_path / "out")[0]))


def test_a_task_is_drawn_from_the_masks_that_are_measured(task: ImageTask, tmp_path: Path) -> None:
    drawn = draw_task(task, tmp_path)
    mask = open_targets(task)[1]["GTV"]
    assert isinstance(mask, Mask)
    assert drawn.digests == {"GTV": mask_digest(mask)}
    content = script_content((tmp_path / FOLDER / drawn.file).read_text())
    assert content["rois"][0]["roi"] == "GTV"
    assert content["outlines"][0]["3"]["0"] == "M3 3h6v6h-6v-6z"
    assert "p0" not in drawn.file


def test_what_is_drawn_is_not_drawn_again_and_a_damaged_file_is(task: ImageTask, tmp_path: Path) -> None:
    drawn = draw_task(task, tmp_path)
    path = tmp_path / FOLDER / drawn.file
    before = path.stat().st_mtime_ns
    assert draw_task(task, tmp_path) == drawn
    assert path.stat().st_mtime_ns == before
    path.write_text(path.read_text()[:500])
    assert draw_task(task, tmp_path) == drawn
    assert len(path.read_text()) > 500


def test_a_lost_image_is_a_fault_of_each_of_its_rois(task: ImageTask, tmp_path: Path) -> None:
    Path(task.image.paths[0]).unlink()
    drawn = draw_task(task, tmp_path)
    assert drawn.file == ""
    assert "E_MISSING_FILE" in drawn.faults["GTV"]


def test_nothing_in_a_script_can_end_it() -> None:
    text = script("a", {"roi": "</script><!--&\u2028\u2029"})
    assert not set("<>&\u2028\u2029") & set(text)
    assert script_content(text) == {"roi": "</script><!--&\u2028\u2029"}
    with pytest.raises(ValueError, match="no script"):
        script_content("alert(1)")
