"""Opens private keys and matches them with certificates. Never returns the key itself."""

from __future__ import annotations

from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
)

from icsoe_desktop.domain.certificados import der
from icsoe_desktop.domain.certificados.der import DerError, Reader
from icsoe_desktop.domain.certificados.verificacion import (
    CONTRASENA_DE_LLAVE,
    NO_ES_LLAVE,
    cifrado_no_admitido,
)
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.certificados.cifrados import UnknownCipherError, Work, read_scheme, wipe
from icsoe_desktop.gateways.certificados.contrasena_archivo import PasswordCandidates

# OpenSSL computes with numbers of any size, in the cube of their length: 32,768 bits take 7 s. The
# SAT's keys have 2,048 bits; 8,192 are let pass.
_MAX_MODULUS = 1025  # octets
_MAX_PRIME = 513
_MAX_OTHER_KEY = 1024  # whole; a DSA key of 3,072 bits has 850
_MAX_PEM = 8 * 1024
_RSA = {"1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"}
_FIRST_PRIME = 4

_CHALLENGE = b"ICSOE: la llave y el certificado corresponden"


class NeedsPasswordError(Exception):
    """The key is encrypted, and no password was given."""


class OpenedKey:
    """An open key. It only tells whether it belongs to a certificate."""

    __slots__ = ("_key",)

    def __init__(self, key: PrivateKeyTypes) -> None:
        self._key = key

    @property
    def spki(self) -> bytes:
        """The public key, as SubjectPublicKeyInfo in DER."""
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def fits(self, spki: bytes) -> bool:
        """Whether the certificate's public key verifies a signature of this key.

        Signing a challenge replaces the check of the primes, which takes ten times as long.
        """
        try:
            public = load_der_public_key(spki)
            if isinstance(self._key, rsa.RSAPrivateKey):
                return isinstance(public, rsa.RSAPublicKey) and self._fits_rsa(self._key, public)
            if isinstance(self._key, ec.EllipticCurvePrivateKey):
                if not isinstance(public, ec.EllipticCurvePublicKey):
                    return False
                algorithm = ec.ECDSA(hashes.SHA256())
                public.verify(self._key.sign(_CHALLENGE, algorithm), _CHALLENGE, algorithm)
                return True
            return self._key.public_key() == public
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, OverflowError):
            return False

    @staticmethod
    def _fits_rsa(key: rsa.RSAPrivateKey, public: rsa.RSAPublicKey) -> bool:
        if key.public_key().public_numbers() != public.public_numbers():
            return False
        signature = key.sign(_CHALLENGE, padding.PKCS1v15(), hashes.SHA256())
        public.verify(signature, _CHALLENGE, padding.PKCS1v15(), hashes.SHA256())
        return True


def open_key(data: bytes, candidatas: PasswordCandidates | None, work: Work) -> OpenedKey:
    """The key in `data`: PKCS#8, encrypted or not, PKCS#1 or SEC 1, in DER.

    Ignores the password for an unencrypted key.
    Raises NeedsPasswordError, and InvalidInputError with a sentence for every other problem.
    """
    try:
        reader = Reader(data).enter()
        if reader.peek() == der.INTEGER:
            return load_plain(data)
        algorithm = reader.read(der.SEQUENCE)
        encrypted = reader.read(der.OCTET_STRING).content
        scheme = read_scheme(algorithm, work)
    except DerError as error:
        raise InvalidInputError(NO_ES_LLAVE, "llave") from error
    except UnknownCipherError as error:
        raise InvalidInputError(cifrado_no_admitido(error.oid), "llave") from error
    if candidatas is None:
        raise NeedsPasswordError
    for password in candidatas.bmp if scheme.bmp else candidatas.raw:
        try:
            plain = scheme.decrypt(password, encrypted)
        except UnknownCipherError as error:
            raise InvalidInputError(cifrado_no_admitido(error.oid), "llave") from error
        if plain is None:
            continue
        try:
            if is_private_key_info(plain):
                return load_plain(plain)
        finally:
            wipe(plain)
    raise InvalidInputError(CONTRASENA_DE_LLAVE, "contrasena")


def open_encrypted_pem(pem: bytes, candidatas: PasswordCandidates | None) -> OpenedKey:
    """A key in OpenSSL's own encryption ("Proc-Type: 4,ENCRYPTED"). Raises as open_key does."""
    if candidatas is None:
        raise NeedsPasswordError
    if len(pem) > _MAX_PEM:
        raise InvalidInputError(NO_ES_LLAVE, "llave")
    for password in candidatas.raw:
        try:
            return OpenedKey(
                load_pem_private_key(pem, bytes(password), unsafe_skip_rsa_key_validation=True)
            )
        except UnsupportedAlgorithm as error:
            raise InvalidInputError(NO_ES_LLAVE, "llave") from error
        except (ValueError, TypeError):
            continue
    raise InvalidInputError(CONTRASENA_DE_LLAVE, "contrasena")


def load_plain(data: bytes | bytearray) -> OpenedKey:
    """Load an unencrypted key. Raises InvalidInputError if the data are not one."""
    try:
        _check_size(data)
        return OpenedKey(load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True))
    except (ValueError, TypeError, UnsupportedAlgorithm, OverflowError, InternalError) as error:
        raise InvalidInputError(NO_ES_LLAVE, "llave") from error


def _check_size(data: bytes | bytearray) -> None:
    """Raises DerError for a key with numbers that OpenSSL would compute with for long."""
    reader = Reader(data).enter()
    reader.read(der.INTEGER)
    if reader.peek() == der.SEQUENCE:
        algorithm = der.read_oid(reader.read(der.SEQUENCE).open().read(der.OID))
        if algorithm in _RSA:
            _check_rsa(reader.read(der.OCTET_STRING).open().enter())
            return
    elif reader.peek() == der.INTEGER and len(data) > _MAX_OTHER_KEY:
        _check_rsa(Reader(data).enter())
        return
    if len(data) > _MAX_OTHER_KEY:
        raise DerError("a key of too many bits")


def _check_rsa(numbers: Reader) -> None:
    """Source: RFC 8017, A.1.2: version, n, e, d, p, q and three numbers below p or q."""
    for at, number in enumerate(numbers.rest()):
        longest = _MAX_MODULUS if at < _FIRST_PRIME else _MAX_PRIME
        if number.end - number.body > longest:
            raise DerError("a key of too many bits")


def is_private_key_info(data: bytes | bytearray) -> bool:
    """Whether decrypted data are a key. Distinguishes a wrong password from a damaged file.

    Makes no copy: a copy of an open key would stay in memory.
    """
    try:
        whole = Reader(data)
        info = whole.enter()
        whole.finish()
        version = der.read_integer(info.read(der.INTEGER))
        info.read(der.SEQUENCE)
        info.read(der.OCTET_STRING)
    except DerError:
        return False
    return version in (0, 1)
