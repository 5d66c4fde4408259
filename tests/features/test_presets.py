"""Which settings measure which modality: as named, by what they are for, or asked for; never by a default."""

from pathlib import Path

import pytest

from radpipe.errors import NothingUsableError, UsageError
from radpipe.features.params_file import load_params
from radpipe.features.presets import FITTING, Presets

IMAGES = {"CT": 5, "PT": 3}


@pytest.mark.parametrize(
    ("words", "dealt"),
    [
        (["CT=ct_head_neck", "PT=pet"], [(("CT",), "ct_head_neck"), (("PT",), "pet")]),
        (["ct=ct_head_neck", "pet=pet"], [(("CT",), "ct_head_neck"), (("PT",), "pet")]),
        (["ct_head_neck", "pet"], [(("CT",), "ct_head_neck"), (("PT",), "pet")]),
        (
            ["CT=ct_head_neck", "CT=ct_native", "PT=pet"],
            [(("CT",), "ct_head_neck"), (("CT",), "ct_native"), (("PT",), "pet")],
        ),
        (["ct_native"], [((), "ct_native")]),
    ],
)
def test_each_modality_gets_what_was_said_for_it(words: list[str], dealt: list[tuple[tuple[str, ...], str]]) -> None:
    found = Presets.parse(words).assigned(IMAGES)
    assert [(modalities, params.name) for modalities, params in found] == dealt


def test_a_modality_without_settings_is_asked_for_by_name() -> None:
    with pytest.raises(UsageError, match=r"say how PT shall be measured, for instance -p PT=pet .*5 of CT, 3 of PT"):
        Presets.parse(["CT=ct_native"]).assigned(IMAGES)
    with pytest.raises(UsageError, match=r"say how CT, PT shall.*-p CT=ct_head_neck -p PT=pet"):
        Presets().assigned(IMAGES)


def test_only_the_modalities_that_are_wanted_need_settings() -> None:
    presets = Presets.parse(["CT=ct_native"])
    assert [modalities for modalities, _ in presets.assigned(IMAGES, ["ct"])] == [("CT",)]
    both = Presets.parse(["CT=ct_native", "PT=pet"])
    assert [params.name for _, params in both.assigned(IMAGES, ["PET"])] == ["pet"]


def test_settings_for_a_modality_that_is_not_there_are_refused() -> None:
    with pytest.raises(
        NothingUsableError, match=r"-p mr_t1: the source holds no image of MR; images: 5 of CT, 3 of PT"
    ):
        Presets.parse(["CT=ct_native", "PT=pet", "MR=mr_t1"]).assigned(IMAGES)


def test_what_is_uncertain_or_said_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine=new.yaml"
    path.write_text("featureClass: {firstorder: }\n")
    assert Presets.parse([str(path)]).for_all is not None  # a file whose name holds an equals sign
    with pytest.raises(UsageError, match="say for which modality, for instance -p CT="):
        Presets.parse([str(path), "pet"])
    with pytest.raises(UsageError, match="-p pet is given twice"):
        Presets.parse(["PT=pet", "PET=pet"])
    with pytest.raises(UsageError, match="needs exactly one -p"):
        Presets.parse(["CT=ct_native", "PT=pet"], ["binWidth=5"])


def test_each_proposed_preset_is_for_its_modality() -> None:
    assert [modality for modality, name in FITTING.items() if not load_params(name).purpose.suits(modality)] == []
