"""Cohort, Case, ImageRef, RoiRef: where things lie. References only, never pixels.

A cohort is small and pickles; references of images and ROIs go to JSON and back, because a plan is kept. Problems
found while indexing are kept in it, not logged.
"""

from radpipe.cohort.case import Case
from radpipe.cohort.cohort import Cohort
from radpipe.cohort.image_ref import ImageKind, ImageRef
from radpipe.cohort.json_record import known_keys
from radpipe.cohort.refusal import Refusal
from radpipe.cohort.roi_ref import MaskKind, RoiRef

__all__ = ["Case", "Cohort", "ImageKind", "ImageRef", "MaskKind", "Refusal", "RoiRef", "known_keys"]
