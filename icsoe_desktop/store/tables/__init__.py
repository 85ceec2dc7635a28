"""The rows of the store, one class per table.

Import a row from its module: each class of rows costs milliseconds, and the first window needs few.
"""

import sys
from typing import Any


def load_all() -> None:
    """Import every table, for code that needs the whole schema or foreign keys between modules."""
    from icsoe_desktop.store.tables import (
        acceso,
        icsoe,
        informativa,
        lotes,
        movimientos,
        registros,
        sincronizacion,
        sistema,
    )


def __getattr__(name: str) -> Any:
    load_all()
    for module in map(sys.modules.__getitem__, [*filter(f"{__name__}.".__lt__, sys.modules)]):
        if module.__name__.startswith(f"{__name__}.") and hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(name)
