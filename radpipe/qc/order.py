"""In which order masks are looked at: what is worst first, and nothing by its id."""

import hashlib
from collections.abc import Sequence
from statistics import median

from radpipe.qc.gather import MEASURES, Masked
from radpipe.targets import is_target

__all__ = ["SAMPLE_SHARE", "SEVERE", "middle_masks", "queue", "sampled"]

SEVERE = "case"
"""Code of the rule that finds a case whose contours and image do not fit each other."""

SAMPLE_SHARE = 0.05
"""Of the masks without a flag, to estimate what flags miss."""


def queue(masks: Sequence[Masked], digest: str) -> list[int]:
    """Order masks for review: cases that do not fit, targets, flagged organs, a random sample, then the rest at random.

    Parameters
    ----------
    masks
        Of the run.
    digest
        Of the run: makes the order of the rest, which does not follow the ids, so that no case is always the last.

    Returns
    -------
    list of int
        Places in ``masks``.
    """
    sample = sampled(masks, digest)

    def rank(place: int) -> tuple[int, int, int, bytes]:
        mask = masks[place]
        codes = {flag.code for flag in mask.flags}
        if SEVERE in codes:  # whole cases together
            return 0, 0, -len(codes), _digest(digest, mask.case_id)
        group = 1 if is_target(mask.roi) else 2 if codes else 3 if place in sample else 4
        return group, 0, -len(codes), _digest(digest, mask.case_id, mask.image_id, mask.roi)

    return sorted(range(len(masks)), key=rank)


def sampled(masks: Sequence[Masked], digest: str) -> frozenset[int]:
    """Choose a twentieth of the masks without a flag, at random by the run's digest; none where nothing was flagged.

    Parameters
    ----------
    masks, digest
        As in :func:`queue`.
    """
    if not any(mask.flags for mask in masks):
        return frozenset()
    quiet = [place for place, mask in enumerate(masks) if not mask.flags]
    quiet.sort(key=lambda place: _digest("sample", digest, *_name(masks[place])))
    return frozenset(quiet[: round(SAMPLE_SHARE * len(quiet))])


def middle_masks(masks: Sequence[Masked]) -> dict[tuple[str, str], int]:
    """Find for each ROI name and modality the mask in the middle: nearest to the median volume and content.

    Parameters
    ----------
    masks
        Of the run; those without a flag are preferred.

    Returns
    -------
    dict
        (ROI, modality) -> place in ``masks``.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for place, mask in enumerate(masks):
        groups.setdefault((mask.roi, mask.modality), []).append(place)
    names = [name for name, _, _ in MEASURES]
    volume, mean = names.index("volume"), names.index("mean")
    chosen = {}
    for group, places in groups.items():
        quiet = [place for place in places if not masks[place].flags] or places
        ranks = [_middle_ranks([masks[place].values[which] for place in quiet]) for which in (volume, mean)]
        chosen[group] = quiet[min(range(len(quiet)), key=lambda i: (ranks[0][i] + ranks[1][i], i))]
    return chosen


def _middle_ranks(values: Sequence[float | None]) -> list[float]:
    """Return how far each value is from the median, in ranks."""
    there = sorted(value for value in values if value is not None)
    if not there:
        return [0.0] * len(values)
    middle = median(there)
    distances = sorted(abs(value - middle) for value in there)
    place = {distance: rank for rank, distance in reversed(list(enumerate(distances)))}
    return [float(len(there)) if value is None else float(place[abs(value - middle)]) for value in values]


def _name(mask: Masked) -> tuple[str, str, str]:
    return mask.case_id, mask.image_id, mask.roi


def _digest(*words: str) -> bytes:
    return hashlib.sha256("\n".join(words).encode("utf-8", "replace")).digest()
