"""One file, case or ROI cannot be used: the error that becomes a row."""

from typing import Any, Self

from radpipe.errors.kinds import RadpipeError
from radpipe.problems import problem

__all__ = ["InputError"]


class InputError(RadpipeError):
    """One file, case or ROI cannot be used.

    Parameters
    ----------
    code
        A code of the registry, ``E_...``.
    path, case, roi
        Where; what is not known where the error is raised is added on its way up by :meth:`located`.
    **facts
        The values that the registry's sentence for this code names.

    Raises
    ------
    KeyError
        The code is not in the registry, or a fact that its sentence names is missing.

    Examples
    --------
    >>> InputError("E_EMPTY_ROI", path="rs.dcm", case="HN1004", roi="GTV-1").message
    'HN1004, GTV-1: the mask holds no voxel. File: rs.dcm. Do: check the contours; exclude the ROI if ...'
    """

    def __init__(
        self, code: str, *, path: str | None = None, case: str | None = None, roi: str | None = None, **facts: Any
    ) -> None:
        self.code = code
        self.path = None if path is None else str(path)
        self.case = case
        self.roi = roi
        self.facts = facts
        self.sentence = problem(code).sentence(facts)
        super().__init__(str(self))

    def __str__(self) -> str:
        """Code, place, sentence, file and the way out."""
        return f"{self.code}  {self.message}"

    @property
    def message(self) -> str:
        """Place, sentence, file and the way out, without the code."""
        place = ", ".join(part for part in (self.case, self.roi) if part)
        text = f"{place}: {self.sentence}." if place else f"{self.sentence}."
        if self.path:
            text += f" File: {self.path}."
        return f"{text} Do: {problem(self.code).remedy}."

    def located(self, *, path: str | None = None, case: str | None = None, roi: str | None = None) -> Self:
        """Return the same error with the blanks of its place filled."""
        return type(self)(self.code, path=self.path or path, case=self.case or case, roi=self.roi or roi, **self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by constructor arguments."""
        return _rebuild_input_error, (type(self), self.code, self.path, self.case, self.roi, self.facts)


def _rebuild_input_error(
    kind: type[InputError], code: str, path: str | None, case: str | None, roi: str | None, facts: dict[str, Any]
) -> InputError:
    return kind(code, path=path, case=case, roi=roi, **facts)
