"""Plan files: what a run will measure, written once, streamed both ways; and which plans an output folder holds.

A plan is ``plans/plan-DIGEST.parquet``: one row a task, and one for each ROI that planning ended, in the plan's order;
what holds for all of them stands once in its metadata. ``plans.json`` lists the plans whose rows the tables hold.
"""

from radpipe.store.plans.entry import PlanEntry, without_twins
from radpipe.store.plans.plan_file import PlanFile
from radpipe.store.plans.plan_list import list_plans, read_plan_file, write_plan_list
from radpipe.store.plans.writing import write_plan_file

__all__ = [
    "PlanEntry",
    "PlanFile",
    "list_plans",
    "read_plan_file",
    "without_twins",
    "write_plan_file",
    "write_plan_list",
]
