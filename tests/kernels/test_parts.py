"""Parts and holes are those of SciPy's labelling."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from radpipe.kernels import parts
from radpipe.kernels.parts import parts_and_holes

masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=3, max_dims=3, max_side=7)).filter(np.any)


def labelled(mask: npt.NDArray[np.bool_]) -> tuple[int, int]:
    outside = np.pad(~mask, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    in_plane = np.zeros((3, 3, 3), dtype=bool)
    in_plane[1] = ndimage.generate_binary_structure(2, 1)
    backgrounds = ndimage.label(outside, structure=in_plane)[1]
    return int(ndimage.label(mask, structure=np.ones((3, 3, 3)))[1]), int(backgrounds - len(mask))


@given(masks, st.booleans())
@settings(max_examples=150)
def test_parts_and_holes_are_those_of_labelling(mask: npt.NDArray[np.bool_], writeable: bool) -> None:
    mask.setflags(write=writeable)
    assert parts_and_holes(mask) == labelled(mask)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_larger_masks_with_winding_holes_too(share: float) -> None:
    mask = np.random.default_rng(8).random((3, 40, 30)) < share
    assert parts_and_holes(mask) == labelled(mask)


def test_a_ring_in_a_ring_by_hand() -> None:
    plane = np.zeros((7, 7), dtype=bool)
    plane[[0, 6]] = plane[:, [0, 6]] = True
    plane[2:5, 2:5] = True
    plane[3, 3] = False
    assert parts_and_holes(plane[None]) == (2, 2)
    plane[1, 1] = True  # joins both rings by corners; the hole between them stays one
    assert parts_and_holes(plane[None]) == (1, 2)


def test_kernels_uncompiled_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    mask = np.random.default_rng(9).random((3, 8, 9)) < 0.7
    compiled = parts_and_holes(mask)
    for name in ("root", "joined", "_were_apart", "_count_parts", "_count_holes", "_gap_before"):
        monkeypatch.setattr(parts, name, getattr(parts, name).py_func)
    assert parts_and_holes(mask) == compiled == labelled(mask)
