"""Writes the schema that a new store gets at once: what all migrations leave in an empty one.

python -m resources.herramientas.esquema
"""

from __future__ import annotations

import json
from typing import Any

from alembic import command
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from icsoe_desktop.store.migrate import HEAD_SCHEMA, alembic_config

# Tables that the search's own CREATE makes.
SEARCH = "trabajadores_buscados_"


def head_schema() -> dict[str, Any]:
    """The revision, and the statements in an order in which they can be repeated."""
    engine = create_engine("sqlite://", module=dbapi2, poolclass=StaticPool)
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        made = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        ).all()
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    engine.dispose()
    own = [
        sql
        for kind, name, sql in made
        if kind != "table" or not name.startswith(("sqlite_", SEARCH))
    ]
    return {"revision": revision, "statements": own}


def main() -> None:
    text = json.dumps(head_schema(), ensure_ascii=False, indent=1)
    HEAD_SCHEMA.write_text(text + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
