"""A movimiento afiliatorio as a value: one notice to the IMSS about one worker.

Source: docs/fuentes.md §§1, 4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, NoReturn, cast

from icsoe_desktop.domain.identificadores.curp import Curp, Discrepancia, compare
from icsoe_desktop.domain.identificadores.nombre_imss import normal_name, transliterate
from icsoe_desktop.domain.identificadores.numeros import Nss, RegistroPatronal, Rfc
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from icsoe_desktop.domain.movimientos.catalogos_imss import (
    FORMA_GUIA,
    FORMA_UMF,
    GUIA_WRONG,
    UMF_WRONG,
    CausaBaja,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
    refuse_year,
)
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoAviso, EstadoLote, Situacion
from icsoe_desktop.domain.movimientos.limites_sbc import TABLA_LIMITES, TablaLimites
from icsoe_desktop.errors import InvalidInputError

__all__ = [
    "MAX_SBC",
    "Advertencia",
    "CausaBaja",
    "EstadoAviso",
    "EstadoLote",
    "Identificadores",
    "Jornada",
    "Movimiento",
    "Situacion",
    "TipoMovimiento",
    "TipoSalario",
    "TipoTrabajador",
    "rfc_of_worker",
]

MAX_SBC: Final = 9999_99  # centavos: four digits of pesos and two of centavos


_EN_FRASE: Final = {
    "primer_apellido": "primer apellido",
    "segundo_apellido": "segundo apellido",
    "nombres": "nombre",
}

RFC_OTHER_BIRTH: Final = "La fecha de nacimiento del RFC no es la de la CURP. Revise ambos."


BORN_LATER: Final = "Según la CURP, la persona nació después del movimiento."


class Advertencia(NamedTuple):
    """A warning about a field that does not prevent saving: a Spanish sentence.

    peligro: whether the notice may be refused, or tell of somebody else.
    """

    campo: str
    texto: str
    peligro: bool = False


class Identificadores(NamedTuple):
    """The identifiers of a movement as checked values."""

    registro_patronal: RegistroPatronal
    nss: Nss
    curp: Curp | None

    @property
    def textos(self) -> tuple[str, str, str]:
        curp = self.curp.valor if self.curp is not None else ""
        return self.registro_patronal.valor, self.nss.valor, curp


@dataclass(frozen=True, slots=True, kw_only=True)
class Movimiento(NombrePersona):
    """One valid movement. An unknown text is empty.

    registro_patronal, nss: eleven characters. Names: as `normal_name` returns them.
    sbc, tipo_salario, jornada: None in a baja, required in other types.
    tipo_trabajador: required in an alta, optional in a modificación, None in a baja.
    umf: three digits. guia: five digits. rfc: thirteen characters; no notice carries it.
    causa_baja: required in a baja, None in other types.
    identificadores: values already parsed by the caller, to avoid parsing twice. They are ignored
    if they differ from the texts.
    Raises InvalidInputError for the first wrong field.
    """

    tipo: TipoMovimiento
    registro_patronal: str = field(repr=False)
    nss: str = field(repr=False)
    fecha: date
    sbc: int | None = None  # centavos
    tipo_trabajador: TipoTrabajador | None = None
    tipo_salario: TipoSalario | None = None
    jornada: Jornada | None = None
    causa_baja: CausaBaja | None = None
    umf: str = ""
    guia: str = ""
    clave_trabajador: str = field(default="", repr=False)
    curp: str = field(default="", repr=False)
    rfc: str = field(default="", repr=False)
    identificadores: Identificadores | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        texts = (self.registro_patronal, self.nss, self.curp)
        if self.identificadores is None or self.identificadores.textos != texts:
            parsed = Identificadores(
                RegistroPatronal(self.registro_patronal),
                Nss(self.nss),
                Curp(self.curp) if self.curp else None,
            )
            object.__setattr__(self, "identificadores", parsed)
        if len(self.registro_patronal) != 11:
            _refuse("registro_patronal", "Al registro patronal le falta el dígito verificador.")
        self._validate_names()
        self._validate_salary()
        if self.tipo is TipoMovimiento.BAJA and self.causa_baja is None:
            _refuse("causa_baja", "Elija la causa de baja.")
        if self.tipo is not TipoMovimiento.BAJA and self.causa_baja is not None:
            _refuse("causa_baja", "La causa de baja sólo va en las bajas.")
        refuse_year(self.fecha, "fecha", "La fecha del movimiento")
        if FORMA_UMF.fullmatch(self.umf) is None:
            _refuse("umf", UMF_WRONG)
        if FORMA_GUIA.fullmatch(self.guia) is None:
            _refuse("guia", GUIA_WRONG)
        clave = self.clave_trabajador
        if len(clave) > 10 or not clave.isprintable() or clave != clave.strip():
            _refuse(
                "clave_trabajador",
                "La clave del trabajador tiene como máximo 10 caracteres, sin espacios en las "
                "orillas.",
            )
        if self.rfc != rfc_of_worker(self.rfc):
            _refuse("rfc", "El RFC va en mayúsculas y sin espacios.")

    def _validate_names(self) -> None:
        for campo, etiqueta in _EN_FRASE.items():
            name = getattr(self, campo)
            if name != normal_name(name):
                _refuse(campo, f"El {etiqueta} va en mayúsculas y sin espacios de más.")
            written = transliterate(name, "Ñ")
            if written.imposibles:
                _refuse(
                    campo,
                    f"El {etiqueta} sólo lleva letras, espacios, guiones, puntos y apóstrofos.",
                )
            if not written.texto and (name or campo != "segundo_apellido"):
                _refuse(campo, f"Escriba el {etiqueta}.")

    def _validate_salary(self) -> None:
        baja = self.tipo is TipoMovimiento.BAJA
        for campo, etiqueta in (
            ("sbc", "el SBC"),
            ("tipo_salario", "el tipo de salario"),
            ("jornada", "la jornada"),
        ):
            value = getattr(self, campo)
            if baja and value is not None:
                _refuse(campo, f"Una baja no lleva {etiqueta}.")
            if not baja and value is None:
                verb = "Escriba" if campo == "sbc" else "Indique"
                _refuse(campo, f"{verb} {etiqueta}.")
        if self.sbc is not None and not 0 < self.sbc <= MAX_SBC:
            _refuse("sbc", "El SBC va de $0.01 a $9,999.99 diarios.")
        if self.tipo is TipoMovimiento.ALTA and self.tipo_trabajador is None:
            _refuse("tipo_trabajador", "Indique el tipo de trabajador.")
        if baja and self.tipo_trabajador is not None:
            _refuse("tipo_trabajador", "Una baja no lleva tipo de trabajador.")

    @property
    def registro_base(self) -> str:
        """The first ten characters, which identify the registro patronal."""
        return self.registro_patronal[:10]

    def warnings(self, limites: TablaLimites = TABLA_LIMITES) -> tuple[Advertencia, ...]:
        """Warnings in the order of the fields."""
        registro, nss, curp = cast(Identificadores, self.identificadores)
        found = [Advertencia("registro_patronal", text, True) for text in registro.advertencias]
        found.extend(Advertencia("nss", text, True) for text in nss.advertencias)
        if self.sbc is not None:
            reducida = self.jornada not in (None, Jornada.NORMAL)
            limits = limites.on(self.fecha, self.registro_patronal)
            # Published floors differ by a centavo.
            peligro = self.sbc + 1 != limits.piso_integrado
            outside = limits.out_of_limits(self.sbc, reducida=reducida)
            found.extend(Advertencia("sbc", text, peligro) for text in outside)
            found.extend(Advertencia("sbc", text) for text in limits.unchecked)
        if self.rfc:
            found.extend(Advertencia("rfc", text) for text in Rfc(self.rfc).advertencias)
            if curp is not None and self.rfc[4:10] != curp.valor[4:10]:
                found.append(Advertencia("rfc", RFC_OTHER_BIRTH))
        # The record of a baja leaves the CURP blank.
        if curp is not None and self.tipo is not TipoMovimiento.BAJA:
            found.extend(Advertencia("curp", text) for text in curp.advertencias)
            if curp.fecha_nacimiento >= self.fecha:
                found.append(Advertencia("curp", BORN_LATER, True))
            found.extend(
                Advertencia("curp", discrepancia.advertencia)
                for discrepancia in compare_name(curp, self)
            )
        return tuple(found)


def compare_name(curp: Curp, nombre: NombrePersona) -> tuple[Discrepancia, ...]:
    """Differences between the CURP and the name. An Ñ written as N is not a difference."""
    return tuple(
        discrepancia
        for discrepancia in compare(curp, nombre)
        if (discrepancia.encontrada, discrepancia.esperada) != ("X", "N")
    )


def rfc_of_worker(text: str) -> str:
    """The RFC in thirteen characters, or empty. Raises InvalidInputError (campo: «rfc»)."""
    if not text.strip():
        return ""
    rfc = Rfc.parse(text)
    if rfc.es_persona_moral:
        _refuse("rfc", "El RFC de un trabajador tiene 13 caracteres; éste, 12, como una empresa.")
    if rfc.es_generico:
        _refuse("rfc", "Es un RFC genérico: no es el del trabajador. Si no lo tiene, déjelo vacío.")
    return rfc.valor


def _refuse(campo: str, message: str) -> NoReturn:
    raise InvalidInputError(message, campo)
