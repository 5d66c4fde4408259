"""What a run has to show: each mask once, with its rows, numbers and flags."""

import shutil
from pathlib import Path

import pytest

import radpipe
from radpipe.errors import NothingUsableError
from radpipe.features.params_file import parse_params
from radpipe.qc.gather import MEASURES, Flag, gather, read_flags

from .made_run import BOXES, PARAMS

VOLUME, MEAN = 0, 1


def test_each_measured_mask_is_shown_once_with_its_numbers(review_run: Path) -> None:
    shown = gather(review_run)
    assert len(shown.masks) == 6 * len(BOXES) + 4
    first = shown.masks[0]
    assert (first.case_id, first.roi, first.unit) == ("P0", "GTV-1", "HU")
    assert first.values[VOLUME] == pytest.approx(8 * 10 * 14 * 3 / 1000)  # voxels of 1 x 1 x 3 mm
    assert first.values[MEAN] == pytest.approx(150, abs=1)
    assert len(first.mask_sha256) == 64
    assert set(shown.tasks) == {mask.rows[0].task_key for mask in shown.masks}


def test_two_configurations_of_one_mask_are_one_mask_with_two_rows(review_run: Path, tmp_path: Path) -> None:
    out = Path(shutil.copytree(review_run, tmp_path / "out"))
    params = parse_params(PARAMS | {"setting": {"binWidth": 10}}, name="fine")
    radpipe.extract(review_run.parent / "source" / "cases.csv", dataset="manifest", params=params, out=out, jobs=1)
    shown = gather(out)
    assert len(shown.masks) == len(gather(review_run).masks)
    assert [row.config for row in shown.masks[0].rows] == ["plain", "fine"]
    assert shown.digest != gather(review_run).digest


def test_flags_of_the_table_stand_with_their_mask(review_run: Path, tmp_path: Path) -> None:
    out = Path(shutil.copytree(review_run, tmp_path / "out"))
    image = gather(review_run).masks[0].image_id
    (out / "tables" / "qc.csv").write_text(
        "case_id,image_id,roi,config,flags,flag_sentences\n"
        f"P0,{image},GTV-1,plain,volume;cut,0.1 mL is small; touches the last slice\n"
        f"P1,{image},GTV-1,plain,,\n"
    )
    assert gather(out).masks[0].flags == (Flag("volume", "0.1 mL is small"), Flag("cut", "touches the last slice"))
    assert read_flags(out)["P1", image, "GTV-1", "plain"] == ((), "")
    assert gather(out).flagged
    assert not gather(review_run).flagged or (review_run / "tables" / "qc.csv").is_file()


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match="holds no run"):
        gather(tmp_path)


def test_the_numbers_shown_have_words() -> None:
    assert all(words for _, words, _ in MEASURES)
