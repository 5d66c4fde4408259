"""A run and its decisions: every line is checked, accounts close, and what stands no more is told."""

import json
from pathlib import Path

import pytest

from radpipe.errors import NothingUsableError, UsageError
from radpipe.qc.decisions.decision_file import DECISIONS
from radpipe.qc.flags import read_qc, write_qc
from radpipe.qc.review import import_decisions, reviewed


@pytest.fixture
def out(healthy, heads, tmp_path: Path) -> Path:
    """A run of three patients with eight ROIs each."""
    write_qc(tmp_path, [heads.judged(list(healthy[:3]))])
    return tmp_path


def line(
    out: Path, place: int, reviewer: str = "Ann", verdict: str = "per_protocol", **changes: object
) -> dict[str, object]:
    row = read_qc(out).iloc[place]
    keys = {name: row[name] for name in ("case_id", "image_id", "roi", "config", "task_key", "mask_sha256")}
    said = {"verdict": verdict, "reason": "" if verdict == "per_protocol" else "shifted", "reviewer": reviewer}
    return keys | said | {"decided_at": "2026-11-21T09:30:00Z"} | changes


def write(out: Path, *lines: dict[str, object], name: str = "decisions.jsonl") -> Path:
    path = out / name
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))
    return path


def test_lines_that_hold_are_taken_once_and_reach_the_table(out: Path):
    file = write(out, line(out, 0), line(out, 1, verdict="exclude"))
    assert (import_decisions(out, file).added, import_decisions(out, file).known) == (2, 2)
    assert len((out / DECISIONS).read_text().splitlines()) == 2
    table = read_qc(out)
    assert table["verdict"].tolist()[:3] == ["per_protocol", "exclude", "not reviewed"]
    assert (out / "qc" / "decisions.csv").read_text().count("\n") == 3


def test_each_line_that_does_not_hold_is_told_with_its_number(out: Path):
    file = write(
        out,
        line(out, 0, roi="Parotid_X"),
        line(out, 0, case_id="P99"),
        line(out, 0, mask_sha256="e" * 64),
        line(out, 0, verdict="fine"),
        line(out, 0, task_key="another"),
    )
    done = import_decisions(out, file)
    assert done.added == 1
    assert [number for number, _ in done.refused] == [1, 2, 3, 4]
    for (_, why), words in zip(
        done.refused, ("unknown ROI", "wrong run", "stale: this run has another mask", "verdict 'fine'"), strict=True
    ):
        assert words in why
    assert done.remarks == ((5, "P00, Brainstem: decided on another run of the same mask"),)


def test_accounts_close_and_name_what_is_left(out: Path):
    import_decisions(
        out,
        write(
            out, line(out, 0), line(out, 1, verdict="exclude"), line(out, 1, "Bob"), line(out, 2, verdict="variation")
        ),
    )
    state = reviewed(read_qc(out), out / DECISIONS)
    assert state.rows == {"per_protocol": 1, "variation": 1, "exclude": 1, "stale": 0, "not reviewed": 21}
    assert sum(state.rows.values()) == len(read_qc(out))
    assert (state.reasons, state.reviewers) == ({"shifted": 1}, {"Ann": 3, "Bob": 1})
    assert [key[2] for key in state.disputed] == ["SpinalCord"]
    assert [(pair.reviewers, pair.masks, pair.same) for pair in state.agreements] == [(("Ann", "Bob"), 1, 0)]
    assert len(state.sha256) == 64


def test_a_mask_that_changed_makes_decisions_stale_and_a_roi_that_is_gone_is_not_forgotten(out: Path, healthy, heads):
    import_decisions(out, write(out, line(out, 0, verdict="exclude"), line(out, 7, verdict="exclude")))
    first = healthy[0]
    masks = {name: mask for name, mask in first.masks.items() if name != "GTV-1"}
    masks["Brainstem"] = masks["Brainstem"] & ~heads.ellipsoid((0, 10, 30), (4, 4, 4))
    write_qc(out, [heads.judged([heads.Patient(first.case_id, first.image, masks), *healthy[1:3]])])
    state = reviewed(read_qc(out), out / DECISIONS)
    assert (state.rows["exclude"], state.rows["stale"]) == (0, 1)
    assert state.gone == (("P00", "ct", "GTV-1"),)


def test_a_damaged_file_of_the_run_is_told_by_line(out: Path):
    import_decisions(out, write(out, line(out, 0)))
    with (out / DECISIONS).open("a") as file:
        file.write("nonsense\n")
    assert reviewed(read_qc(out), out / DECISIONS).damaged == ((2, "no JSON"),)


def test_without_file_or_run_the_message_says_what_is_missing(out: Path, tmp_path_factory: pytest.TempPathFactory):
    with pytest.raises(UsageError, match="is no file; radpipe qc OUT makes the page"):
        import_decisions(out, out / "none.jsonl")
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(NothingUsableError, match=r"holds no qc\.csv"):
        import_decisions(empty, write(out, line(out, 0)))
