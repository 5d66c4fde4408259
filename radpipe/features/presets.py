"""Which settings measure which images of a run: one for all, or one for each modality, said by name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from radpipe.errors import NothingUsableError, UsageError
from radpipe.features.params import Params
from radpipe.features.params_file import load_params
from radpipe.modalities import modality_of

__all__ = ["FITTING", "Presets"]

FITTING: Mapping[str, str] = {
    "CT": "ct_head_neck",
    "PT": "pet",
    "MR": "mr_t1",
    "CR": "xray_2d",
    "DX": "xray_2d",
}
"""Modality -> the preset that is proposed for it, never taken in silence."""

_NAMED = re.compile(r"([A-Za-z][A-Za-z-]{1,15})=(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Presets:
    """Settings with the modality that each measures.

    Parameters
    ----------
    entries
        DICOM's modality and settings; an empty modality means all images when it stands alone, else those that the
        settings say they are for.

    Raises
    ------
    UsageError
        One of several is for no certain modality, or two entries are the same.

    Examples
    --------
    >>> presets = Presets.parse(["CT=ct_native", "pet=pet"])
    >>> [(modalities, params.name) for modalities, params in presets.assigned({"CT": 5, "PT": 5})]
    [(('CT',), 'ct_native'), (('PT',), 'pet')]
    """

    entries: tuple[tuple[str, Params], ...] = ()

    def __post_init__(self) -> None:
        seen = set()
        for modality, params in self.entries:
            if len(self.entries) > 1 and not modality and not params.purpose.modalities:
                message = f"-p {params.name}: say for which modality, for instance -p CT={params.name}"
                raise UsageError(message)
            if (modality, params.name) in seen:
                message = f"-p {params.name} is given twice"
                raise UsageError(message)
            seen.add((modality, params.name))

    @classmethod
    def parse(cls, words: Sequence[str], settings: Sequence[str] = ()) -> "Presets":
        """Read the words of the command line: ``PRESET``, or ``MODALITY=PRESET``; a file may stand for a preset.

        Parameters
        ----------
        words
            One for each ``-p``.
        settings
            ``NAME=VALUE`` that replace settings; they need one preset.

        Raises
        ------
        UsageError
            There is no preset of the name, or settings are replaced and there are several.
        ParameterError
            A file is invalid.
        """
        if settings and len(words) != 1:
            message = f"--setting {settings[0]}: needs exactly one -p; several presets take their settings from files"
            raise UsageError(message)
        entries = []
        for word in words:
            named = None if Path(word).is_file() else _NAMED.fullmatch(word)
            modality, name = ("", word) if named is None else (modality_of(named[1]), named[2].strip())
            entries.append((modality, load_params(name, settings)))
        return cls(tuple(entries))

    @classmethod
    def of(cls, params: "str | Path | Params | Mapping[str, str | Path | Params] | Presets") -> "Presets":
        """Make presets of what a program has: one preset, file or Params, or a mapping of modalities to them.

        Raises
        ------
        UsageError, ParameterError
            As :meth:`parse`.
        """
        if isinstance(params, Presets):
            return params
        given = params if isinstance(params, Mapping) else {"": params}
        return cls(
            tuple(
                (modality_of(modality), value if isinstance(value, Params) else load_params(value))
                for modality, value in given.items()
            )
        )

    @property
    def for_all(self) -> Params | None:
        """The settings of every image, where there is one preset without a modality."""
        return self.entries[0][1] if len(self.entries) == 1 and not self.entries[0][0] else None

    def assigned(
        self, images: Mapping[str, int], wanted: Sequence[str] = ()
    ) -> tuple[tuple[tuple[str, ...], Params], ...]:
        """Deal the modalities of a source to the settings.

        Parameters
        ----------
        images
            Modality -> number of images of the source.
        wanted
            Modalities that shall be measured; none means all.

        Returns
        -------
        tuple
            Modalities and settings of each run; no modalities where the settings are for all.

        Raises
        ------
        UsageError
            There are no settings, or images of a modality have none: the modality is named, with a preset that fits.
        NothingUsableError
            Settings are for a modality that the source does not hold.
        """
        asked = {modality_of(word) for word in wanted}
        there = {modality: count for modality, count in images.items() if not asked or modality in asked}
        if self.for_all is not None:
            return ((tuple(wanted), self.for_all),)
        dealt = [((modality,) if modality else params.purpose.modalities, params) for modality, params in self.entries]
        for modalities, params in dealt:
            if not set(modalities) & set(images):
                message = f"-p {params.name}: the source holds no image of {', '.join(modalities)}; {_held(images)}"
                raise NothingUsableError(message)
        covered = {modality for modalities, _ in dealt for modality in modalities}
        bare = [modality for modality in there if modality not in covered]
        if bare:
            proposed = " ".join(f"-p {modality}={FITTING.get(modality, 'PRESET')}" for modality in bare)
            way_out = "--modality chooses; radpipe params lists presets"
            message = (
                f"say how {', '.join(bare)} shall be measured, for instance {proposed} ({way_out}); {_held(images)}"
            )
            raise UsageError(message)
        chosen = [
            (tuple(modality for modality in modalities if not asked or modality in asked), params)
            for modalities, params in dealt
        ]
        return tuple((modalities, params) for modalities, params in chosen if modalities)


def _held(images: Mapping[str, int]) -> str:
    counted = ", ".join(f"{count} of {modality or 'no modality'}" for modality, count in sorted(images.items()))
    return f"images: {counted or 'none'}"
