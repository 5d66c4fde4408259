"""What is measured beside the image as it is: a negative control, or a perturbed state; references only, no voxels."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from radpipe.errors import UsageError

__all__ = ["CONTOURS", "CONTROLS", "LETTERS", "Control", "State", "Variant", "states", "variant_from_json"]

CONTROLS = tuple(
    f"{permutation}_{region}"
    for permutation in ("shuffled", "sampled", "randomized")
    for region in ("full", "roi", "non_roi")
)
"""READII's nine negative controls: what is done to voxels, and to which."""

LETTERS = "NTRVC"
"""Noise, translation, rotation, volume, contour; in the order in which they are applied, T and R as one."""

CONTOURS = ("field", "supervoxels")
"""How C draws another contour: by a smooth random shift of the surface, or of supervoxels of the image."""


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


@dataclass(frozen=True, slots=True)
class State:
    """One of several perturbed states of every image.

    Parameters
    ----------
    letters
        Which perturbations, of ``LETTERS``, each once; none gives the image as it is.
    state, states
        Number of this state, from 1, and how many there are.
    seed
        Base of all draws.
    noise_sd
        Of N, in the image's unit; None: estimated from the image around the ROI.
    angle_degrees
        Most that R turns, to either side.
    volume_share
        Most that V changes the volume by, to either side; below 1.
    contour_mm
        Of C by ``field``: root mean square of the shift of the surface, along each axis.
    contour_by
        How C draws, of ``CONTOURS``; supervoxels need scikit-image.

    Raises
    ------
    UsageError
        A letter is unknown or stands twice, or a number is not allowed.

    Examples
    --------
    >>> State("CN", 3, 10).label
    'NC-3-of-10'
    """

    letters: str
    state: int = 1
    states: int = 1
    seed: int = 0
    noise_sd: float | None = None
    angle_degrees: float = 10.0
    volume_share: float = 0.15
    contour_mm: float = 2.0
    contour_by: str = "field"

    def __post_init__(self) -> None:
        letters = self.letters.upper()
        if any(letters.count(letter) != 1 or letter not in LETTERS for letter in letters):
            message = f"perturbations {self.letters!r}: each is one of {', '.join(LETTERS)}, once"
            raise UsageError(message)
        object.__setattr__(self, "letters", "".join(letter for letter in LETTERS if letter in letters))
        if not 1 <= self.state <= self.states:
            message = f"state {self.state} of {self.states}: states count from 1"
            raise UsageError(message)
        _refuse_seed(self.seed)
        ranges = (
            ("noise", self.noise_sd or 0.0, math.inf),
            ("angle", self.angle_degrees, 180.0),
            ("volume", self.volume_share, 0.99),
            ("contour", self.contour_mm, math.inf),
        )
        for name, value, most in ranges:
            if not 0 <= value <= most or math.isinf(value):
                message = f"{name} of a perturbation is {value}; allowed: 0 to {most:g}"
                raise UsageError(message)
        if self.contour_by not in CONTOURS:
            message = f"contour by {self.contour_by!r} is unknown; choose of {', '.join(CONTOURS)}"
            raise UsageError(message)

    @property
    def label(self) -> str:
        """Stands behind the name of the settings."""
        return f"{self.letters or 'none'}-{self.state}-of-{self.states}"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; states by the field have the keys that they always had."""
        fields = asdict(self)
        if self.contour_by == "field":
            del fields["contour_by"]
        return {"kind": "state", **fields}


Variant = Control | State
"""What may be measured instead of the image as it is."""


def states(letters: str, count: int = 10, **options: Any) -> tuple[State, ...]:
    """Return so many states with the same perturbations.

    Parameters
    ----------
    letters
        As of :class:`State`; at least one.
    count
        10 for a look, 30 for a paper.
    **options
        Fields of :class:`State`.

    Raises
    ------
    UsageError
        As of :class:`State`; or no letter, or fewer than two states.

    Examples
    --------
    >>> [state.label for state in states("NV", 2)]
    ['NV-1-of-2', 'NV-2-of-2']
    """
    if not letters or count < 2:
        message = f"{count} states of {letters!r}: at least two states and one of the letters {', '.join(LETTERS)}"
        raise UsageError(message)
    return tuple(State(letters, number + 1, count, **options) for number in range(count))


def variant_from_json(record: Mapping[str, Any]) -> Variant:
    """Read what ``to_json`` of a variant wrote."""
    fields = dict(record)
    return Control(**fields) if fields.pop("kind") == "control" else State(**fields)


def _refuse_seed(seed: int) -> None:
    if seed < 0:
        message = f"seed {seed}: a whole number from 0"
        raise UsageError(message)
