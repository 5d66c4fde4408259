"""What all figures share: a drawing of a figure, the few models that carry the question, the name of a curve."""

from matplotlib.figure import Figure

from radpipe.report.blocks import Drawing, endpoint_words
from radpipe.report.figures.style import render
from radpipe.survival.procedure.results import ModelResult, SurvivalAnalysis

__all__ = ["drawing_of", "few_models", "free_of"]


FEW = ("volume", "clinical", "radiomics")
"""Models that are drawn, with the largest, where many curves could not be told apart."""


def drawing_of(name: str, figure: Figure, caption: str) -> Drawing:
    """Render a figure as SVG and PNG.

    Parameters
    ----------
    name
        Of its files.
    figure
        With its layout; it is drawn twice.
    caption
        What it shows and how to read it.
    """
    return Drawing(name, caption, render(figure, "svg"), render(figure, "png"))


def few_models(analysis: SurvivalAnalysis) -> list[ModelResult]:
    """Return the models that curves are drawn of: those that carry the question, and the largest.

    Parameters
    ----------
    analysis
        With its models, the largest last.
    """
    return [model for model in analysis.models if model.name in FEW or model is analysis.models[-1]]


def free_of(analysis: SurvivalAnalysis) -> str:
    """Name what the curve is the probability of: a survival as such, or being free of the event.

    Parameters
    ----------
    analysis
        Whose endpoint is named.
    """
    name = endpoint_words(analysis.endpoint)
    return name.capitalize() if "survival" in name else f"Free of {name}"
