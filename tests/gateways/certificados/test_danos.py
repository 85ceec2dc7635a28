"""Damaged and hostile files: always an answer, soon, and never a trace of our own mistakes."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given
from hypothesis import strategies as st

from icsoe_desktop.domain.certificados.der import DerError
from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.domain.certificados.x509 import read_certificate
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.ber import to_der
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados import asn1
from tests.gateways.certificados.generador import (
    NOW,
    Emisora,
    efirma_con_enie,
    efirma_fisica,
    imss,
    nueva_llave,
)
from tests.gateways.certificados.generador_llaves import (
    MD5_DES,
    SHA1_3DES,
    bmp,
    envolver,
    pbe_pkcs12,
    pbes1,
    pbes2,
    pkcs8,
)
from tests.gateways.certificados.generador_pfx import (
    Cifrar,
    abierta,
    bolsa_certificado,
    cerrar,
    como_openssl_3,
    mac,
    pbmac1,
    pfx,
)

CLAVE = "Clave-7"
WRONG_PFX = "La contraseña es incorrecta o el archivo .pfx está dañado."
EMISORA = Emisora()
VERIFICADOR = CertificateVerifier(Autoridades([EMISORA.autoridad(Cadena.SAT)]))
CER = EMISORA.emitir(efirma_fisica(), nueva_llave())
IMSS = EMISORA.emitir(imss(), nueva_llave())
# Few iterations: the damage may be in any octet, and thousands of files are opened.
QUICK: dict[str, Cifrar] = {
    "PBES2": lambda plain: pbes2(plain, CLAVE.encode(), prf="sha256", vueltas=1),
    "PBES1": lambda plain: pbes1(plain, CLAVE.encode(), MD5_DES, vueltas=1),
    "PKCS12": lambda plain: pbe_pkcs12(plain, bmp(CLAVE), SHA1_3DES, vueltas=1),
}
KEYS = [envolver(*how(pkcs8(nueva_llave()))) for how in QUICK.values()]
PFXS = [
    pfx([IMSS], [nueva_llave()], (how, how, seal))
    for how, seal in zip(
        QUICK.values(),
        (
            lambda safe: mac(safe, bmp(CLAVE), "sha256", vueltas=1),
            lambda safe: pbmac1(safe, CLAVE.encode()),
            lambda safe: mac(safe, bmp(CLAVE), "sha1", vueltas=1),
        ),
        strict=True,
    )
]
OPEN_PFX = cerrar(asn1.sequence(abierta(asn1.sequence(bolsa_certificado(IMSS)))), None)
FILES = [CER, *KEYS, *PFXS, OPEN_PFX, asn1.to_ber(PFXS[0])]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with octets changed, taken out, doubled, or its end cut."""
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 4))):
        if not data:
            break
        # The headers are at the front; what lies behind is mostly ciphertext.
        size = min(len(data), draw(st.sampled_from([64, 300, len(data)])))
        at = draw(st.integers(0, size - 1))
        match draw(st.integers(0, 4)):
            case 0:
                data[at] ^= 1 << draw(st.integers(0, 7))
            case 1:
                data[at] = draw(st.integers(0, 255))
            case 2:
                del data[at : at + draw(st.integers(1, 8))]
            case 3:
                data[at:at] = data[at : at + draw(st.integers(1, 40))]
            case _:
                del data[at:]
    return bytes(data)


def answer(data: bytes) -> None:
    """Every way in; what comes out is a sentence, and a good word only for what is good."""
    for found in (
        VERIFICADOR.verify(data, None, CLAVE, now=NOW),
        VERIFICADOR.verify(CER, data, CLAVE, now=NOW),
        VERIFICADOR.verify(data, KEYS[0], CLAVE, now=NOW),
        VERIFICADOR.inspect(data, now=NOW),
    ):
        assert found.valido or found.mensajes or found.falta_contrasena
        found.as_json()
    VERIFICADOR.inspect_key(data)


@given(damaged())
def test_a_damaged_file_gets_an_answer(data: bytes) -> None:
    answer(data)


@given(st.binary(max_size=400))
@example(b"")
@example(b"\x30\x80" * 200)
@example(b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----")
@example(b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n-----END RSA PRIVATE KEY-----")
@example(b"\xff\xfe\x00")
def test_noise_gets_an_answer(data: bytes) -> None:
    answer(data)
    answer(b"\x30\x82" + len(data).to_bytes(2, "big") + data)


@given(damaged())
def test_nobody_but_the_owner_of_the_key_passes(data: bytes) -> None:
    """A changed certificate is never good: the signature covers every octet that is read."""
    found = VERIFICADOR.verify(data, KEYS[0], CLAVE, now=NOW)
    assert not found.valido or found.certificado is not None
    if found.valido and found.certificado is not None:
        assert found.certificado.der[: len(CER) - 300] == CER[: len(CER) - 300]


@given(st.integers(0, len(CER) - 1), st.integers(0, 7))
def test_what_cryptography_reads_of_a_damaged_certificate_is_read_here(at: int, bit: int) -> None:
    data = bytearray(CER)
    data[at] ^= 1 << bit
    try:
        theirs = x509.load_der_x509_certificate(bytes(data))
        theirs.subject, theirs.issuer, theirs.extensions  # noqa: B018
        spki = theirs.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        dates = theirs.not_valid_before_utc, theirs.not_valid_after_utc
    except Exception:  # noqa: BLE001 - whatever it refuses is no part of the comparison
        return
    ours = read_certificate(bytes(data))
    assert (ours.not_before, ours.not_after, ours.tbs) == (*dates, theirs.tbs_certificate_bytes)
    assert ours.signature == theirs.signature
    assert len(ours.spki) == len(spki)


@given(st.binary(max_size=300))
@example(b"\x30\x80" * 100)
@example(b"\x24\x80\x02\x01\x00\0\0")
def test_ber_of_any_octets_becomes_der_or_an_error(data: bytes) -> None:
    try:
        encoded, end = to_der(data)
    except DerError:
        return
    assert 0 < end <= len(data)
    assert to_der(encoded) == (encoded, len(encoded))


def test_the_iterations_of_all_bags_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bag may ask for what one file may; a file with a thousand of them may not."""
    slow, _, _ = como_openssl_3(CLAVE)  # 2,048 iterations each
    data = pfx([IMSS], [nueva_llave()] * 9, (slow, slow, bytes), sin_mac=True)
    monkeypatch.setattr("icsoe_desktop.gateways.certificados.cifrados._MAX_WORK", 10 * 2048)
    assert VERIFICADOR.verify(data, None, CLAVE, now=NOW).completa
    monkeypatch.setattr("icsoe_desktop.gateways.certificados.cifrados._MAX_WORK", 10 * 2048 - 1)
    assert VERIFICADOR.verify(data, None, CLAVE, now=NOW).mensajes == (WRONG_PFX,)


@pytest.mark.parametrize("vueltas", [600_000, 1_000_001])
def test_what_firefox_writes_opens_and_more_than_any_program_writes_does_not(vueltas: int) -> None:
    data = pfx(
        [IMSS],
        [nueva_llave()],
        (
            *como_openssl_3(CLAVE)[:2],
            lambda safe: mac(safe, bmp(CLAVE), "sha256", vueltas, vueltas),
        ),
    )
    assert VERIFICADOR.verify(data, None, CLAVE, now=NOW).completa is (vueltas <= 1_000_000)


def test_latin_1_and_utf_8_survive_where_cryptography_fails() -> None:
    """The reason for our own reader, kept as a test: if this stops failing there, look again."""
    data = EMISORA.emitir(efirma_con_enie(), nueva_llave())
    assert read_certificate(data).subject_name.get("2.5.4.3") == "IÑIGO ÑUÑO PEÑA"
    with pytest.raises(ValueError, match="error parsing asn1"):
        x509.load_der_x509_certificate(data).subject  # noqa: B018
