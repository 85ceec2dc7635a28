"""What of the tools runs on this system."""

import sys

# The mutator forks, which Windows cannot.
collect_ignore = ["test_mutantes.py"] if sys.platform == "win32" else []
