"""Twins, and ROIs inside others."""

from collections.abc import Mapping

from radpipe.imaging.mask_metrics.thresholds import TWIN_DICE, WITHIN_SHARE
from radpipe.imaging.mask_metrics.values import Overlap
from radpipe.volume import Mask

__all__ = ["overlaps_of"]


def overlaps_of(masks: Mapping[str, Mask], sources: Mapping[str, frozenset[str]]) -> dict[str, tuple[Overlap, ...]]:
    """Find, for each mask, its twins and the masks that hold it.

    Parameters
    ----------
    masks
        Name of the row -> mask, all on one grid.
    sources
        Name of the row -> ids of the ROIs it is made of; rows that share one are not compared.

    Returns
    -------
    dict
        Name of the row -> overlaps, for each of ``masks``.

    Raises
    ------
    ValueError
        Two masks lie on different grids.
    """
    overlaps: dict[str, list[Overlap]] = {name: [] for name in masks}
    names = sorted(masks, key=lambda name: masks[name].crop.size)
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            if sources.get(name, frozenset()) & sources.get(other, frozenset()):
                continue
            common = _common(masks[name], masks[other])
            if not common:
                continue
            sizes = {name: masks[name].voxel_count, other: masks[other].voxel_count}
            dice = 2.0 * common / sum(sizes.values())
            for inner, outer in ((name, other), (other, name)):
                share = common / sizes[inner]
                if dice > TWIN_DICE or share > WITHIN_SHARE:
                    overlaps[inner].append(Overlap(outer, dice, share))
    return {name: tuple(pairs) for name, pairs in overlaps.items()}


def _common(mask: Mask, other: Mask) -> int:
    apart = any(a.stop <= b.start or b.stop <= a.start for a, b in zip(mask.box, other.box, strict=True))
    return 0 if apart else mask.common_voxels(other)
