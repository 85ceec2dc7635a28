"""Certificates, keys and .pfx files made to freeze, fill, lie or phone home."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path

from icsoe_desktop.gateways.certificados import cifrados
from tests.gateways.certificados import asn1
from tests.gateways.certificados.generador import (
    CN,
    NAME,
    OU,
    RFC,
    Emisora,
    efirma_fisica,
    nueva_llave,
    spki_de,
)
from tests.gateways.certificados.generador import O as ORGANIZATION
from tests.gateways.certificados.generador_llaves import (
    PBES2,
    PBKDF2,
    RC2_40,
    SALT,
    SCRYPT,
    SHA1_3DES,
    envolver,
    pkcs8,
)
from tests.gateways.certificados.generador_pfx import (
    DIGESTS,
    KEY_BAG,
    abierta,
    bolsa,
    bolsa_certificado,
    cerrar,
    cifrada,
)

# A password with accents is tried in several spellings, each at the file's price.
CLAVE = "Contraseña ñandú 7"
RSA, DSA, DH = "1.2.840.113549.1.1.1", "1.2.840.10040.4.1", "1.2.840.113549.1.3.1"
_EMISORA = Emisora()
Make = Callable[[], bytes]


def certificado(
    titular: bytes | None = None,
    serie: bytes = b"30001000000500012345",
    fechas: tuple[bytes, bytes] = (b"20240510180000Z", b"20280510180000Z"),
) -> bytes:
    """titular: the encoded string of each name. fechas: GeneralizedTime."""
    datos = efirma_fisica()
    if titular is not None:
        for kind in (CN, NAME, ORGANIZATION, OU, RFC):
            datos = datos.con_atributo(kind, titular)
    algorithm = asn1.sequence(asn1.oid("1.2.840.113549.1.1.11"), asn1.null())
    tbs = asn1.sequence(
        asn1.context(0, asn1.integer(2)),
        asn1.tlv(0x02, serie),
        algorithm,
        _EMISORA.sujeto,
        asn1.sequence(*(asn1.tlv(0x18, each) for each in fechas)),
        asn1.name(datos.sujeto),
        spki_de(nueva_llave()),
    )
    return asn1.sequence(tbs, algorithm, asn1.bits(bytes(256)))


def _big(bits: int) -> bytes:
    return asn1.tlv(0x02, b"\0" + b"\xff" * (bits // 8 - 1) + b"\xfd")


def llave_rsa(bits: int, primo: int) -> bytes:
    """PKCS#1; a modulus of `bits`, primes of `primo` bits."""
    primes = [_big(primo)] * 5
    return asn1.sequence(asn1.integer(0), _big(bits), asn1.integer(65537), _big(bits), *primes)


def en_pkcs8(oid: str, parameters: bytes, key: bytes) -> bytes:
    algorithm = asn1.sequence(asn1.oid(oid), parameters)
    return asn1.sequence(asn1.integer(0), algorithm, asn1.octets(key))


def llave_dsa(bits: int) -> bytes:
    parameters = asn1.sequence(_big(bits), _big(bits), asn1.integer(4))
    return en_pkcs8(DSA, parameters, _big(bits - 8))


def llave_dh(bits: int) -> bytes:
    return en_pkcs8(DH, asn1.sequence(_big(bits), asn1.integer(4)), _big(bits - 8))


def _pbkdf2(vueltas: int) -> bytes:
    kdf = asn1.sequence(asn1.oid(PBKDF2), asn1.sequence(asn1.octets(SALT), asn1.integer(vueltas)))
    return _en_pbes2(kdf)


def _scrypt(n: int, r: int, p: int) -> bytes:
    numbers = (asn1.integer(each) for each in (n, r, p))
    kdf = asn1.sequence(asn1.oid(SCRYPT), asn1.sequence(asn1.octets(SALT), *numbers))
    return _en_pbes2(kdf)


def _en_pbes2(kdf: bytes) -> bytes:
    cipher = asn1.sequence(asn1.oid("2.16.840.1.101.3.4.1.42"), asn1.octets(bytes(16)))
    return asn1.sequence(asn1.oid(PBES2), asn1.sequence(kdf, cipher))


def _pbe(oid: str, vueltas: int) -> bytes:
    return asn1.sequence(asn1.oid(oid), asn1.sequence(asn1.octets(SALT), asn1.integer(vueltas)))


def _mac(octets: int, vueltas: int) -> bytes:
    algorithm = asn1.sequence(asn1.oid(DIGESTS["sha1"]), asn1.null())
    digest = asn1.sequence(algorithm, asn1.octets(bytes(octets)))
    return asn1.sequence(digest, asn1.octets(SALT), _signed(vueltas))


def _signed(value: int) -> bytes:
    return asn1.tlv(0x02, value.to_bytes(9, "big", signed=True))


def _pfx(*bags: bytes) -> bytes:
    return cerrar(asn1.sequence(abierta(asn1.sequence(*bags))), None)


def _pem(what: str, der: bytes = b"", head: str = "") -> bytes:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {what}-----\n{head}{body}-----END {what}-----\n".encode()


def _most() -> int:
    return cifrados.MAX_ITERATIONS


TEXTOS = {
    "html": '<img src="//host/share/x"><b>B</b>',
    "al reves": "ANA\u202egnp.exe\u2066\u200b\ufeff",
    "renglones": "ANA\r\nVigencia: siempre\n\x1b]0;x\x07\x1b[2J\x00fin",
    "cien mil letras": "Ñ" * 50_000,
    "cien mil palabras": "Ñ " * 50_000,
    "nada": "\u200b",
}

# What is chosen as the certificate.
CERTIFICADOS: dict[str, Make] = {
    **{
        f"titular {name}": lambda text=text: certificado(asn1.text(text))  # type: ignore[misc]
        for name, text in TEXTOS.items()
    },
    "titular en utf-16 roto": lambda: certificado(asn1.tlv(asn1.BMP, b"\xd8\0" * 9)),
    "año 1": lambda: certificado(fechas=(b"00010101000000Z", b"00010101000000Z")),
    "año 9999": lambda: certificado(fechas=(b"99991231235959Z", b"99991231235959-2359")),
    "del 9999 al 1": lambda: certificado(fechas=(b"99991231235959Z", b"00010101000000+2359")),
    "serie de 4 kB": lambda: certificado(serie=b"\x7f" * 4096),
    "serie de un mega": lambda: certificado(serie=b"9" * 1_000_000),
    "serie vacia": lambda: certificado(serie=b""),
    "mil veces begin": lambda: b"-----BEGIN CERTIFICATE-----\n" * 30_000,
    "mil certificados": lambda: _pem("CERTIFICATE", certificado()) * 500,
    "un mega de base64": lambda: b"MIIC\r\n" * 170_000,
    "pem de un mega": lambda: _pem("CERTIFICATE", b"\x30\x83\x0a\xff\xff" + bytes(700_000)),
    "ber hondo": lambda: b"\x30\x80" * 500_000,
    "der hondo": lambda: asn1.sequence(asn1.sequence(b"\x30\x80" * 300_000), b"\x30\0"),
    "zip": lambda: b"PK\x03\x04" + bytes(1000),
    "mac larga": lambda: cerrar(asn1.sequence(), lambda _safe: _mac(1_000_000, _most())),
    "mac con todas las vueltas": lambda: cerrar(asn1.sequence(), lambda _safe: _mac(20, _most())),
    "mac con vueltas negativas": lambda: cerrar(
        asn1.sequence(), lambda _safe: _mac(20, -(1 << 63))
    ),
    "miles de bolsas": lambda: _pfx(*[bolsa_certificado(certificado())] * 900),
    "una llave y cien certificados": lambda: _pfx(
        bolsa(KEY_BAG, pkcs8(nueva_llave())),
        *(bolsa_certificado(certificado(serie=b"%d" % n)) for n in range(250)),
    ),
    "cien llaves": lambda: _pfx(
        *(bolsa(KEY_BAG, en_pkcs8(RSA, asn1.null(), llave_rsa(bits, 512))) for bits in [1024] * 200)
    ),
    "pfx con llave inmensa": lambda: _pfx(
        bolsa_certificado(certificado()),
        bolsa(KEY_BAG, en_pkcs8(RSA, asn1.null(), llave_rsa(400_000, 200_000))),
    ),
    "pfx con llave DSA inmensa": lambda: _pfx(
        bolsa_certificado(certificado()), bolsa(KEY_BAG, llave_dsa(400_000))
    ),
    "un mega de RC2": lambda: cerrar(
        asn1.sequence(cifrada(_pbe(RC2_40, 1), bytes(1_000_000))), None
    ),
    "cajas en cajas": lambda: _pfx(*[_pfx()] * 2_000),
}

# What is chosen as the private key.
LLAVES: dict[str, Make] = {
    "RSA de 40,000 bits": lambda: en_pkcs8(RSA, asn1.null(), llave_rsa(40_000, 20_000)),
    "RSA de un mega": lambda: en_pkcs8(RSA, asn1.null(), llave_rsa(2_000_000, 900_000)),
    "RSA corta de primos largos": lambda: en_pkcs8(RSA, asn1.null(), llave_rsa(2048, 100_000)),
    "RSA larga en PKCS 1": lambda: llave_rsa(100_000, 50_000),
    "RSA con doscientos numeros": lambda: llave_rsa(2048, 1024)[:4] + _big(512) * 5_000,
    "RSA larga en PEM": lambda: _pem("RSA PRIVATE KEY", llave_rsa(100_000, 50_000)),
    "PEM cifrado inmenso": lambda: _pem(
        "RSA PRIVATE KEY",
        bytes(600_000),
        "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00000000000000000000000000000000\n\n",
    ),
    "DSA de un mega": lambda: llave_dsa(2_000_000),
    "DSA de 20,000 bits": lambda: llave_dsa(20_000),
    "DH de 20,000 bits": lambda: llave_dh(20_000),
    "DH de 1,024 bits": lambda: llave_dh(1_024),
    "DSA en cero": lambda: en_pkcs8(DSA, asn1.sequence(*[asn1.integer(0)] * 3), asn1.integer(0)),
    "RSA en cero": lambda: en_pkcs8(RSA, asn1.null(), asn1.sequence(*[asn1.integer(0)] * 9)),
    "RSA par": lambda: en_pkcs8(
        RSA, asn1.null(), asn1.sequence(*[asn1.integer(0), *[asn1.integer(1 << 1023)] * 8])
    ),
    "PBKDF2 con todas las vueltas": lambda: envolver(_pbkdf2(_most()), bytes(16)),
    "PBKDF2 con mas vueltas": lambda: envolver(_pbkdf2(1 << 62), bytes(16)),
    "scrypt en su limite": lambda: envolver(_scrypt(1 << 16, 8, 1), bytes(16)),
    "scrypt paralelo": lambda: envolver(_scrypt(2, 1, 500_000), bytes(16)),
    "scrypt ancho": lambda: envolver(_scrypt(1 << 19, 1, 500_000), bytes(16)),
    "3DES con todas las vueltas": lambda: envolver(_pbe(SHA1_3DES, _most()), bytes(16)),
    "un mega de RC2": lambda: envolver(_pbe(RC2_40, 1), bytes(1_000_000)),
    "PBES2 en PBES2": lambda: envolver(_en_pbes2(_pbkdf2(1)), bytes(16)),
}

NOMBRES = (
    "<img src=x>.cer",
    "dos\nrenglones.cer",
    "\u202egpj.cer",
    "\x1b[2J.cer",
    "%s{0}.cer",
    "-rf.cer",
    "ñ" * 120 + ".cer",
)


def sin_fin(folder: Path) -> dict[str, Path]:
    """Names of things that are no files: pipes, devices, folders, loops."""
    pipe, loop, to_pipe = folder / "tubo.cer", folder / "vuelta.cer", folder / "liga.cer"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    to_pipe.symlink_to(pipe)
    carpeta = folder / "carpeta.cer"
    carpeta.mkdir()
    return {
        "tubo": pipe,
        "liga a un tubo": to_pipe,
        "vuelta": loop,
        "carpeta": carpeta,
        "ceros": Path("/dev/zero"),
        "azar": Path("/dev/urandom"),
        "terminal": Path("/dev/tty"),
        "memoria": Path("/proc/self/mem"),
        "nul": folder / "a\0b.cer",
        "nombre sin fin": folder / ("a" * 5000),
        "nada": folder / "no.cer",
    }
