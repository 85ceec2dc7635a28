"""What the program must do."""

import os
import sys

# Each pytest worker, and each process that a test starts, would compile everything anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
