"""A decision file about rows of a run."""

import json
from pathlib import Path

from radpipe.qc.flags import read_qc


def decide(run: Path, path: Path, *said: tuple[int, str, str], time: str = "2026-01-05T09:00:00Z") -> Path:
    rows = read_qc(run).to_dict("records")
    keys = ("case_id", "image_id", "roi", "config", "task_key", "mask_sha256")
    lines = [
        {name: rows[place][name] for name in keys}
        | {"verdict": verdict, "reason": reason, "reviewer": "Ann", "decided_at": time}
        for place, verdict, reason in said
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


SAID = (
    (0, "exclude", "shifted"), (1, "exclude", "shifted"), (2, "exclude", "cut"), (3, "variation", "artefact"),
    *((place, "per_protocol", "") for place in range(4, 30)), (70, "exclude", "duplicate"),
)  # fmt: skip
