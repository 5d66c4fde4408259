"""Numbers of survival analysis: arrays in, estimates with intervals out; no tables, no names of models."""
