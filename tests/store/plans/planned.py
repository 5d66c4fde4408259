"""A plan of entries in a folder."""

from pathlib import Path

from radpipe.store.plans import PlanEntry, PlanFile, write_plan_file

HEADER = {"config": "native", "engine": {"name": "native"}}


def entry(case: str = "HN1", image: str = "CT", rois: tuple[str, ...] = ("GTV",), **more: str) -> PlanEntry:
    return PlanEntry(case, image, "CT", more.pop("config", "native"), rois, **more)


def planned(out: Path, *entries: PlanEntry, scope: str = "made") -> PlanFile:
    return write_plan_file(out / "plans", entries, HEADER, scope)
