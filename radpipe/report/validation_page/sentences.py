"""The answer in sentences: order, size of risks, spread."""

import math

from radpipe.report.blocks import number_text
from radpipe.survival.signatures.external import AtHorizon, External

__all__ = ["answer"]


def answer(external: External) -> tuple[str, ...]:
    """Say in sentences how the model did: order, size of risks, spread.

    Parameters
    ----------
    external
        What became of the model.
    """
    made = external.model.made_from
    order = f"It puts patients in order with a C-index of {external.c_index}"
    if math.isfinite(made.c_index):
        order += f", where it was made {number_text(made.c_index)} in held-out patients"
    order += f"; tumour volume alone {external.volume_c}." if math.isfinite(external.volume_c.value) else "."
    sentences = [order]
    for at in external.horizons:
        sentences.append(_size_of(at))
    slope = f"Its risks are spread with a calibration slope of {external.slope:.2f}"
    if external.slope.high < 1:
        slope += ": too far apart, the high ones too high and the low ones too low."
    elif external.slope.low > 1:
        slope += ": not far enough apart."
    else:
        slope += ", in which 1 is ideal: that they are too far apart or too near is not shown."
    return (*sentences, slope)


def _size_of(at: AtHorizon) -> str:
    sentence = (
        f"Within {at.years:g} years the event came to {100 * at.observed.value:.0f} % of the patients "
        f"({100 * at.observed.low:.0f} to {100 * at.observed.high:.0f} %), {100 * at.expected:.0f} % were predicted: "
    )
    if at.ratio.low > 1:
        return f"{sentence}the model promises too little risk."
    if at.ratio.high < 1:
        return f"{sentence}the model promises too much risk."
    return f"{sentence}that risks are too high or too low on the whole is not shown."
