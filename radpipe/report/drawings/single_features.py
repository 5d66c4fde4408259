"""Every feature alone, and what of it is volume."""

from radpipe.report.blocks import Drawing
from radpipe.report.drawings.drawing import drawing_of
from radpipe.report.figures.screening import feature_volume, volcano
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["draw_screening"]


def draw_screening(analysis: SurvivalAnalysis) -> tuple[Drawing, ...]:
    """Draw every feature alone, and what of it is volume."""
    volume = [model.c_index.value for model in analysis.models if model.name == "volume"]
    return (
        drawing_of(
            "volcano",
            volcano(analysis.screening, title="Each feature alone"),
            "Every feature alone in a Cox model: hazard ratio for one standard deviation more against the strength of "
            "evidence. Features above the dashed line pass at a false discovery rate of 10 %.",
        ),
        drawing_of(
            "feature_volume",
            feature_volume(
                analysis.screening, volume_c=volume[0] if volume else None, title="How much of it is volume"
            ),
            "Every feature's C-index, turned so that it is at least 0.5, against its correlation with tumour volume. "
            "Features at the right are volume by another name.",
        ),
    )
