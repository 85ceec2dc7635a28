"""Verifies certificate files. services and cli use only this module of the package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from icsoe_desktop.domain.certificados import verificacion as frases
from icsoe_desktop.domain.certificados.certificado import Certificado, same_registro_patronal
from icsoe_desktop.domain.certificados.der import DerError
from icsoe_desktop.domain.certificados.verificacion import (
    Cadena,
    CampoCertificado,
    ClaseArchivoCertificado,
    Esperado,
    MensajeCertificado,
    Verificacion,
    judge,
)
from icsoe_desktop.domain.certificados.x509 import X509, read_certificate
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.certificados.archivos import RecognizedFile, read_file, recognize
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.cifrados import Work
from icsoe_desktop.gateways.certificados.contrasena_archivo import Contrasena, PasswordCandidates
from icsoe_desktop.gateways.certificados.llave_privada import (
    NeedsPasswordError,
    OpenedKey,
    open_encrypted_pem,
    open_key,
)
from icsoe_desktop.gateways.certificados.pkcs12 import Pfx, open_pfx, peek_pfx

Fuente = Path | bytes
"""A file, or its content byte for byte."""

_OF_ANY_FILE = {
    ClaseArchivoCertificado.VACIO: frases.VACIO,
    ClaseArchivoCertificado.DEMASIADO_GRANDE: frases.DEMASIADO_GRANDE,
    ClaseArchivoCertificado.INCOMPLETO: frases.INCOMPLETO,
    ClaseArchivoCertificado.ILEGIBLE: frases.ILEGIBLE,
    ClaseArchivoCertificado.ZIP: frases.ES_UN_ZIP,
}
_OF_A_CERTIFICATE = _OF_ANY_FILE | {
    ClaseArchivoCertificado.LLAVE: frases.ES_UNA_LLAVE,
    ClaseArchivoCertificado.PFX: frases.ES_UN_PFX,
    ClaseArchivoCertificado.REQUERIMIENTO: frases.ES_UN_REQUERIMIENTO,
    ClaseArchivoCertificado.SOBRE: frases.ES_UN_SOBRE,
}


@dataclass(frozen=True, slots=True)
class _ReadCertificate:
    """One certificate of a .pfx."""

    certificado: Certificado
    x509: X509


@dataclass(frozen=True, slots=True)
class _KeyResult:
    """The result of opening a key. abierta: None if it did not open."""

    abierta: OpenedKey | None = None
    problemas: tuple[MensajeCertificado, ...] = ()
    falta_contrasena: bool = False


class CertificateVerifier:
    """Judges the chosen files of a certificate and explains every problem.

    Logs and stores nothing, and keeps no key or password. Opening a .pfx takes up to a second.
    """

    def __init__(self, autoridades: Autoridades) -> None:
        self._autoridades = autoridades

    def verify(
        self,
        archivo: Fuente,
        llave: Fuente | None = None,
        contrasena: Contrasena | None = None,
        *,
        now: datetime,
        esperado: Esperado | None = None,
    ) -> Verificacion:
        """Verify a .pfx, or a .cer with its .key.

        contrasena: of the key or of the .pfx. None (not given) differs from an empty one.
        now: aware. Never raises because of the contents of the files.
        """
        wanted = esperado or Esperado()
        chosen = _read(archivo, ClaseArchivoCertificado.CERTIFICADO)
        abierta = _KeyResult() if llave is None else _open(llave, contrasena)
        if chosen.x509 is not None:
            leido = _ReadCertificate(Certificado.from_x509(chosen.x509, chosen.der), chosen.x509)
            return self._verify_pair(leido, abierta, now, wanted)
        if chosen.clase is ClaseArchivoCertificado.PFX and llave is None and not wanted.efirma:
            return self._verify_pfx(chosen.der, contrasena, now, wanted)
        sentence = _OF_A_CERTIFICATE.get(chosen.clase, frases.NO_ES_CERTIFICADO)
        if chosen.clase is ClaseArchivoCertificado.PFX and wanted.efirma:
            sentence = frases.PFX_EN_VEZ_DE_EFIRMA
        return Verificacion(
            clase=chosen.clase,
            problemas=(
                MensajeCertificado(sentence, CampoCertificado.CERTIFICADO),
                *abierta.problemas,
            ),
            falta_contrasena=abierta.falta_contrasena,
        )

    def inspect(
        self, archivo: Fuente, *, now: datetime, esperado: Esperado | None = None
    ) -> Verificacion:
        """Read the certificate before the user gives a key or password.

        For an encrypted .pfx this is no problem: `falta_contrasena` is set.
        """
        found = self.verify(archivo, now=now, esperado=esperado)
        waiting = tuple(
            each for each in found.problemas if each.campo is not CampoCertificado.CONTRASENA
        )
        return replace(found, problemas=waiting) if found.falta_contrasena else found

    def inspect_key(self, llave: Fuente) -> tuple[MensajeCertificado, ...]:
        """The problems of the key that show without its password."""
        found = _open(llave, None)
        return () if found.falta_contrasena else found.problemas

    def _verify_pair(
        self, leido: _ReadCertificate, llave: _KeyResult, now: datetime, esperado: Esperado
    ) -> Verificacion:
        corresponde = None
        problemas = llave.problemas
        if llave.abierta is not None:
            corresponde = llave.abierta.fits(leido.certificado.spki)
            if not corresponde:
                problemas = (MensajeCertificado(frases.NO_CORRESPONDEN, CampoCertificado.LLAVE),)
        found = self._judge(leido, now, esperado, problemas, ClaseArchivoCertificado.CERTIFICADO)
        return replace(
            found, llave_corresponde=corresponde, falta_contrasena=llave.falta_contrasena
        )

    def _verify_pfx(
        self, data: bytes, contrasena: Contrasena | None, now: datetime, esperado: Esperado
    ) -> Verificacion:
        try:
            # Some files have an empty password: try it before asking for one.
            with PasswordCandidates("" if contrasena is None else contrasena) as candidatas:
                return self._judge_pfx(open_pfx(data, candidatas, Work()), now, esperado)
        except InvalidInputError as error:
            if contrasena is not None:
                return _refuse_pfx(error)
        try:
            seen = peek_pfx(data)
        except InvalidInputError as error:
            return _refuse_pfx(error)
        waiting = (MensajeCertificado(frases.FALTA_CONTRASENA_DE_PFX, CampoCertificado.CONTRASENA),)
        leidos = list(self._read_certificates(seen.certificados))
        if not leidos:
            return Verificacion(
                ClaseArchivoCertificado.PFX, problemas=waiting, falta_contrasena=True
            )
        found = self._judge(
            _pick(leidos, esperado), now, esperado, waiting, ClaseArchivoCertificado.PFX
        )
        return replace(found, falta_contrasena=True)

    def _judge_pfx(self, pfx: Pfx, now: datetime, esperado: Esperado) -> Verificacion:
        leidos = list(self._read_certificates(pfx.certificados))
        sin_llave = (
            ()
            if pfx.llaves
            else (MensajeCertificado(frases.PFX_SIN_LLAVE, CampoCertificado.CERTIFICADO),)
        )
        if not leidos:
            sin_certificado = MensajeCertificado(
                frases.PFX_SIN_CERTIFICADO, CampoCertificado.CERTIFICADO
            )
            return Verificacion(
                ClaseArchivoCertificado.PFX, problemas=(sin_certificado, *sin_llave)
            )
        if sin_llave:
            elegido = _pick(leidos, esperado)
            return self._judge(elegido, now, esperado, sin_llave, ClaseArchivoCertificado.PFX)
        pares = _pair(pfx.llaves, leidos)
        elegidos = _choose(pares, esperado)
        if len(elegidos) > 1:
            varias = MensajeCertificado(frases.PFX_CON_VARIAS_LLAVES, CampoCertificado.CERTIFICADO)
            opciones = tuple(leido.certificado for leido in elegidos)
            return Verificacion(ClaseArchivoCertificado.PFX, problemas=(varias,), opciones=opciones)
        if elegidos:
            found = self._judge(elegidos[0], now, esperado, (), ClaseArchivoCertificado.PFX)
            return replace(found, llave_corresponde=True)
        ajena = (MensajeCertificado(frases.NO_CORRESPONDEN, CampoCertificado.CERTIFICADO),)
        found = self._judge(
            _pick(leidos, esperado), now, esperado, ajena, ClaseArchivoCertificado.PFX
        )
        return replace(found, llave_corresponde=False)

    def _read_certificates(self, encoded: Iterable[bytes]) -> Iterable[_ReadCertificate]:
        """The readable certificates of a .pfx. Skips the others."""
        for data in encoded:
            try:
                x509 = read_certificate(data)
            except DerError:
                continue
            ajeno_al_sat = self._autoridades.cadena(x509) is Cadena.DESCONOCIDA
            found = Certificado.from_x509(x509, data, ajeno_al_sat=ajeno_al_sat)
            yield _ReadCertificate(found, x509)

    def _judge(
        self,
        leido: _ReadCertificate,
        now: datetime,
        esperado: Esperado,
        de_la_llave: tuple[MensajeCertificado, ...],
        clase: ClaseArchivoCertificado,
    ) -> Verificacion:
        certificado = leido.certificado
        cadena = self._autoridades.cadena(leido.x509)
        return Verificacion(
            clase=clase,
            certificado=certificado,
            cadena=cadena,
            estado=certificado.estado(now),
            problemas=judge(
                certificado,
                cadena,
                now,
                esperado,
                de_pfx=clase is ClaseArchivoCertificado.PFX,
                de_la_llave=de_la_llave,
            ),
        )


def _read(fuente: Fuente, wanted: ClaseArchivoCertificado) -> RecognizedFile:
    try:
        return recognize(read_file(fuente) if isinstance(fuente, Path) else fuente, wanted)
    except UserFacingError:
        return RecognizedFile(ClaseArchivoCertificado.ILEGIBLE)


def _open(fuente: Fuente, contrasena: Contrasena | None) -> _KeyResult:
    chosen = _read(fuente, ClaseArchivoCertificado.LLAVE)
    if chosen.clase is not ClaseArchivoCertificado.LLAVE:
        sentence = _OF_ANY_FILE.get(chosen.clase, frases.NO_ES_LLAVE)
        return _KeyResult(problemas=(MensajeCertificado(sentence, CampoCertificado.LLAVE),))
    try:
        if contrasena is None:
            return _KeyResult(_open_recognized(chosen, None))
        with PasswordCandidates(contrasena) as candidatas:
            return _KeyResult(_open_recognized(chosen, candidatas))
    except NeedsPasswordError:
        waiting = MensajeCertificado(frases.FALTA_CONTRASENA_DE_LLAVE, CampoCertificado.CONTRASENA)
        return _KeyResult(problemas=(waiting,), falta_contrasena=True)
    except InvalidInputError as error:
        return _KeyResult(
            problemas=(
                MensajeCertificado(
                    error.message, CampoCertificado(error.campo or CampoCertificado.CERTIFICADO)
                ),
            )
        )


def _open_recognized(chosen: RecognizedFile, candidatas: PasswordCandidates | None) -> OpenedKey:
    if chosen.pem is not None:
        return open_encrypted_pem(chosen.pem, candidatas)
    return open_key(chosen.der, candidatas, Work())


def _refuse_pfx(error: InvalidInputError) -> Verificacion:
    return Verificacion(
        ClaseArchivoCertificado.PFX,
        problemas=(
            MensajeCertificado(
                error.message, CampoCertificado(error.campo or CampoCertificado.CERTIFICADO)
            ),
        ),
    )


def _pair(llaves: list[OpenedKey], leidos: list[_ReadCertificate]) -> list[_ReadCertificate]:
    """The certificate of each key; of several for one key, the one that expires last."""
    pares = []
    # Hundreds of certificates may share one public key; each trial costs a signature.
    publicas = {leido.certificado.spki for leido in leidos}
    for llave in llaves:
        propias = {spki for spki in publicas if llave.fits(spki)}
        suyos = [leido for leido in leidos if leido.certificado.spki in propias]
        if suyos:
            pares.append(max(suyos, key=lambda leido: leido.certificado.valido_hasta))
    return pares


def _choose(pares: list[_ReadCertificate], esperado: Esperado) -> list[_ReadCertificate]:
    """The certificates with the expected number or registro patronal; otherwise all."""
    if esperado.numero is not None:
        return [leido for leido in pares if leido.certificado.numero == esperado.numero] or pares
    suyos = [leido for leido in pares if _is_of(leido, esperado.registro_patronal)]
    return suyos or pares


def _pick(leidos: list[_ReadCertificate], esperado: Esperado) -> _ReadCertificate:
    """The certificate to show: prefers the expected registro patronal, then non-authorities."""
    return min(
        leidos,
        key=lambda leido: (
            not _is_of(leido, esperado.registro_patronal),
            leido.certificado.es_autoridad,
        ),
    )


def _is_of(leido: _ReadCertificate, registro_patronal: str | None) -> bool:
    own = leido.certificado.registro_patronal
    return bool(own and registro_patronal and same_registro_patronal(own, registro_patronal))
