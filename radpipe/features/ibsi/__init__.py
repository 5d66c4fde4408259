"""IBSI's definition of the features: processing, families and aggregation after the reference manual, arXiv:1612.07003.

The kernels are those of PyRadiomics' definition; what differs is how image and mask are prepared, which features there
are, and how matrices of slices and directions are brought together.
"""
