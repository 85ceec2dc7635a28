"""By what a person, and the blind index, knows a record."""

from __future__ import annotations

from icsoe_desktop.domain.capturista import full_name
from icsoe_desktop.domain.sincronizacion import Clase, Contenido


def title_of(clase: Clase, contenido: Contenido) -> str:
    """By which a person knows the record."""
    match clase:
        case Clase.PERSONA | Clase.RELACION:
            return full_name(
                *(str(contenido[n]) for n in ("nombres", "primer_apellido", "segundo_apellido"))
            )
        case Clase.CONTRATISTA:
            return str(contenido["nombre"])
        case Clase.REGISTRO_PATRONAL:
            return f"{contenido['registro_patronal']} {contenido['razon_social']}"
        case Clase.CERTIFICADO:
            return f"{contenido['titular']} {contenido['numero']}"
        case _:
            return str(contenido.get("nombre_archivo", ""))


def natural_key(clase: Clase, contenido: Contenido) -> str | None:
    """What two desktops would both give the same record; for the blind index."""
    match clase:
        case Clase.CONTRATISTA:
            return str(contenido["rfc"])
        case Clase.REGISTRO_PATRONAL:
            return str(contenido["registro_patronal"])[:10]
        case Clase.PERSONA:
            return str(contenido["curp"])
        case Clase.RELACION:
            return f"{contenido['contratista_id']}|{contenido['curp']}"
        case Clase.CERTIFICADO:
            return str(contenido["numero"])
        case _:
            return None
