"""IBSI's part of parameters: settings, families, and filters whose response maps are measured too."""

from dataclasses import dataclass, field
from typing import Any

from radpipe.features.catalogue import IBSI_FAMILIES
from radpipe.features.ibsi.filters import Filter
from radpipe.features.ibsi.settings import Discretisation, IbsiSettings

__all__ = ["IbsiParams", "NamedFilter"]


_RESPONSE_BINS = Discretisation("FBN", bins=32)


@dataclass(frozen=True, slots=True)
class NamedFilter:
    """A filter, and the image name under which its features stand (``log-sigma-1.5-mm``)."""

    name: str
    filter: Filter


@dataclass(frozen=True, slots=True)
class IbsiParams:
    """What is measured by IBSI's definition, and how.

    Parameters
    ----------
    settings
        Processing, discretisation, aggregation.
    families
        Of the interpolated image, in the order of columns.
    filters
        Whose response maps are measured too.
    response_families
        Of response maps.
    response_discretisation
        For families of grey levels on response maps, whose values have no unit of their own.
    """

    settings: IbsiSettings = field(default_factory=IbsiSettings)
    families: tuple[str, ...] = IBSI_FAMILIES
    filters: tuple[NamedFilter, ...] = ()
    response_families: tuple[str, ...] = ("stat",)
    response_discretisation: Discretisation = _RESPONSE_BINS

    def to_json(self) -> dict[str, Any]:
        """Return what holds, defaults included, as plain JSON values."""
        settings = self.settings
        return {
            "spacing": list(reversed(settings.spacing_zyx_mm)),
            "interpolation": settings.interpolation,
            "round": settings.rounded,
            "maskThreshold": settings.mask_threshold,
            "range": list(settings.range),
            "outlierSigma": settings.outlier_sigma,
            "discretisation": _told(settings.discretisation),
            "ivh": _told(settings.ivh),
            "ivhStep": settings.ivh_step,
            "aggregations": [str(aggregation) for aggregation in settings.aggregations],
            "families": list(self.families),
            "filters": [[named.name, repr(named.filter)] for named in self.filters],
            "responseFamilies": list(self.response_families),
            "responseDiscretisation": _told(self.response_discretisation),
        }


def _told(how: Discretisation) -> dict[str, Any]:
    return {"method": how.method, "width": how.width, "bins": how.bins}
