"""Options of the commands that read a clinical table: what such a table does not tell by itself."""

from typing import Annotated, Any

import typer

__all__ = ["reading_of"]

_PANEL = "Tables of your clinic"

IdColumn = Annotated[
    str | None,
    typer.Option(
        "--id", help="Column of patient ids. Default: patient_id, case_id, id or a name like those.",
        show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
LooseIds = Annotated[
    bool,
    typer.Option(
        "--loose-ids", help="Ids are the same that differ in case, blanks, signs, zeros in front or `.0` only.",
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
Sheet = Annotated[
    str | None,
    typer.Option("--sheet", help="Of a workbook with several.", show_default=False, rich_help_panel=_PANEL),
]
EventValues = Annotated[
    list[str] | None,
    typer.Option(
        "--event-value", help="A word of `--event` that means the event was seen, such as `dead`; may be repeated.",
        show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
StartDate = Annotated[
    str | None,
    typer.Option(
        "--start", help="Column of dates from which time counts, in place of `--time`.", show_default=False,
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
EndDate = Annotated[
    str | None,
    typer.Option(
        "--end", help="Column of dates of the event or the end of follow-up.", show_default=False,
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
DateFormat = Annotated[
    str | None,
    typer.Option(
        "--date-format", help="Of both, such as `%d/%m/%Y`; needed where day and month cannot be told apart.",
        show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
LesionsOption = Annotated[
    str | None,
    typer.Option(
        "--lesions", help="Several ROIs of a patient: `largest`, `sum` or `primary`.", show_default=False,
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip


def reading_of(
    id_column: IdColumn = None,
    loose_ids: LooseIds = False,
    sheet: Sheet = None,
    event_value: EventValues = None,
    start: StartDate = None,
    end: EndDate = None,
    date_format: DateFormat = None,
    lesions: LesionsOption = None,
) -> Any:
    """Return how a clinical table is to be read, a :class:`radpipe.survival.design.tables.TableReading`."""
    from radpipe.survival.design.tables import TableReading

    return TableReading(id_column, loose_ids, sheet, tuple(event_value or ()), start, end, date_format, lesions)
