"""The error of a build."""


class BuildError(Exception):
    """A Spanish sentence: the reason why nothing was built."""
