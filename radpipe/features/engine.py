"""The engine seam: whatever turns a volume, its masks and settings into feature vectors."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from radpipe.errors import InputError, UsageError
from radpipe.features.params import Params
from radpipe.features.versions import native_version
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

if TYPE_CHECKING:
    from radpipe.features.source import ImageSource

__all__ = ["ENGINES", "Engine", "choose_engine", "engine_version"]

ENGINES = ("native", "pyradiomics")
"""Names that :func:`choose_engine` takes; the first is the default."""


class Engine(Protocol):
    """Measures all ROIs of one image."""

    @property
    def name(self) -> str:
        """Short name, part of the content key."""

    @property
    def version(self) -> str:
        """Everything whose change may change a number: own version and those of the libraries that compute."""

    def measure(
        self, volume: Volume, masks: Mapping[str, Mask], params: Params, source: "ImageSource | None" = None
    ) -> Mapping[str, FeatureVector | InputError]:
        """Measure every mask on the volume.

        Parameters
        ----------
        volume
            The image.
        masks
            ROI name -> mask on the volume's grid.
        params
            Settings.
        source
            What was made of this volume before, where it is measured many times with the same settings.

        Returns
        -------
        Mapping[str, FeatureVector | InputError]
            One entry per mask: the values, or why this ROI could not be measured. Faults of one ROI never touch
            another.
        """


def choose_engine(name: str) -> Engine:
    """Return the engine of a name.

    Raises
    ------
    UsageError
        The name is unknown, or PyRadiomics is asked for and not installed (the message says how to install it).
    """
    if name == "native":
        from radpipe.features.native import NativeEngine

        return NativeEngine()
    if name == "pyradiomics":
        from radpipe.features.pyradiomics import PyRadiomicsEngine

        return PyRadiomicsEngine()
    message = f"engine {name!r} is unknown; choose one of {', '.join(ENGINES)}"
    raise UsageError(message)


def engine_version(name: str) -> str:
    """Return the version of the engine of a name; what it computes with is imported only where it has to be asked.

    Raises
    ------
    UsageError
        As :func:`choose_engine`.
    """
    return native_version() if name == "native" else choose_engine(name).version
