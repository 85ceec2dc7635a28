"""Writes CFDI de nómina 1.2 that validate against the SAT's schemas, in 3.3 and 4.0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import quoteattr

NOMINA = "http://www.sat.gob.mx/nomina12"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True)
class NodoNomina:
    """A `Nomina` node. Empty texts and None leave an attribute out."""

    curp: str = "HEGG560427MVZRRL04"
    nss: str = "12345678903"
    registro_patronal: str = "Y1234567101"
    inicial: date = date(2025, 10, 1)
    final: date = date(2025, 10, 15)
    pago: date | None = None
    dias: str = "15.000"
    tipo: str = "O"
    inicio: date | None = date(2020, 1, 6)
    contrato: str = "01"
    regimen: str = "02"
    jornada: str = "01"
    base: str = "500.00"
    integrado: str = "522.60"
    percepciones: Sequence[str] = ("001",)
    incapacidad: int = 0
    otros: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cfdi:
    """sustituye: UUIDs that it replaces."""

    nominas: Sequence[NodoNomina] = (NodoNomina(),)
    uuid: str = "6F1A2B3C-4D5E-4F60-8A7B-9C0D1E2F3A4B"
    emisor: str = "EKU9003173C9"
    rfc: str = "XOJI740919U48"
    nombre: str = "INGRID XODAR JIMENEZ"
    version: str = "4.0"
    sustituye: Sequence[str] = ()

    def xml(self) -> str:
        is_40 = self.version == "4.0"
        space = f"http://www.sat.gob.mx/cfd/{self.version[0]}"
        fecha = max(each.pago or each.final for each in self.nominas).isoformat() + "T10:00:00"
        parts = [
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<cfdi:Comprobante xmlns:cfdi="{space}" xmlns:nomina12="{NOMINA}" xmlns:xsi="{XSI}"',
            f' xsi:schemaLocation="{space} {space}/cfdv{self.version.replace(".", "")}.xsd"',
            _attributes(
                Version=self.version, Fecha=fecha, Sello="A" * 344, NoCertificado="0" * 20,
                Certificado="B" * 1600, SubTotal="7500.00", Descuento="500.00", Moneda="MXN",
                Total="7000.00", TipoDeComprobante="N", Exportacion="01" if is_40 else "",
                MetodoPago="PUE", FormaPago="" if is_40 else "99", LugarExpedicion="06700",
            ),
            ">",
        ]  # fmt: skip
        if self.sustituye:
            related = "".join(f'<cfdi:CfdiRelacionado UUID="{each}"/>' for each in self.sustituye)
            parts.append(
                f'<cfdi:CfdiRelacionados TipoRelacion="04">{related}</cfdi:CfdiRelacionados>'
            )
        to = {"DomicilioFiscalReceptor": "06240", "RegimenFiscalReceptor": "605"} if is_40 else {}
        parts += [
            _node("cfdi:Emisor", Rfc=self.emisor, Nombre="EMPRESA", RegimenFiscal="601"),
            _node(
                "cfdi:Receptor", Rfc=self.rfc, Nombre=self.nombre, **to,
                UsoCFDI="CN01" if is_40 else "P01",
            ),
            "<cfdi:Conceptos>",
            _node(
                "cfdi:Concepto", ClaveProdServ="84111505", Cantidad="1", ClaveUnidad="ACT",
                Descripcion="Pago de nómina", ValorUnitario="7500.00", Importe="7500.00",
                Descuento="500.00", ObjetoImp="01" if is_40 else "",
            ),
            "</cfdi:Conceptos><cfdi:Complemento>",
            *map(_nomina, self.nominas),
            '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital"',
            _attributes(
                Version="1.1", UUID=self.uuid, FechaTimbrado=fecha, RfcProvCertif="SAT970701NN3",
                SelloCFD="A" * 344, NoCertificadoSAT="0" * 20, SelloSAT="C" * 344,
            ),
            "/></cfdi:Complemento></cfdi:Comprobante>\n",
        ]  # fmt: skip
        return "".join(parts)


def _nomina(one: NodoNomina) -> str:
    separation = [each for each in one.percepciones if each in ("022", "023", "025")]
    others = len(one.percepciones) - len(separation)
    parts = [
        "<nomina12:Nomina",
        _attributes(
            Version="1.2", TipoNomina=one.tipo, FechaPago=(one.pago or one.final).isoformat(),
            FechaInicialPago=one.inicial.isoformat(), FechaFinalPago=one.final.isoformat(),
            NumDiasPagados=one.dias, TotalPercepciones="7500.00", TotalDeducciones="500.00",
        ),
        ">",
        _node("nomina12:Emisor", RegistroPatronal=one.registro_patronal),
        _node(
            "nomina12:Receptor", Curp=one.curp, NumSeguridadSocial=one.nss,
            FechaInicioRelLaboral=one.inicio.isoformat() if one.inicio else "",
            **({"Antigüedad": "P300W"} if one.inicio else {}),
            TipoContrato=one.contrato, Sindicalizado="No", TipoJornada=one.jornada,
            TipoRegimen=one.regimen, NumEmpleado="0001", Departamento="Planta", Puesto="Operario",
            RiesgoPuesto="2" if one.registro_patronal else "", PeriodicidadPago="04",
            SalarioBaseCotApor=one.base, SalarioDiarioIntegrado=one.integrado, ClaveEntFed="CMX",
            **one.otros,
        ),
        "<nomina12:Percepciones",
        _attributes(
            TotalSueldos="7500.00" if others else "",
            TotalSeparacionIndemnizacion="900.00" if separation else "",
            TotalGravado="7500.00", TotalExento="0.00",
        ),
        ">",
        *(
            _node(
                "nomina12:Percepcion", TipoPercepcion=each, Clave="001", Concepto="Pago",
                ImporteGravado="100.00", ImporteExento="0.00",
            )
            for each in one.percepciones
        ),
    ]  # fmt: skip
    if separation:
        parts.append(
            _node(
                "nomina12:SeparacionIndemnizacion", TotalPagado="900.00", NumAñosServicio="5",
                UltimoSueldoMensOrd="900.00", IngresoAcumulable="900.00",
                IngresoNoAcumulable="0.00",
            )
        )  # fmt: skip
    parts += [
        "</nomina12:Percepciones><nomina12:Deducciones",
        _attributes(TotalOtrasDeducciones="500.00"),
        ">",
        _node(
            "nomina12:Deduccion", TipoDeduccion="001", Clave="101", Concepto="IMSS",
            Importe="500.00",
        ),
        "</nomina12:Deducciones>",
    ]  # fmt: skip
    if one.incapacidad:
        parts += [
            "<nomina12:Incapacidades>",
            _node(
                "nomina12:Incapacidad", DiasIncapacidad=str(one.incapacidad), TipoIncapacidad="02"
            ),
            "</nomina12:Incapacidades>",
        ]
    return "".join([*parts, "</nomina12:Nomina>"])


def _node(name: str, **attributes: str) -> str:
    return f"<{name}{_attributes(**attributes)}/>"


def _attributes(**attributes: str) -> str:
    return "".join(f" {name}={quoteattr(text)}" for name, text in attributes.items() if text)
