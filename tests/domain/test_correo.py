"""A mail and the settings of its server: what may be written in them, and when one tries again."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.correo import (
    USUAL_PORTS,
    MensajeCorreo,
    Seguridad,
    ServidorCorreo,
    retry_after,
)
from icsoe_desktop.errors import InvalidInputError

USER = "nomina@ejemplo.mx"


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n", "\0", "\u2028", "\x85"])
def test_nobody_writes_headers_through_the_subject_or_an_address(line_end: str) -> None:
    injected = f"Hola{line_end}Bcc: todos@ejemplo.mx"
    with pytest.raises(InvalidInputError, match="un solo renglón") as caught:
        MensajeCorreo(para="beto@ejemplo.mx", asunto=injected, texto="Hola")
    assert caught.value.campo == "asunto"
    with pytest.raises(InvalidInputError) as caught:
        MensajeCorreo(para=f"beto@ejemplo.mx{line_end}", asunto="Hola", texto="Hola")
    assert caught.value.campo == "para"
    with pytest.raises(InvalidInputError, match="un solo renglón") as caught:
        ServidorCorreo(
            servidor="smtp.ejemplo.mx",
            puerto=587,
            seguridad=Seguridad.STARTTLS,
            usuario=USER,
            remitente=USER,
            nombre_remitente=injected,
        )
    assert caught.value.campo == "nombre_remitente"


def test_nobody_hides_headers_in_an_encoded_word() -> None:
    # RFC 2047: Python's library writes what this decodes to, line breaks included.
    injected = "=?utf-8?q?Hola=0D=0ABcc:_todos=40ejemplo.mx=0D=0A=0D=0ACuerpo?="
    with pytest.raises(InvalidInputError) as caught:
        MensajeCorreo(para="beto@ejemplo.mx", asunto=injected, texto="Hola")
    assert caught.value.campo == "asunto"
    with pytest.raises(InvalidInputError) as caught:
        ServidorCorreo.parse("smtp.ejemplo.mx", "587", Seguridad.STARTTLS, USER, USER, injected)
    assert caught.value.campo == "nombre_remitente"


def test_the_ports_are_those_of_the_standards() -> None:
    # RFC 6409: submission. RFC 8314: submissions. RFC 5321: SMTP.
    assert USUAL_PORTS == {
        Seguridad.STARTTLS: 587,
        Seguridad.SSL: 465,
        Seguridad.NINGUNA: 25,
    }


@pytest.mark.parametrize("puerto", [1, 65535])
def test_a_port_goes_from_1_to_65535(puerto: int) -> None:
    servidor = ServidorCorreo(
        servidor="smtp.ejemplo.mx",
        puerto=puerto,
        seguridad=Seguridad.STARTTLS,
        usuario=USER,
        remitente=USER,
        nombre_remitente="Nómina",
    )
    assert servidor.puerto == puerto


@pytest.mark.parametrize(
    ("change", "campo"),
    [
        ({"servidor": ""}, "servidor"),
        ({"servidor": "https://smtp.ejemplo.mx"}, "servidor"),
        ({"servidor": "smtp.ejemplo.mx:587"}, "servidor"),
        ({"servidor": "smtp ejemplo mx"}, "servidor"),
        ({"servidor": "smtp..mx"}, "servidor"),
        ({"servidor": "192.168.1.300"}, "servidor"),
        ({"puerto": "0"}, "puerto"),
        ({"puerto": "65536"}, "puerto"),
        ({"puerto": "quinientos"}, "puerto"),
        ({"puerto": "٥٨٧"}, "puerto"),
        ({"puerto": ""}, "puerto"),
        ({"seguridad": Seguridad.NINGUNA}, "seguridad"),
        ({"seguridad": Seguridad.NINGUNA, "servidor": "localhost.ejemplo.mx"}, "seguridad"),
        ({"seguridad": Seguridad.NINGUNA, "servidor": "192.168.1.10"}, "seguridad"),
        ({"usuario": "x" * 255}, "usuario"),
        ({"remitente": "nomina"}, "remitente"),
        ({"remitente": ""}, "remitente"),
        ({"nombre_remitente": "x" * 81}, "nombre_remitente"),
    ],
)
def test_a_wrong_setting_names_its_field(change: dict[str, object], campo: str) -> None:
    typed: dict[str, object] = {
        "servidor": "smtp.ejemplo.mx",
        "puerto": "587",
        "seguridad": Seguridad.STARTTLS,
        "usuario": USER,
        "remitente": USER,
        "nombre_remitente": "Nóminas",
    }
    with pytest.raises(InvalidInputError) as caught:
        ServidorCorreo.parse(**{**typed, **change})  # type: ignore[arg-type]
    assert caught.value.campo == campo
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_needs_no_encryption(host: str) -> None:
    assert ServidorCorreo.parse(host, "25", Seguridad.NINGUNA, "", USER).is_local


def test_what_was_typed_is_tidied() -> None:
    assert ServidorCorreo.parse(
        " SMTP.Ejemplo.MX. ", " 587", Seguridad.STARTTLS, f" {USER} ", "Nomina@Ejemplo.mx", " N  "
    ) == ServidorCorreo(
        servidor="smtp.ejemplo.mx",
        puerto=587,
        seguridad=Seguridad.STARTTLS,
        usuario=USER,
        remitente="nomina@ejemplo.mx",
        nombre_remitente="N",
    )


def test_retries_wait_from_one_minute_to_one_hour_and_a_quarter_more() -> None:
    minutes = [retry_after(n, 0).total_seconds() / 60 for n in (1, 2, 3, 4, 5, 6, 7, 8, 5000)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert retry_after(7, 0.999).total_seconds() / 60 == pytest.approx(75, abs=0.1)
