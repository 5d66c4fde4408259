"""The grid that volumes and masks of these tests lie on."""

from radpipe.geometry import Geometry

GRID = Geometry((2, 3, 4), (3.0, 1.0, 0.5))


BOX = (slice(0, 1), slice(1, 3), slice(2, 4))
