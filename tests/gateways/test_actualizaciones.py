"""A newer version: announced by a real HTTPS server, signed, whole, and never an older one."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.actualizacion import Actualizacion, Instalacion, Version
from icsoe_desktop.domain.politicas.valores import FuenteActualizaciones
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways import actualizaciones
from icsoe_desktop.gateways.actualizaciones import ActualizacionesGateway, read_announcement
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.actualizaciones import ActualizacionesService
from resources.installer.anunciar import announcement
from tests.support.progreso import Stop
from tests.support.smtp_real import Certificado, make_certificado

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
LLAVE = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
Started = list[tuple[Path, list[str]]]
INSTALLER = b"MZ" + bytes(700_000)


@dataclass
class Descargas:
    """What the server has, by path, and the paths it was asked for."""

    port: int
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def address(self, path: str) -> str:
        return f"https://127.0.0.1:{self.port}{path}"

    @property
    def fuente(self) -> FuenteActualizaciones:
        return FuenteActualizaciones(self.address("/icsoe.json"), LLAVE)

    def announce(self, version: str, key: Ed25519PrivateKey = KEY) -> None:
        self.files["/setup.exe"] = INSTALLER
        text = announcement(key, INSTALLER, version, self.address("/setup.exe"), "Más rápida.")
        self.files["/icsoe.json"] = text.encode()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust us hangs up: what some tests want."""


@contextmanager
def serving(certificado: Certificado) -> Iterator[Descargas]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            if self.path in served.redirects:
                self.send_response(302)
                self.send_header("Location", served.redirects[self.path])
                self.end_headers()
                return
            content = served.files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            return None

    server = _Server(("127.0.0.1", 0), Handler)
    server.socket = certificado.server.wrap_socket(server.socket, server_side=True)
    served = Descargas(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def certificado(tmp_path: Path) -> Certificado:
    return make_certificado(tmp_path)


@pytest.fixture
def descargas(certificado: Certificado, monkeypatch: pytest.MonkeyPatch) -> Iterator[Descargas]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(certificado) as found:
        yield found


@pytest.fixture
def gateway(certificado: Certificado) -> ActualizacionesGateway:
    return ActualizacionesGateway(certificado.trusting)


@pytest.fixture
def started() -> Started:
    """The installers that were opened, each with its options."""
    return []


@pytest.fixture
def service(
    gateway: ActualizacionesGateway, descargas: Descargas, tmp_path: Path, started: Started
) -> ActualizacionesService:
    return ActualizacionesService(
        gateway,
        descargas.fuente,
        tmp_path / "nuevas",
        "1.9.0",
        Instalacion.USUARIO,
        lambda path, options: started.append((path, list(options))),
    )


def test_a_newer_version_is_offered_and_downloaded(
    service: ActualizacionesService, descargas: Descargas, tmp_path: Path, started: Started
) -> None:
    descargas.announce("1.10.0")
    found = service.find_newer()
    assert found == Actualizacion(
        Version((1, 10, 0)),
        descargas.address("/setup.exe"),
        hashlib.sha256(INSTALLER).hexdigest(),
        700_002,
        "Más rápida.",
    )
    path = service.install(found, NoProgress())
    assert path == tmp_path / "nuevas" / "ICSOE-Desktop-1.10.0.exe"
    assert path.read_bytes() == INSTALLER
    assert list(path.parent.iterdir()) == [path]
    assert started == [(path, [])]


def test_where_it_was_installed_for_all_the_installer_opens_for_all(
    gateway: ActualizacionesGateway, descargas: Descargas, tmp_path: Path, started: Started
) -> None:
    service = ActualizacionesService(
        gateway,
        descargas.fuente,
        tmp_path,
        "1.9.0",
        Instalacion.EQUIPO,
        lambda path, options: started.append((path, list(options))),
    )
    descargas.announce("1.10.0")
    found = service.find_newer()
    assert found is not None
    path = service.install(found, NoProgress())
    assert started == [(path, ["/ALLUSERS"])]


def test_old_downloads_are_deleted_and_nothing_else(
    service: ActualizacionesService, descargas: Descargas, tmp_path: Path
) -> None:
    folder = tmp_path / "nuevas"
    folder.mkdir()
    old = ["ICSOE-Desktop-1.8.0.exe", "ICSOE-Desktop-1.9.0.exe", "ICSOE-Desktop-3.0.0.parcial"]
    theirs = ["ICSOE-Desktop-1.8.0.exe.txt", "ICSOE-Desktop-1.8.exe", "nómina.exe"]
    pending = "ICSOE-Desktop-1.9.1.exe"
    for name in (*old, *theirs, pending):
        (folder / name).touch()
    (folder / "ICSOE-Desktop-0.0.1.exe").mkdir()
    descargas.announce("1.10.0")
    found = service.find_newer()
    assert found is not None
    folders = {"ICSOE-Desktop-0.0.1.exe"}
    assert {path.name for path in folder.iterdir()} == {*theirs, pending, *folders}
    path = service.install(found, NoProgress())
    assert {one.name for one in folder.iterdir()} == {*theirs, path.name, *folders}


@pytest.mark.parametrize("version", ["1.9.0", "1.8.99", "0.10.0"])
def test_the_same_or_an_older_version_is_never_offered(
    service: ActualizacionesService, descargas: Descargas, version: str
) -> None:
    descargas.announce(version)
    assert service.find_newer() is None


def test_nobody_is_asked_unless_an_administrator_said_whom(
    gateway: ActualizacionesGateway, tmp_path: Path
) -> None:
    service = ActualizacionesService(gateway, None, tmp_path, "1.9.0")
    assert (service.enabled, service.find_newer()) == (False, None)


def test_a_server_that_the_machine_does_not_trust_is_not_asked(
    descargas: Descargas, tmp_path: Path
) -> None:
    descargas.announce("2.0.0")
    service = ActualizacionesService(ActualizacionesGateway(), descargas.fuente, tmp_path, "1.9.0")
    with pytest.raises(UserFacingError) as refused:
        service.find_newer()
    assert refused.value.message == actualizaciones.NOT_REACHED
    assert descargas.asked == []


def _signed_by_another(descargas: Descargas) -> None:
    descargas.announce("2.0.0", OTHER_KEY)


def _endless(descargas: Descargas) -> None:
    descargas.files["/icsoe.json"] = b" " * (actualizaciones.MAX_ANNOUNCEMENT_BYTES + 1)


def _moved_to(target: str) -> Callable[[Descargas], None]:
    return lambda descargas: descargas.redirects.update({"/icsoe.json": target})


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        pytest.param(_signed_by_another, actualizaciones.NOT_TRUSTED, id="signed by another"),
        pytest.param(_endless, actualizaciones.NOT_TRUSTED, id="without end"),
        pytest.param(lambda _: None, actualizaciones.NOT_REACHED, id="nothing there"),
        *(
            pytest.param(_moved_to(target), actualizaciones.NOT_REACHED, id=f"moved to {target!r}")
            for target in (
                "http://127.0.0.1/icsoe.json",
                "file:///etc/passwd",
                "https://[",
                "https://\xff/",
            )
        ),
    ],
)
def test_an_announcement_that_is_not_good_is_refused_with_a_sentence(
    service: ActualizacionesService,
    descargas: Descargas,
    prepare: Callable[[Descargas], None],
    sentence: str,
) -> None:
    prepare(descargas)
    with pytest.raises(UserFacingError) as refused:
        service.find_newer()
    assert refused.value.message == sentence


@pytest.mark.parametrize("content", [INSTALLER[:-1], INSTALLER + b"!", INSTALLER[:-1] + b"!", b""])
def test_an_installer_other_than_the_announced_one_is_not_kept(
    service: ActualizacionesService, descargas: Descargas, tmp_path: Path, content: bytes
) -> None:
    descargas.announce("2.0.0")
    descargas.files["/setup.exe"] = content
    found = service.find_newer()
    assert found is not None
    with pytest.raises(UserFacingError) as refused:
        service.install(found, NoProgress())
    assert refused.value.message == actualizaciones.DAMAGED
    assert list((tmp_path / "nuevas").iterdir()) == []


GOOD = {
    "version": "2.0.0",
    "instalador": "https://x.mx/setup.exe",
    "sha256": "0" * 64,
    "tamano": 1,
    "notas": "",
}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", "2.0"),
        ("version", "٢.0.0"),
        ("version", 2),
        ("version", "9" * 5000 + ".0.0"),
        ("version", "2.0.0\n"),
        ("version", "2.0.0/../fuera"),
        ("instalador", "file:///etc/passwd"),
        ("instalador", "http://x.mx/setup.exe"),
        ("instalador", None),
        ("sha256", "0" * 63),
        ("sha256", "G" * 64),
        ("tamano", 0),
        ("tamano", True),
        ("tamano", -1),
        ("tamano", 500_000_001),
        ("notas", "x" * 4_001),
        ("notas", ["x"]),
    ],
)
def test_a_manifest_with_a_wrong_value_is_no_announcement(key: str, value: object) -> None:
    assert Actualizacion.parse(GOOD).tamano == 1
    largest = {**GOOD, "tamano": 500_000_000, "notas": "x" * 4_000}
    assert Actualizacion.parse(largest).tamano == 500_000_000
    with pytest.raises(ValueError, match=key):
        Actualizacion.parse({**GOOD, key: value})


SIGNED = announcement(KEY, INSTALLER, "2.0.0", "https://x.mx/setup.exe", "").encode()


@given(st.binary(max_size=300))
def test_no_bytes_pass_for_an_announcement(content: bytes) -> None:
    with pytest.raises(UserFacingError):
        read_announcement(content, LLAVE)


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_no_json_passes_for_an_announcement(value: object) -> None:
    for content in (value, {"manifiesto": value, "firma": value}):
        with pytest.raises(UserFacingError):
            read_announcement(json.dumps(content).encode(), LLAVE)


@given(st.integers(0, len(SIGNED) - 1), st.integers(0, 255))
def test_a_changed_byte_is_noticed_or_changes_nothing(position: int, byte: int) -> None:
    changed = SIGNED[:position] + bytes([byte]) + SIGNED[position + 1 :]
    try:
        found = read_announcement(changed, LLAVE)
    except UserFacingError:
        return
    assert found == read_announcement(SIGNED, LLAVE)


def test_a_deeply_nested_answer_is_refused() -> None:
    with pytest.raises(UserFacingError):
        read_announcement(b"[" * 60_000, LLAVE)


@contextmanager
def talking(certificado: Certificado, talk: Callable[[ssl.SSLSocket], None]) -> Iterator[int]:
    """A server that says whatever `talk` sends. Gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def answer(connection: socket.socket) -> None:
        # The client hangs up in the middle: what the tests want.
        with suppress(OSError), certificado.server.wrap_socket(connection, server_side=True) as tls:
            tls.recv(4096)
            talk(tls)

    def serve() -> None:
        while not ended.is_set():
            with suppress(OSError):
                threading.Thread(target=answer, args=[listener.accept()[0]], daemon=True).start()

    listener.settimeout(0.1)
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        listener.close()


OK = b"HTTP/1.1 200 OK\r\n"


def without_end(*parts: bytes, pause_s: float = 0.02) -> Callable[[ssl.SSLSocket], None]:
    """Sends the first part once and the last for ever."""

    def talk(tls: ssl.SSLSocket) -> None:
        tls.sendall(parts[0])
        while True:
            tls.sendall(parts[-1])
            time.sleep(pause_s)

    return talk


MOVED = b"HTTP/1.1 302 Found\r\nLocation: /otra\r\n\r\n"


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(without_end(OK, b"X"), id="a heading that never ends"),
        pytest.param(without_end(b"HTTP/1.1 100 Continue\r\n\r\n"), id="go on, go on"),
        pytest.param(without_end(OK + b"\r\n", b"x", pause_s=0.1), id="a body drop by drop"),
        pytest.param(without_end(MOVED, bytes(1_000_000), pause_s=0), id="moved, with a flood"),
    ],
)
def test_a_server_that_never_ends_is_left_at_the_deadline(
    talk: Callable[[ssl.SSLSocket], None],
    certificado: Certificado,
    gateway: ActualizacionesGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(actualizaciones, "ANNOUNCEMENT_S", 1.0)
    tracemalloc.start()
    with talking(certificado, talk) as port:
        began = time.monotonic()
        with pytest.raises(UserFacingError):
            gateway.newest(FuenteActualizaciones(f"https://127.0.0.1:{port}/icsoe.json", LLAVE))
        assert time.monotonic() - began < 30
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30_000_000


def test_a_download_that_comes_drop_by_drop_can_be_cancelled(
    certificado: Certificado,
    gateway: ActualizacionesGateway,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with talking(certificado, without_end(OK + b"\r\n", b"x", pause_s=0.1)) as port:
        announced = Actualizacion(
            Version.parse("2.0.0"), f"https://127.0.0.1:{port}/x", "0" * 64, 9_000_000
        )
        began = time.monotonic()
        with pytest.raises(Cancelled):
            gateway.download(announced, tmp_path / "nuevas", Stop())
        assert time.monotonic() - began < 30
    assert list((tmp_path / "nuevas").iterdir()) == []


def test_an_announcement_in_pieces_is_read_whole(
    certificado: Certificado, gateway: ActualizacionesGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    text = announcement(KEY, INSTALLER, "2.0.0", "https://ejemplo.mx/setup.exe", "Más rápida.")

    def talk(tls: ssl.SSLSocket) -> None:
        tls.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
        for at in range(0, len(text), 50):
            part = text[at : at + 50].encode()
            tls.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        tls.sendall(b"0\r\n\r\n")

    with talking(certificado, talk) as port:
        fuente = FuenteActualizaciones(f"https://127.0.0.1:{port}/icsoe.json", LLAVE)
        assert gateway.newest(fuente).version == Version.parse("2.0.0")
