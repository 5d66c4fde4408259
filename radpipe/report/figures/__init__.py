"""Figures: each function takes plain values and returns a matplotlib Figure; nothing is drawn to a screen."""
