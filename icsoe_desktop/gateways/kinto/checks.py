"""Checks the settings of a Kinto that can lose or expose data.

Most checks are by behaviour: they send a harmful request for an object that does not exist. A
safe server answers 405 or 401 before it looks for the object. Test records go into the
collection «pruebas» and are deleted.
"""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final

from icsoe_desktop.domain.sincronizacion.records import (
    KEYS_COLLECTION,
    RecordCollection,
    RolOficina,
)
from icsoe_desktop.gateways.kinto import check_texts
from icsoe_desktop.gateways.kinto.dates import whole
from icsoe_desktop.gateways.kinto.errors import (
    NoPermissionError,
    NotKintoError,
    PasswordRejectedError,
    RequestRejectedError,
    ServerAddressError,
    ServerCertificateError,
)
from icsoe_desktop.gateways.kinto.server import GENERATION_KEY, KintoServer
from icsoe_desktop.gateways.kinto.transport import RetryPolicy, Transport
from icsoe_desktop.gateways.kinto.values import MAX_BATCH_BYTES, MAX_WRITES, ServerFinding
from icsoe_desktop.gateways.kinto.write_checks import TEST_COLLECTION, try_writing
from icsoe_desktop.gateways.trust import system_tls
from icsoe_desktop.jobs import NoProgress, Progress

OLDEST_TRIED: Final = (26, 5)
STEPS: Final = 6
ALL: Final = (*RecordCollection, KEYS_COLLECTION, TEST_COLLECTION)


def check_server(
    direccion: str,
    cuenta: str,
    contrasena: str,
    oficina: str,
    progress: Progress | None = None,
    *,
    tls: Callable[[], ssl.SSLContext] = system_tls,
    retry_policy: RetryPolicy | None = None,
) -> list[ServerFinding]:
    """One finding a setting. The server is safe to use if no finding has `bien` False.

    cuenta: any member of the office. An account that may write gets more checks.
    Stops at a finding that makes the next checks pointless (no TLS, no Kinto).
    Raises SyncServerError when the server cannot be reached, OfficeNameError, Cancelled.
    """
    report = progress or NoProgress()
    anonymous = secrets.token_hex(8)
    try:
        nobody = Transport(direccion, "", "", tls=tls, retry_policy=retry_policy)
        server = KintoServer(
            direccion, cuenta, contrasena, oficina, tls=tls, retry_policy=retry_policy
        )
    except ServerAddressError:
        return [check_texts.NO_TLS]
    with closing(nobody), server:
        try:
            found = list(_of_itself(nobody, server, cuenta, report))
        except ServerCertificateError:
            return [check_texts.BAD_CERTIFICATE]
        except NotKintoError:
            return [check_texts.tls(nobody.encrypted), check_texts.NO_KINTO]
        found += _closed_doors(nobody, server, anonymous, report)
        if not any(one.ok is False and one.setting == check_texts.ACCOUNT for one in found):
            report.report(4, STEPS, "Revisando la oficina…")
            found += _office(server, cuenta)
            report.report(5, STEPS, "Probando escrituras simultáneas…")
            found += try_writing(
                server,
                lambda: KintoServer(
                    direccion, cuenta, contrasena, oficina, tls=tls, retry_policy=retry_policy
                ),
            )
    report.report(STEPS, STEPS, "Listo")
    return found


def _of_itself(
    nobody: Transport, server: KintoServer, cuenta: str, report: Progress
) -> Iterator[ServerFinding]:
    report.report(0, STEPS, "Conectando…")
    info = server.info()
    yield check_texts.tls(nobody.encrypted)
    yield check_texts.version(info.version, _numbers(info.version) >= OLDEST_TRIED)
    yield check_texts.account(info.cuenta == cuenta)
    yield check_texts.flush("flush_endpoint" in info.capabilities)
    yield check_texts.personal_buckets("default_bucket" in info.capabilities)
    yield check_texts.read_only(info.read_only)
    yield check_texts.batch_size(
        info.max_batch, info.max_batch is None or info.max_batch >= MAX_WRITES
    )


def _closed_doors(
    nobody: Transport, server: KintoServer, word: str, report: Progress
) -> Iterator[ServerFinding]:
    report.report(1, STEPS, "Revisando quién puede crear cuentas y oficinas…")
    # The server creates neither an account without password nor an office with a wrong schema.
    # Only an account that may create them gets the error about the contents.
    status = _status(nobody, "PUT", f"/accounts/{word}", {"data": {}})
    yield check_texts.account_creation(status in (401, 403, 405))
    http = server.transport
    status = _status(http, "POST", "/buckets", {"data": {"id": f"of-{word}", "record:schema": 0}})
    admin = server.cuenta == "admin"
    yield check_texts.office_creation(None if admin else status in (401, 403, 405))
    report.report(2, STEPS, "Revisando qué se puede borrar…")
    missing = f"/buckets/of-{word}"
    doors = (
        ("DELETE", missing),
        ("PUT", missing),
        ("DELETE", f"/buckets?id={word}"),
        ("DELETE", f"{missing}/collections/{word}"),
        ("PUT", f"{missing}/collections/{word}"),
        ("PATCH", f"{missing}/collections/{word}"),
        ("DELETE", f"{missing}/collections?id={word}"),
        ("DELETE", f"{missing}/groups/{word}"),
        ("PUT", f"{missing}/groups/{word}"),
        ("DELETE", f"{missing}/groups?id={word}"),
        ("DELETE", f"{missing}/collections/{word}/records?id={word}"),
    )
    # No object has this version, so that an unsafe server changes nothing either.
    condition = {"If-Match": '"1"'}
    opened = [
        method
        for method, path in doors
        if _status(http, method, path, None if method == "DELETE" else {"data": {}}, condition)
        != 405
    ]
    yield check_texts.deletion(not opened)
    report.report(3, STEPS, "Revisando el tamaño de los envíos…")
    padding = {"requests": [], "relleno": "x" * MAX_BATCH_BYTES}
    yield check_texts.body_size(_status(http, "POST", "/batch", padding) != 413)


def _office(server: KintoServer, cuenta: str) -> Iterator[ServerFinding]:
    try:
        generation = server.office().generation
        role = server.roles().get(cuenta)
        collections = server.collections()
    except (NoPermissionError, PasswordRejectedError, RequestRejectedError):
        yield check_texts.office(False)
        return
    yield check_texts.office(True)
    yield check_texts.generation(generation.isdigit(), GENERATION_KEY)
    yield check_texts.collections([one for one in ALL if one not in collections])
    yield check_texts.role(None if role is None else RolOficina(role).value)


def _status(
    http: Transport,
    method: str,
    path: str,
    body: object = None,
    headers: dict[str, str] | None = None,
) -> int:
    expected = (400, 401, 403, 404, 405, 412)
    try:
        answer = http.request(method, path, body=body, headers=headers, expected=expected)
    except RequestRejectedError as error:
        return error.status
    return answer.status


def _numbers(version: str) -> tuple[int, ...]:
    parts = map(whole, version.split(".")[:2])
    return tuple(part for part in parts if part is not None)
