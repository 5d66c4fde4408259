"""Where patients are dealt into folds."""

import numpy as np
import numpy.typing as npt

__all__ = ["stratified_folds"]

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


def stratified_folds(
    event: BoolArray, person: IntArray, folds: int, rng: np.random.Generator, strata: IntArray | None = None
) -> IntArray:
    """Deal persons into folds, those with and without the event in turn, so that each fold has its share of events.

    Parameters
    ----------
    event
        bool, shape (n,).
    person
        int64, shape (n,): rows of one person go to the same fold.
    folds
        How many.
    rng
        Shuffles.
    strata
        int64, shape (n,): of those with the event, and of those without, each stratum is dealt in turn; None is one.

    Returns
    -------
    ndarray
        int64, shape (n,): 0 to folds - 1.
    """
    unique, first, back = np.unique(person, return_index=True, return_inverse=True)
    shuffled = rng.permutation(len(unique))
    beside = np.zeros(len(unique), dtype=np.int64) if strata is None else strata[first][shuffled]
    order = shuffled[np.lexsort((beside, ~event[first][shuffled]))]
    dealt = np.empty(len(unique), dtype=np.int64)
    dealt[order] = np.arange(len(unique)) % folds
    return dealt[back]
