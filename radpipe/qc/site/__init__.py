"""The page of a run: an index, pictures a file a task, and what shows them; opened from disk, without a network."""
