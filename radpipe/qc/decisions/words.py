"""Words of a review: verdicts, reasons and roles."""

__all__ = ["REASONS", "ROLES", "STALE", "VERDICTS"]


VERDICTS = {
    "per_protocol": "per protocol",
    "variation": "acceptable variation",
    "exclude": "unacceptable: excluded",
}
"""Verdicts from best to worst, in the words of trial reviews; the worst of several reviewers counts."""

STALE = "stale"
"""Verdict of a row whose decisions were taken of another mask: to be taken again."""

REASONS = {
    "wrong_structure": "the outline is that of another structure",
    "wrong_side": "the outline lies on the other side",
    "shifted": "the outline does not sit on the anatomy",
    "cut": "the structure is cut by the border of the image",
    "missing_slices": "slices are missing",
    "stray_parts": "parts lie elsewhere",
    "artefact": "an artefact makes the content meaningless",
    "wrong_image": "the image is the wrong one",
    "contour_style": "drawn by another convention",
    "duplicate": "the same as another ROI or patient",
    "other": "see the note",
}
"""Reason -> sentence. ``other`` needs a note."""

ROLES = ("reviewer", "adjudication")
"""An adjudication counts before any reviewer."""
