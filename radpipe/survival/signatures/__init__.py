"""Locked prognostic indices: published ones, saved ones, and making one."""
