"""The rows of the store, one class per table.

Import a row from its module: each class of rows costs milliseconds, and the first window needs few.
Their modules have no `from __future__ import annotations`: SQLAlchemy compiles each annotation
that is a string.
"""


def load_all() -> None:
    """Import every table, for code that needs the whole schema or foreign keys between modules."""
    from icsoe_desktop.store.tables import (  # noqa: F401
        acceso,
        confronta,
        icsoe,
        informativa,
        lotes,
        movimientos,
        registros,
        sincronizacion,
        sistema,
    )
