"""What is known of cases is kept and read as it was, without anything that makes tables."""

import subprocess
import sys
from pathlib import Path

from radpipe.cohort import Case, Cohort
from radpipe.tables.kept_cases import keep_cases, read_cases


def test_facts_and_landmarks_come_back(tmp_path: Path) -> None:
    cohort = Cohort("made", "", (Case("p1", (), (), facts={"sex": "F"}), Case("p2", (), ())))
    keep_cases(tmp_path, "a.jsonl", cohort, {"p2": [("p2", "C3", 1.5)]})
    first, second = read_cases(tmp_path / "a.jsonl")
    assert (first[0][0], first[1], first[2]) == ("p1", {"sex": "F"}, [])
    assert (second[0][0], second[1], second[2]) == ("p2", {}, [["p2", "C3", 1.5]])


def test_nothing_that_makes_tables_is_imported() -> None:
    script = "import sys, radpipe.tables.kept_cases; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
