"""Kinto plugin: what changed in an office, in one request, and limits of what its records weigh.

Reasons and figures: docs/decisions/0031.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

from icsoe_receta import RECIPE, different
from kinto.core import Service
from kinto.core.errors import ERRORS, http_error
from kinto.core.events import ACTIONS, ResourceChanged
from kinto.core.storage import exceptions as storage_exceptions
from kinto.core.utils import sqlalchemy as sa
from pyramid.events import ContextFound
from pyramid.httpexceptions import HTTPForbidden, HTTPRequestEntityTooLarge, HTTPUnauthorized
from pyramid.security import NO_PERMISSION_REQUIRED

# A batch of the program holds 512 kB.
MAX_BYTES = 600_000
# Here every account of an office creates records: its desktop's key, and a note when it leaves.
# Bytes of a record, and records of an account. The office's responsables are not limited.
OPEN = "llaves"
OPEN_BYTES, OPEN_RECORDS = 8_192, 20
# A right that grants nothing: it names the account that made a record of OPEN.
AUTHOR = "autor"
WRITES = ("PUT", "POST", "PATCH")
RESPONSABLES = "/buckets/{}/groups/responsables"
OFFICE = re.compile(r"of-[a-zA-Z0-9_-]{1,61}")

# The newest version in each collection, also of deletions. One step in an index for each.
NEWEST = """
SELECT o.id, COALESCE(as_epoch((
         SELECT last_modified FROM objects r
          WHERE r.parent_id = :bucket || '/collections/' || o.id AND r.resource_name = 'record'
          ORDER BY last_modified DESC LIMIT 1)), 0) AS newest
  FROM objects o
 WHERE o.parent_id = :bucket AND o.resource_name = 'collection' AND NOT o.deleted
"""

news = Service(
    name="icsoe-novedades",
    path="/buckets/{bucket_id}/novedades",
    description="Newest version of each collection of an office",
)


@news.get(permission=NO_PERMISSION_REQUIRED)  # type: ignore[untyped-decorator]
def get_news(request: Any) -> dict[str, Any]:
    """colecciones: collection → newest version, also of deletions; 0 if it never had a record.

    receta: its number, the version of Kinto, and the names of settings that are not the recipe's.
    """
    if request.authenticated_userid is None:
        raise http_error(HTTPUnauthorized(), errno=ERRORS.MISSING_AUTH_TOKEN)
    bucket = f"/buckets/{request.matchdict['bucket_id']}"
    rights = [(bucket, "read"), (bucket, "write")]
    known = OFFICE.fullmatch(request.matchdict["bucket_id"]) is not None
    if not known or not request.registry.permission.check_permission(
        request.prefixed_principals, rights
    ):
        raise http_error(HTTPForbidden(), errno=ERRORS.FORBIDDEN)
    data = {
        "colecciones": _newest(request.registry.storage, bucket),
        "receta": request.registry.icsoe_recipe,
    }
    return {"data": data}


def _newest(storage: Any, bucket: str) -> dict[str, int]:
    if not hasattr(storage, "client"):  # the memory of the tests
        listed = storage.list_all(resource_name="collection", parent_id=bucket)
        return {one["id"]: _newest_in_memory(storage, bucket, one["id"]) for one in listed}
    with storage.client.connect(readonly=True) as connection:
        rows = connection.execute(sa.text(NEWEST), {"bucket": bucket})
        return {row.id: row.newest for row in rows}


def _newest_in_memory(storage: Any, bucket: str, collection: str) -> int:
    parent = f"{bucket}/collections/{collection}"
    listed = storage.list_all(resource_name="record", parent_id=parent, include_deleted=True)
    return max((one["last_modified"] for one in listed), default=0)


def _weigh(event: ContextFound) -> None:
    """Raise a 413 for a record above the limits. Also for each request of a batch."""
    request = event.request
    collection = (request.matchdict or {}).get("collection_id")
    if request.method not in WRITES or collection is None:
        return
    size = len(request.body)
    bucket = request.matchdict["bucket_id"]
    limited = collection == OPEN and RESPONSABLES.format(bucket) not in request.prefixed_principals
    if size > (OPEN_BYTES if limited else MAX_BYTES):
        raise _too_large(f"Too many bytes for {collection}")
    if limited and _is_new(request, bucket, collection):
        made = written_by(request.registry.permission, bucket, request.prefixed_userid)
        if len(made) >= OPEN_RECORDS:
            raise _too_large(f"An account makes {OPEN_RECORDS} records in {collection}")


def written_by(permission: Any, bucket: str, principal: str | None) -> list[str]:
    """Addresses of the records that an account made in the collection of keys.

    principal: «account:…».
    """
    pattern = f"/buckets/{bucket}/collections/{OPEN}/records/*"
    found: dict[str, Any] = permission.get_accessible_objects([principal], [(pattern, AUTHOR)])
    return list(found)


def _sign(event: ResourceChanged) -> None:
    """Note who made each record of OPEN, and let them read it without a role: it says if they were
    removed.
    """
    where = event.payload
    if where.get("collection_id") == OPEN:
        for change in event.impacted_objects:
            address = (
                f"/buckets/{where['bucket_id']}/collections/{OPEN}/records/{change['new']['id']}"
            )
            for right in (AUTHOR, "read"):
                event.request.registry.permission.add_principal_to_ace(
                    address, right, event.request.prefixed_userid
                )


def _is_new(request: Any, bucket: str, collection: str) -> bool:
    identifier = request.matchdict.get("id")
    if identifier is None:
        return True
    try:
        request.registry.storage.get(
            resource_name="record",
            parent_id=f"/buckets/{bucket}/collections/{collection}",
            object_id=identifier,
        )
    except storage_exceptions.ObjectNotFoundError:
        return True
    return False


def _too_large(message: str) -> Exception:
    said: Exception = http_error(
        HTTPRequestEntityTooLarge(), errno=ERRORS.REQUEST_TOO_LARGE, message=message
    )
    return said


def includeme(config: Any) -> None:
    config.add_api_capability(
        "icsoe", description="Novedades de una oficina; límites de registros", url=""
    )
    config.registry.icsoe_recipe = {
        "numero": RECIPE,
        "kinto": version("kinto"),
        "distintos": sorted(different(config.registry.settings)),
    }
    config.add_subscriber(_weigh, ContextFound)
    config.add_subscriber(
        _sign, ResourceChanged, for_actions=(ACTIONS.CREATE,), for_resources=("record",)
    )
    config.scan("icsoe_registros")
