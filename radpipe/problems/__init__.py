"""The registry of problems: each code with its sentence, its meaning, what to do, and its default policy.

A code ``E_...`` refuses, a code ``W_...`` warns; a policy can change what the registry allows to be changed. The
codes stand in one file for each stage of an image's way.
"""

from collections.abc import Mapping

from radpipe.problems import cases, contours, files, intensities, masks, measuring, places, running, slices
from radpipe.problems.problem import Action, Problem

__all__ = ["PROBLEMS", "STAGES", "Action", "Problem", "problem"]

STAGES: Mapping[str, tuple[Problem, ...]] = {
    "Cases and data sets": cases.ENTRIES,
    "Files": files.ENTRIES,
    "Slices of a series": slices.ENTRIES,
    "Intensities": intensities.ENTRIES,
    "Grids, frames of reference and registration": places.ENTRIES,
    "Masks and segments": masks.ENTRIES,
    "Contours": contours.ENTRIES,
    "Measuring": measuring.ENTRIES,
    "The run": running.ENTRIES,
}
"""The stages of an image's way in their order, each with its codes."""

PROBLEMS: Mapping[str, Problem] = {entry.code: entry for entries in STAGES.values() for entry in entries}
"""Every code, in the order of the way of an image."""


def problem(code: str) -> Problem:
    """Return the registry's entry of a code.

    Raises
    ------
    KeyError
        The code is not in the registry; the message lists codes that are spelt alike.
    """
    try:
        return PROBLEMS[code]
    except KeyError:
        from difflib import get_close_matches

        near = ", ".join(get_close_matches(code, PROBLEMS)) or "see radpipe codes"
        message = f"{code} is not a known code ({near})"
        raise KeyError(message) from None
