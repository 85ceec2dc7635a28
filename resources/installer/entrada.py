"""Where the frozen program begins."""

import sys

from icsoe_desktop.__main__ import main

sys.exit(main())
