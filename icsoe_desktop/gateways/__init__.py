"""The outside world, one file each; imported by services."""
