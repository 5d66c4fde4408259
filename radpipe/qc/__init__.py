"""Quality control: what a run's masks look like in numbers and pictures, and what reviewers decided of them."""
