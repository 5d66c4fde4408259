"""Radiomics for head-and-neck cancer: files in, one trustworthy table out, and the survival analysis that reads it.

Public names stand once, in ``__init__.pyi``; each is imported when it is first asked for, so that ``import radpipe`` is
instant.

>>> import radpipe
>>> radpipe.Geometry((2, 3, 4), (3.0, 1.0, 1.0)).voxel_count
24
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
