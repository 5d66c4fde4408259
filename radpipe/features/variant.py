"""What is measured beside the image as it is: negative controls, by their names; no voxels."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from radpipe.errors import UsageError

__all__ = ["CONTROLS", "Control", "Variant", "variant_from_json"]

CONTROLS = tuple(
    f"{permutation}_{region}"
    for permutation in ("shuffled", "sampled", "randomized")
    for region in ("full", "roi", "non_roi")
)
"""READII's nine negative controls: what is done to voxels, and to which."""


@dataclass(frozen=True, slots=True)
class Control:
    """A negative control: the same mask on voxels without meaning.

    Parameters
    ----------
    name
        Of ``CONTROLS``.
    seed
        Base of all draws.

    Raises
    ------
    UsageError
        The name is unknown.

    Examples
    --------
    >>> Control("shuffled_roi").label
    'shuffled_roi'
    """

    name: str
    seed: int = 0

    def __post_init__(self) -> None:
        if self.name not in CONTROLS:
            message = f"control {self.name!r} is unknown; choose of {', '.join(CONTROLS)}"
            raise UsageError(message)
        _refuse_seed(self.seed)

    @property
    def label(self) -> str:
        """Stands behind the name of the settings."""
        return self.name

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"kind": "control", **asdict(self)}


Variant = Control
"""What may be measured instead of the image as it is."""


def variant_from_json(record: Mapping[str, Any]) -> Variant:
    """Read what ``to_json`` of a variant wrote."""
    fields = dict(record)
    del fields["kind"]
    return Control(**fields)


def _refuse_seed(seed: int) -> None:
    if seed < 0:
        message = f"seed {seed}: a whole number from 0"
        raise UsageError(message)
