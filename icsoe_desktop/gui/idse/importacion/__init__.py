"""The windows that import movements."""
