"""The sections of the page, in the order of a reader's questions."""

import math
from collections.abc import Iterator

from radpipe.report.blocks import Block, Listing, Section, Table, endpoint_words, interval_text, number_text
from radpipe.report.validation_page.judgements import case_mix_blocks, group_blocks, risk_blocks
from radpipe.survival.signatures.external import External

__all__ = ["validation_sections"]


def validation_sections(external: External, endpoint: str) -> Iterator[Section]:
    """Tell what was judged, how the model did, and how these patients were measured.

    Parameters
    ----------
    external
        What became of the model.
    endpoint
        Its name.

    Yields
    ------
    Section
        In the order of a reader's questions.
    """
    model, made = external.model, external.model.made_from
    rows = [
        ("Model", model.title),
        ("Made from", made.text),
        ("Endpoint there, here", f"{endpoint_words(made.endpoint) or 'not told'}, {endpoint_words(endpoint)}"),
        (
            "Median follow-up there, here",
            f"{_years(made.follow_up_years)}, {_years(external.follow_up_years)}",
        ),
        ("C-index there (held-out), here", f"{number_text(made.c_index)}, {interval_text(external.c_index)}"),
        ("Uno's C here", interval_text(external.uno_c)),
        ("C of tumour volume alone, here", interval_text(external.volume_c)),
        ("Calibration slope there, here", f"{number_text(made.slope, 2)}, {interval_text(external.slope, 2)}"),
    ]
    blocks: list[Block] = [Table("The model and these patients", ("", "Value"), tuple(rows), (0, 1))]
    if external.warnings:
        blocks.append(Listing(external.warnings, title="To know"))
    if model.notes:
        blocks.append(Listing(model.notes, title="What its makers say"))
    yield Section("model", "What was judged", tuple(blocks))
    yield Section("horizons", "Are the predicted risks right?", tuple(risk_blocks(external, endpoint)))
    yield Section("groups", "Risk groups, cut where the model says", tuple(group_blocks(external, endpoint)))
    yield Section("case-mix", "Are these patients like those it was made from?", tuple(case_mix_blocks(external)))
    measured = external.measuring
    facts = [("Settings", measured.config or "not told"), ("Modality", measured.modality or "not told"),
            ("Digest of the settings", measured.settings_sha256 or "not told"),
            ("Measured by", measured.engine or "not told")]  # fmt: skip
    limits = (
        "The model was applied as it is: nothing was fitted to these patients but what judges it.",
        "A good result here says that the model carries over to patients like these, not that acting on it helps them.",
    )
    note = Table("How these patients were measured", ("", "Value"), tuple(facts), (0, 1),
                 "A table measured otherwise than the model's own is refused.")  # fmt: skip
    yield Section("measured", "Measured alike", (note, Listing(limits, title="Limits")))


def _years(value: float) -> str:
    return f"{value:.1f} years" if math.isfinite(value) else "not reached"
