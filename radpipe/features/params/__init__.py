"""Params: what to measure, and how. Valid at birth, whether a parameter file or a program made it."""

from radpipe.features.params.image_type import IMAGE_TYPES, ImageType
from radpipe.features.params.params import DEFAULT_MAX_BINS, Params
from radpipe.features.params.purpose import Purpose

__all__ = ["DEFAULT_MAX_BINS", "IMAGE_TYPES", "ImageType", "Params", "Purpose"]
