"""The decision file is appended whole, and read line by line."""

from radpipe.qc.decisions.decision_file import DECISIONS, append_lines, read_lines

from .lines import decision


def test_lines_are_appended_and_a_torn_line_stays_alone(tmp_path):
    append_lines(tmp_path, [decision(), decision(roi="GTV-2")])
    path = tmp_path / DECISIONS
    before = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"case_id": "p')
    append_lines(tmp_path, [decision(roi="GTV-3")])
    assert path.read_bytes().startswith(before)
    lines = read_lines(path)
    assert [line.decision and line.decision.roi for line in lines] == ["GTV-1", "GTV-2", None, "GTV-3"]
    assert (lines[2].number, lines[2].fault) == (3, "no JSON")


def test_no_file_is_no_decision(tmp_path):
    assert read_lines(tmp_path / "none.jsonl") == []
