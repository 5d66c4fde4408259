"""Volume and Mask: read-only voxels on a :class:`~radpipe.geometry.Geometry`."""

from radpipe.volume.arrays import Box, bounding_box
from radpipe.volume.image import Volume
from radpipe.volume.mask import Mask

__all__ = ["Box", "Mask", "Volume", "bounding_box"]
