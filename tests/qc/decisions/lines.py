"""A line of a decision file, and the decision that it holds."""

import json

from radpipe.qc.decisions.decision import Decision, parse_decision

SHA = "0123456789abcdef" * 4
LINE = {
    "case_id": "p1", "image_id": "ct", "roi": "GTV-1", "config": "native", "task_key": "k1", "mask_sha256": SHA,
    "verdict": "exclude", "reason": "shifted", "note": "", "reviewer": "Ann", "role": "reviewer", "seen": "single",
    "flags": "content;place", "seconds": 7.5, "decided_at": "2026-11-21T09:30:00Z", "page_digest": "ff", "radpipe": "1",
}  # fmt: skip


def decision(**changes: object) -> Decision:
    return parse_decision(json.dumps(LINE | changes))
