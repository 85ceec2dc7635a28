"""The log: rotating, without personal data, and useful all the same."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop import logs
from icsoe_desktop.logs import close_logs, configure_logs
from icsoe_desktop.redaction import redact


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    own = logging.getLogger("icsoe_desktop")
    before = root.handlers[:], root.level, own.level
    yield root
    for handler in root.handlers:
        if handler not in before[0]:
            handler.close()
    root.handlers[:], root.level = before[0], before[1]
    own.setLevel(before[2])


CURP, RFC_FISICA, RFC_MORAL = "PERA900101HDFRRL09", "PERA900101AB1", "Ñ&A010203XY9"
NSS, REGISTRO, CORREO = "12345678903", "A1234567895", "alma.p+x@correo.ejemplo.mx"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"curp {CURP}.", "curp [CURP]."),
        (f"curp={CURP.lower()},", "curp=[CURP],"),
        (f"rfc {RFC_FISICA} y {RFC_MORAL}", "rfc [RFC] y [RFC]"),
        (
            f"Claveprivada_FIEL_{RFC_FISICA}_20260101_120000.key",
            "Claveprivada_FIEL_[RFC]_20260101_120000.key",
        ),
        ("«&AB010203XY9»", "«[RFC]»"),
        (f"nss {NSS}", "nss [NSS]"),
        (f"nss-{NSS}-x", "nss-[NSS]-x"),
        (f"rp_{REGISTRO}.txt", "rp_[REGISTRO PATRONAL].txt"),
        (f"rp {REGISTRO[:10]}", "rp [REGISTRO PATRONAL]"),
        (f"para <{CORREO}>", "para <[CORREO]>"),
        (
            f"{CURP} {RFC_FISICA} {NSS} {REGISTRO} {CORREO}",
            "[CURP] [RFC] [NSS] [REGISTRO PATRONAL] [CORREO]",
        ),
    ],
)
def test_personal_data_is_replaced(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "store migrated from None to 0001",
        "2026-03-02 15:30:00,123 WARNING icsoe_desktop.gateways.llavero: keyring not readable",
        "certificado 00001000000504465028 (20 dígitos)",
        "antes-de-migrar-0001-20260302T153000000000.db",
        "usuario 019caf2ba8c072ce938d157f994f2a10 deshabilitado",
        "fila 019caf2b-a8c0-72ce-938d-157f994f2a10",
        "fila 12345678-1234-7234-8234-12345678901a",
    ],
)
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    assert redact(text) == text


@given(st.uuids(version=4))
def test_ids_stay_as_they_are(one: uuid.UUID) -> None:
    assert redact(f"registro {one.hex} guardado") == f"registro {one.hex} guardado"


@pytest.mark.expects_log
def test_a_record_and_its_traceback_are_written_without_personal_data(
    tmp_path: Path, root_logger: logging.Logger
) -> None:
    path = configure_logs(tmp_path / "registros")
    logger = logging.getLogger("icsoe_desktop.prueba")
    logger.info("alta de %s", CURP)
    logger.debug("no se escribe")
    logging.getLogger("otra.biblioteca").info("no se escribe")
    try:
        raise ValueError(f"el NSS {NSS} no está")
    except ValueError:
        logger.exception("falló con %s", RFC_FISICA)

    text = path.read_text(encoding="utf-8")

    assert "INFO icsoe_desktop.prueba: alta de [CURP]\n" in text
    assert "ERROR icsoe_desktop.prueba: falló con [RFC]\n" in text
    assert "ValueError: el NSS [NSS] no está" in text
    assert "Traceback" in text
    for secret in (CURP, NSS, RFC_FISICA, "no se escribe"):
        assert secret not in text


def test_the_log_rotates_and_only_the_newest_files_stay(
    tmp_path: Path, root_logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 1_000)
    folder = tmp_path / "registros"
    configure_logs(folder)
    logger = logging.getLogger("icsoe_desktop.prueba")
    for number in range(200):
        logger.info("renglón %03d %s", number, "x" * 50)
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["icsoe.log", *(f"icsoe.log.{n}" for n in range(1, logs.KEPT_FILES + 1))]
    assert all(path.stat().st_size <= 1_000 for path in folder.iterdir())
    assert "renglón 199" in (folder / "icsoe.log").read_text(encoding="utf-8")


def test_the_folder_of_the_log_is_the_users_alone(
    tmp_path: Path, root_logger: logging.Logger
) -> None:
    path = configure_logs(tmp_path / "registros")
    if os.name == "posix":  # Windows keeps the permissions of the folder it lies in
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.exists()  # made with the first record


def test_a_closed_log_holds_no_file_open_and_takes_nothing_more(
    tmp_path: Path, root_logger: logging.Logger
) -> None:
    before = root_logger.handlers[:]
    path = configure_logs(tmp_path / "registros")
    logging.getLogger("icsoe_desktop.prueba").info("antes")
    close_logs(path.parent)
    logging.getLogger("icsoe_desktop.prueba").info("después")
    assert root_logger.handlers == before
    assert path.read_text("utf-8").rstrip().endswith("antes")
    path.unlink()  # Windows would refuse it were it open
