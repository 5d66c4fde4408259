"""Decisions of reviewers about masks: their words, the decision, the file, and what counts."""
