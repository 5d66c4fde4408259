"""Radiomics for head-and-neck cancer."""
