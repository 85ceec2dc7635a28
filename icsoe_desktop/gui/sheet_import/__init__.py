"""A sheet that is brought in: what the windows of each of its kinds share."""
