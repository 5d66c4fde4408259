"""Matrices of gray levels: what several feature classes take from them."""
