"""The figures of a survival report, each with the sentence that tells how to read it."""
