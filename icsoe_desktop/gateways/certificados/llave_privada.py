"""Opens private keys and matches them with certificates. Never returns the key itself."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
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
        return OpenedKey(load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True))
    except (ValueError, TypeError, UnsupportedAlgorithm, OverflowError) as error:
        raise InvalidInputError(NO_ES_LLAVE, "llave") from error


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
