"""Numba kernels: pure functions over arrays. They count; the rooms above check, allocate and explain."""
