"""``plans.json``: the plans of an output folder whose rows the tables hold."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from radpipe.errors import NothingUsableError, UsageError
from radpipe.files import read_whole, write_text
from radpipe.store.plans.plan_file import PlanFile

__all__ = ["list_plans", "read_plan_file", "write_plan_list"]


def write_plan_list(out: Path, plans: Sequence[PlanFile]) -> None:
    """Write ``plans.json``: the plans whose rows the tables hold, the oldest first.

    Raises
    ------
    StorageError
        It cannot be written.
    """
    records = [
        {
            "plan": plan.path.name,
            "scope": plan.scope,
            "tasks": plan.tasks,
            "rows": plan.rows,
            "cases": plan.cases,
            "shards": plan.shards,
            "header": dict(plan.header),
        }
        for plan in plans
    ]
    text = json.dumps({"format": 1, "plans": records}, indent=1) + "\n"
    path = out / "plans.json"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)


def list_plans(out: Path) -> list[PlanFile]:
    """List the plans of an output folder, the oldest first; none where there is no run.

    Raises
    ------
    UsageError
        The folder holds a run of an older radpipe.
    """
    try:
        content = json.loads(read_whole(out / "plans.json"))
    except FileNotFoundError:
        if (out / "plan.jsonl").is_file():
            message = (
                f"{out} holds a run of an older radpipe (plan.jsonl, parts): this one keeps other files and would "
                "measure everything again; choose another folder"
            )
            raise UsageError(message) from None
        return []
    return [
        PlanFile(
            out / "plans" / record["plan"],
            record["header"],
            record["scope"],
            record["tasks"],
            record["rows"],
            record["cases"],
            record["shards"],
        )
        for record in content["plans"]
    ]


def read_plan_file(out: Path, path: Path | None = None) -> PlanFile:
    """Return the newest plan of an output folder.

    Parameters
    ----------
    out
        The output folder.
    path
        The private plan with the references of the same plan, which lies elsewhere.

    Raises
    ------
    NothingUsableError
        The folder holds no plan.
    UsageError
        The private plan is another one.
    """
    plans = list_plans(out)
    if not plans:
        message = f"{out} holds no run (plans.json is missing)"
        raise NothingUsableError(message)
    if path is None:
        return plans[-1]
    known = {plan.path.name: plan for plan in plans}
    if path.name not in known:
        message = f"{path} is no plan of {out}: it has {', '.join(known)}"
        raise UsageError(message)
    return replace(known[path.name], path=path)
