"""A request is valid once it is made, says the same in each of its forms, and stands behind command and function."""

import inspect
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef
from radpipe.errors import NothingUsableError, UsageError
from radpipe.features.variant import State
from radpipe.request import Asked, Execution, Request, request_of


def cohort_of(*modalities: str) -> Cohort:
    images = tuple(
        ImageRef("a", f"image{place}", word, ImageKind.ITK_FILE, ("/made/x.nii",))
        for place, word in enumerate(modalities)
    )
    return Cohort("made", "/made", (Case("a", images, ()),))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"params": "ct_natve"}, "ct_natve"),
        ({"engine": "mirp"}, "mirp"),
        ({"rois": ["re:("]}, r"re:\("),
        ({"merges": ["GTV"]}, "GTV"),
        ({"controls": ["shuffled"]}, "control 'shuffled' is unknown; choose of shuffled_full"),
        ({"register": "affine"}, "--register affine: unknown; write rigid"),
        ({"transforms": "nowhere"}, "--transform nowhere: no such folder"),
    ],
)
def test_what_cannot_be_meant_is_refused_when_the_request_is_made(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        Request("source", "out", **fields)


def test_moved_states_are_refused_where_the_engine_cannot_measure_them() -> None:
    with pytest.raises(UsageError, match="engine pyradiomics"):
        Request("source", "out", params="ct_native", engine="pyradiomics", states=[State("T", 1)])


def test_an_output_among_the_patients_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lies in the source"):
        Request(tmp_path, tmp_path / "out")


def test_lists_are_kept_as_tuples_and_nothing_can_be_changed() -> None:
    asked = ["GTV-1"]
    request = Request("source", "out", rois=asked)
    asked.append("GTV-2")
    assert request.rois == ("GTV-1",)
    with pytest.raises(FrozenInstanceError):
        request.rois = ()  # type: ignore[misc]


def test_each_modality_gets_its_settings_and_each_control_of_them() -> None:
    request = Request("source", "out", params={"CT": "ct_native", "PET": "pet"}, controls=["shuffled_roi"])
    asked = request.configurations(cohort_of("CT", "PT"))
    assert [(one.selection.modalities, one.params.name) for one in asked] == [
        (("CT",), "ct_native"),
        (("CT",), "ct_native~shuffled_roi"),
        (("PT",), "pet"),
        (("PT",), "pet~shuffled_roi"),
    ]


def test_a_modality_without_settings_is_named() -> None:
    with pytest.raises(UsageError, match="say how MR shall be measured, for instance -p MR=mr_t1"):
        Request("source", "out", params={"CT": "ct_native"}).configurations(cohort_of("CT", "MR"))


def test_a_cohort_without_the_modality_is_told() -> None:
    with pytest.raises(NothingUsableError, match="no image of PT"):
        Request("source", "out", params={"PT": "pet"}).configurations(cohort_of("CT"))


def test_a_function_takes_a_request_or_its_fields() -> None:
    request = Request("source", "out", rois=("GTV-1",))
    assert request_of(request, None, {}) is request
    assert request_of("source", "out", {"rois": ["GTV-1"]}) == request


@pytest.mark.parametrize(
    ("out", "asked", "sentence"), [("out", {}, "out: a Request says it"), (None, {"rois": ()}, "rois: a Request")]
)
def test_a_request_and_fields_beside_it_are_refused(out: str | None, asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        request_of(Request("source", "out"), out, asked)


def test_a_source_without_an_output_is_refused() -> None:
    with pytest.raises(UsageError, match="out=FOLDER"):
        request_of("source", None, {})


def test_functions_take_every_field_of_a_request() -> None:
    assert [one.name for one in fields(Request)][2:] == list(Asked.__annotations__)


def test_execution_says_what_runs() -> None:
    assert type(Execution().executor()).__module__.endswith("serial")
    assert type(Execution(2).executor()).__module__.endswith("pool")
    assert inspect.signature(Execution).parameters["isolate"].default is False
