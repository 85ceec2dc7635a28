"""What ends: certificates, REPSE, links, values and obligations, by session."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.certificados.certificado import TipoCertificado, Vigencia, fecha_local
from icsoe_desktop.domain.icsoe.repse import EstadoRepse, VentanaRepse
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.valores_legales.valores import missing_text
from icsoe_desktop.domain.vigencias.obligaciones import of_the_contratista, of_the_employer
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.gateways.calendario_ics import write_calendar
from icsoe_desktop.gateways.hojas import escritura as excel
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.certificados.valores import RegistroConCertificado
from icsoe_desktop.services.informativa.sisub import obligaciones_of
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.services.valores_legales.limites import valores_of
from icsoe_desktop.services.vigencias.vigilados import CertificadoVigilado, watched
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import only
from icsoe_desktop.store.tables.icsoe import ActivacionRow, AcuseRow, ContratistaRow, RelacionRow

HOJA: Final = "Vigencias"
# Begins the clave of what lives a day and is not worth a reminder.
LINK: Final = "liga-"
KINDS: Final = {
    TipoCertificado.EFIRMA: "e.firma",
    TipoCertificado.IMSS: "Certificado IMSS (.pfx)",
}
RENEW: Final = "Renuévela ante el SAT, guárdela aquí y actualícela en el Escritorio Virtual."
RENEW_OWN: Final = "Renuévela ante el SAT e ingrese con la nueva."
RENEW_CSD: Final = "Solicite otro con la e.firma ante el SAT y póngalo donde se factura."
PUT_EFIRMA: Final = "Asigne su e.firma: el .pfx ya no sirve para movimientos en IDSE."
COLUMNS: Final = (
    excel.ColumnaHoja("Qué", excel.Tipo.TEXTO, ancho=38),
    excel.ColumnaHoja("De quién", excel.Tipo.TEXTO, ancho=34),
    excel.ColumnaHoja("Registros patronales", excel.Tipo.TEXTO, ancho=26),
    excel.ColumnaHoja("Vence", excel.Tipo.FECHA, ancho=12),
    excel.ColumnaHoja("Último día para tramitar", excel.Tipo.FECHA, ancho=16),
    excel.ColumnaHoja("Estado", excel.Tipo.TEXTO, ancho=20),
    excel.ColumnaHoja("Qué hacer", excel.Tipo.TEXTO, ancho=70),
)


class VigenciasService:
    def __init__(self, store: Store, certificados: CertificadosService) -> None:
        self._store = store
        self._certificados = certificados

    def today(self) -> date:
        return self._store.today()

    def all(self, sesion: Sesion) -> tuple[Vencimiento, ...]:
        """What ends and concerns the session, the most urgent first."""
        with self._store.read() as db:
            if sesion.rol is Rol.CONTRATISTA:
                authorize(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
                values = sesion.can(Permiso.CONFIGURAR)
                return self.of_owner(db, sesion.require_contratista(), values=values)
            authorize(db, sesion, Permiso.CONSULTAR_MOVIMIENTOS)
            return self.of_owner(
                db, None, certificates=sesion.can(Permiso.ADMINISTRAR_CERTIFICADOS)
            )

    def of_owner(
        self,
        db: Session,
        own: uuid.UUID | None,
        *,
        certificates: bool = True,
        values: bool = False,
    ) -> tuple[Vencimiento, ...]:
        """What ends of a contratista, or of the employer (None). Checks no right: for services.

        values: also the missing ones, of a contratista who is to add them.
        """
        hoy = self.today()
        if own is not None:
            found = self._of_contratista(db, own, hoy)
            found += _missing_values(db, hoy) if values else ()
        else:
            found = [*of_the_employer(hoy, calendario_of(db)), *_missing_values(db, hoy)]
            if certificates:
                everything, limite = self._certificados.catalogue(db)
                assigned = _certificates(everything, limite.ultimo)
                known = {one.clave for one in assigned}
                found += assigned
                found += [one for one in _of_watched(watched(db, None)) if one.clave not in known]
        return tuple(
            sorted(found, key=lambda one: (not one.perdido, one.ultimo, one.que, one.clave))
        )

    def export(self, sesion: Sesion, path: Path) -> int:
        """Write the table to an Excel workbook. Returns the number of rows.

        Raises UserFacingError. An existing file then stays unchanged.
        """
        hoy, found = self.today(), self.all(sesion)
        rows = (
            [
                one.que,
                one.de_quien,
                ", ".join(one.registros) or None,
                one.vence,
                one.ultimo,
                one.plazo(hoy),
                one.que_hacer,
            ]
            for one in found
        )
        return excel.write_workbook(path, HOJA, COLUMNS, rows, NoProgress(), total=len(found))

    def save_calendar(self, sesion: Sesion, path: Path) -> int:
        """Write the table as a calendar (.ics). Returns the number of events.

        Raises UserFacingError. An existing file then stays unchanged.
        """
        found = [one for one in self.all(sesion) if not one.perdido]
        write_calendar(path, found, self._store.clock())
        return len(found)

    def _of_contratista(self, db: Session, own: uuid.UUID, hoy: date) -> list[Vencimiento]:
        contratista = db.get_one(ContratistaRow, own)
        name = contratista.nombre
        kept = watched(db, own)
        # The one of the last entry, or a newer one that the contratista let keep.
        until = max(
            fecha_local(contratista.efirma_hasta),
            *(one.hasta for one in kept if one.tipo is TipoCertificado.EFIRMA),
            date.min,
        )
        found = [
            Vencimiento(f"efirma-{contratista.id}", "e.firma", name, until, until, RENEW_OWN),
            *of_the_contratista(hoy, name, obligaciones_of(db, contratista, hoy)),
            *_of_watched([one for one in kept if one.tipo is not TipoCertificado.EFIRMA]),
        ]
        acuse = only(db, AcuseRow, contratista_id=contratista.id)
        if acuse is not None:
            ventana = VentanaRepse(acuse.fecha)
            closed = ventana.on(hoy) is EstadoRepse.CERRADA
            found.append(
                Vencimiento(
                    f"repse-{contratista.id}",
                    "Registro REPSE",
                    name,
                    ventana.vence,
                    ventana.cierra,
                    ventana.sentence(hoy),
                    perdido=ventana.on(hoy).value if closed else "",
                    desde=ventana.abre,
                )
            )
        links = db.execute(
            select(ActivacionRow, RelacionRow)
            .join(RelacionRow, RelacionRow.id == ActivacionRow.relacion_id)
            .where(RelacionRow.contratista_id == contratista.id)
        )
        for link, relacion in links:
            day = fecha_local(link.vence)
            found.append(
                Vencimiento(
                    f"{LINK}{link.id}",
                    "Liga de un capturista",
                    full_name(relacion),
                    day,
                    day,
                    "Pídale que la abra antes, o envíele otra en Consulta.",
                )
            )
        return found


def _missing_values(db: Session, hoy: date) -> list[Vencimiento]:
    """The values that somebody has to add."""
    return [
        Vencimiento(
            f"valor-{concepto}-{desde.year}",
            missing_text(concepto, desde),
            "Valores",
            desde,
            desde,
            "Agréguelo con su fuente en Valores: sin él no se revisa el SBC.",
            perdido="Vencido" if desde <= hoy else "",
        )
        for concepto, desde in valores_of(db).missing(hoy)
    ]


def _of_watched(kept: Sequence[CertificadoVigilado]) -> list[Vencimiento]:
    return [
        Vencimiento(
            f"certificado-{one.numero}",
            one.que,
            one.titular,
            one.hasta,
            one.hasta,
            RENEW if one.tipo is TipoCertificado.EFIRMA else RENEW_CSD,
        )
        for one in kept
    ]


def _certificates(everything: Sequence[RegistroConCertificado], limite: date) -> list[Vencimiento]:
    """One row for each certificate, with all its registros patronales.

    limite: last day on which a .pfx of the IMSS serves.
    """
    groups: dict[str, list[RegistroConCertificado]] = {}
    for one in everything:
        if one.certificado is not None:
            groups.setdefault(one.certificado.numero, []).append(one)
    found = []
    for numero, group in groups.items():
        first, *_ = group
        certificado = first.certificado
        if certificado is None:
            continue
        day = fecha_local(certificado.valido_hasta)
        kind = TipoCertificado(certificado.tipo)
        estado = certificado.estado
        found.append(
            Vencimiento(
                f"certificado-{numero}",
                KINDS.get(kind, kind.value),
                certificado.titular or first.razon_social,
                day,
                min(day, limite) if kind is TipoCertificado.IMSS else day,
                PUT_EFIRMA if kind is TipoCertificado.IMSS else RENEW,
                tuple(one.registro_patronal for one in group),
                perdido=estado.texto if estado.vigencia is Vigencia.NO_SIRVE else "",
            )
        )
    return found
