"""IBSI's convolutional filters (IBSI-2), a file each: mean, Laplacian of a Gaussian, Laws, Gabor, wavelets, Simoncelli.

Each works on the whole interpolated image, slice by slice or in three dimensions, and returns a response map of its
shape. What lies outside the image is named by its boundary (:mod:`radpipe.features.ibsi.filters.boundary`).

References
----------
Image Biomarker Standardisation Initiative, reference manual of convolutional filters, arXiv:2006.05470. Whybra P et al.
Radiology 310 (2024) e231319.
"""

from radpipe.features.ibsi.filters.boundary import Boundary
from radpipe.features.ibsi.filters.gabor import Gabor
from radpipe.features.ibsi.filters.laplacian_of_gaussian import LoG
from radpipe.features.ibsi.filters.laws import Laws
from radpipe.features.ibsi.filters.mean import Mean
from radpipe.features.ibsi.filters.simoncelli import Simoncelli
from radpipe.features.ibsi.filters.wavelet import Wavelet

__all__ = ["Boundary", "Filter", "Gabor", "Laws", "LoG", "Mean", "Simoncelli", "Wavelet"]


Filter = Mean | LoG | Laws | Wavelet | Gabor | Simoncelli
