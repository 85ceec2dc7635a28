from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.identificadores.contacto import CodigoPostal, Correo, Telefono
from icsoe_desktop.errors import InvalidInputError

LONGEST = "a" * 59 + "@" + ".".join(["b" * 63] * 3) + ".mx"  # the 254 characters of RFC 5321


@pytest.mark.parametrize(
    ("typed", "valor"),
    [
        ("ana.solis@empresa.com.mx", "ana.solis@empresa.com.mx"),
        (" Ana.Solis+IDSE@Empresa.MX\u200b\n", "ana.solis+idse@empresa.mx"),
        ("a@b.mx", "a@b.mx"),
        ("o'hara_1@sub-dominio.empresa.mx", "o'hara_1@sub-dominio.empresa.mx"),
        ("a@" + "b" * 63 + ".mx", "a@" + "b" * 63 + ".mx"),
        ("a" * 64 + "@b.mx", "a" * 64 + "@b.mx"),
        ("a@empresa.xn--fiqs8s", "a@empresa.xn--fiqs8s"),
        (LONGEST, LONGEST),
    ],
)
def test_an_address_is_kept_in_lower_case(typed: str, valor: str) -> None:
    correo = Correo.parse(typed)
    assert (correo.valor, correo.agrupado, correo.advertencias) == (valor, valor, ())


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "Escriba el correo"),
        ("ana", "arroba"),
        ("ana@b@c.mx", "arroba"),
        ("ana solis@empresa.mx", "espacios"),
        ("ana@empresa.mx\r\nBcc: x@y.mx", "espacios"),
        ("peña@empresa.mx", "acentos"),
        ("ana@empreśa.mx", "acentos"),
        ("@empresa.mx", "antes de la arroba"),
        (".ana@empresa.mx", "antes de la arroba"),
        ("ana.@empresa.mx", "antes de la arroba"),
        ("an..a@empresa.mx", "antes de la arroba"),
        ("an,a@empresa.mx", "antes de la arroba"),
        ("<ana@empresa.mx", "antes de la arroba"),
        ("a" * 65 + "@b.mx", "antes de la arroba"),
        ("ana@", "después de la arroba"),
        ("ana@empresa", "después de la arroba"),
        ("ana@empresa.", "después de la arroba"),
        ("ana@.mx", "después de la arroba"),
        ("ana@-empresa.mx", "después de la arroba"),
        ("ana@empresa-.mx", "después de la arroba"),
        ("ana@emp_resa.mx", "después de la arroba"),
        ("ana@empresa.m", "después de la arroba"),
        ("ana@192.168.0.1", "después de la arroba"),
        ("a@" + "b" * 64 + ".mx", "después de la arroba"),
        ("a" + LONGEST, "después de la arroba"),
    ],
)
def test_an_address_that_cannot_be_says_where(typed: str, part: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        Correo.parse(typed)
    assert part in caught.value.message
    assert caught.value.campo == "correo"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ana@gmail.con", "@gmail.com"),
        ("ana@gmial.com", "@gmail.com"),
        ("ana@hotmail.con", "@hotmail.com"),
    ],
)
def test_a_likely_slip_is_asked_about(typed: str, meant: str) -> None:
    (advertencia,) = Correo.parse(typed).advertencias
    assert meant in advertencia


@pytest.mark.parametrize(
    ("typed", "agrupado"),
    [
        ("5512345678", "55 1234 5678"),
        ("(55) 1234-5678", "55 1234 5678"),
        ("+52 55 1234 5678", "55 1234 5678"),
        ("+52 1 55 1234 5678", "55 1234 5678"),
        ("0052 55 1234 5678", "55 1234 5678"),
        ("00 521 55 1234 5678", "55 1234 5678"),
        ("525512345678", "55 1234 5678"),
        ("044 55 1234 5678", "55 1234 5678"),
        ("01 222 123 4567", "222 123 4567"),
        ("222.123.4567", "222 123 4567"),
        ("33 1234 5678", "33 1234 5678"),
        ("56-1234-5678", "56 1234 5678"),
        ("81/1234/5678", "81 1234 5678"),
        # Begins with 52 and is a whole number of its own.
        ("5212345678", "521 234 5678"),
    ],
)
def test_a_telephone_is_its_ten_digits_however_typed(typed: str, agrupado: str) -> None:
    telefono = Telefono.parse(typed)
    assert (telefono.agrupado, telefono.valor) == (agrupado, agrupado.replace(" ", ""))


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "son 10 dígitos"),
        ("5", "tiene 1 número y debe tener 10"),
        ("551234567", "tiene 9 números"),
        ("55123456789", "tiene 11 números"),
        ("0123456789", "no puede empezar con 0"),
        ("1234567890", "no puede empezar con 0 ni con 1"),
        ("+1 212 555 0123", "de México"),
        ("+52 55 1234", "tiene 8 números"),
        ("55 1234 5678 ext. 12", "sin extensión"),
        ("551234567.0", "punto decimal"),
        ("5512345678.0", "punto decimal"),
        ("٥٥١٢٣٤٥٦٧٨", "sólo números"),
    ],
)
def test_a_telephone_that_cannot_be_says_what_is_wrong(typed: str, part: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        Telefono.parse(typed)
    assert part in caught.value.message
    assert caught.value.campo == "telefono"


@given(st.from_regex(r"[2-9][0-9]{9}", fullmatch=True))
def test_any_ten_digits_come_back_from_every_way_of_writing_them(ten: str) -> None:
    telefono = Telefono(ten)
    for typed in (ten, telefono.agrupado, f"+52 {ten}", f"52{ten}", f"045{ten}", f"01 {ten}"):
        assert Telefono.parse(typed) == telefono


@pytest.mark.parametrize("typed", ["01000", " 06700 ", "99998"])
def test_a_postal_code_keeps_its_zero(typed: str) -> None:
    assert CodigoPostal.parse(typed).valor == typed.strip()


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "son 5 números"),
        ("6700", "perdido el cero"),
        ("6", "tiene 1 número y debe tener 5"),
        ("670", "tiene 3 números"),
        ("067000", "tiene 6 números"),
        ("O6700", "sólo números"),
        ("6700.0", "sólo números"),
        ("00100", "empieza con 00"),
    ],
)
def test_a_postal_code_that_cannot_be_says_what_is_wrong(typed: str, part: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        CodigoPostal.parse(typed)
    assert part in caught.value.message
    assert caught.value.campo == "codigo_postal"


@pytest.mark.parametrize("kind", [Correo, Telefono, CodigoPostal])
@given(text=st.one_of(st.text(max_size=30), st.text("a1@.+5 2-()", max_size=20)))
def test_any_text_gives_a_canonical_value_or_a_sentence(
    kind: type[Correo] | type[Telefono] | type[CodigoPostal], text: str
) -> None:
    try:
        value = kind.parse(text)
    except InvalidInputError as error:
        message = error.message
    else:
        assert kind.parse(value.valor) == kind.parse(value.agrupado) == value
        assert value.valor not in repr(value)
        return
    assert message.endswith(".")
    assert len(text) < 8 or text not in message
