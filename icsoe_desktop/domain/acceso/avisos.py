"""Text of both avisos de privacidad and of the acuerdo de servicio, in Markdown.

Raise AVISO_VERSION or AVISO_ICSOE_VERSION with every change of text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from icsoe_desktop.domain.fields import Field, FieldTable

AVISO_VERSION: Final = "2026-12"
AVISO_ICSOE_VERSION: Final = "2026-12"


@dataclass(frozen=True, slots=True)
class DatosPrivacidad:
    """Who answers for the data of this installation. encargada: who handles them for the
    responsable, if another. integral: where the full notice is.
    """

    responsable: str = ""
    domicilio: str = ""
    contacto: str = ""
    encargada: str = ""
    integral: str = ""

    @property
    def completo(self) -> bool:
        return all((self.responsable, self.domicilio, self.contacto, self.integral))


CAMPOS_PRIVACIDAD: Final = FieldTable(
    (
        Field("responsable", "Responsable", missing="Escriba el nombre o la razón social."),
        Field("domicilio", "Domicilio del responsable", missing="Escriba el domicilio completo."),
        Field("contacto", "Correo o teléfono para derechos ARCO", missing="Escriba el correo."),
        Field("encargada", "Encargada", optional=True),
        Field("integral", "Dónde está el aviso integral", missing="Escriba la página o el lugar."),
    )
)
MAX_DATO: Final = 300

_WHO: Final = """{responsable}, con domicilio en {domicilio}.{encargada}"""
_HANDLES: Final = " {encargada} los trata por su encargo."
_NOBODY: Final = (
    "Quien administra este equipo todavía no escribe aquí el nombre y el domicilio del "
    "responsable: pídaselos."
)
# Both notices end alike. Source: docs/fuentes.md §11.
_SHARED: Final = """\
**Dónde están y a quién se dan.** \
Cifrados en este equipo y, si la oficina los comparte, en sus demás equipos y, sellados, en su \
servidor; además, en los archivos que alguien exporte o respalde y en los correos que envíe. Por \
ley se presentan al IMSS, y lo que corresponda al INFONAVIT y a la STPS. No se dan a nadie más, no \
se venden y no se usan para otra cosa. Los autores del programa no reciben dato alguno.

**Sus derechos.** \
Acceso, rectificación, cancelación y oposición (ARCO), limitar su uso y retirar su \
consentimiento: {contacto}. Diga su nombre, qué pide y dónde contestarle, y acompañe una \
identificación. Le contestan en 20 días y, si procede, se cumple en los 15 siguientes. Lo que la \
ley obliga a conservar, como lo ya presentado, se conserva cinco años.

**Aviso integral y cambios.** \
{integral}Si este aviso cambia, se muestra al ingresar y se acepta otra vez.

Fundamento: Ley Federal de Protección de Datos Personales en Posesión de los Particulares (DOF \
20/03/2025; última reforma, DOF 14/11/2025). Autoridad: Secretaría Anticorrupción y Buen Gobierno.
"""
_IDSE: Final = """\
## Aviso de privacidad simplificado

**Quién responde.** \
{quien}

**Qué datos.** \
De los usuarios: nombre, apellidos y correo electrónico. De los registros patronales: razón \
social, RFC, domicilio y los certificados que usted agregue. De los trabajadores: nombre, NSS, \
CURP, SBC, sus movimientos afiliatorios y lo que contesta el Instituto. Ninguno es sensible.

**Para qué.** \
Dar acceso al programa y preparar, revisar y conservar los avisos al IMSS y sus acuses (LSS 15). \
No hay finalidades secundarias.

"""
_ICSOE: Final = """\
## Aviso de privacidad simplificado (ICSOE)

**Quién responde.** \
El contratista que registra los datos, y de esta instalación: {quien}

**Qué datos.** \
De los usuarios: nombre y correo. Del contratista: RFC, nombre, correo, teléfonos, domicilios \
social y convencional y el acuse de su registro en el padrón de la STPS. De los capturistas: \
CURP, nombre, teléfono y correo. De los contratantes: RFC, nombre, correo, teléfonos y \
domicilio. De los trabajadores: NSS, CURP, SBC y el contrato en que prestan el servicio. Ninguno \
es sensible.

**Para qué.** \
Dar acceso a quien captura, avisarle por correo, y preparar y conservar la Informativa y sus \
acuses (LSS 15-A; Ley del INFONAVIT 29 Bis). No hay finalidades secundarias.

"""


def aviso_idse(datos: DatosPrivacidad) -> str:
    """The notice of Conexión en línea con IDSE, in Markdown."""
    return _made(_IDSE, datos, AVISO_VERSION)


def aviso_icsoe(datos: DatosPrivacidad) -> str:
    """The notice of ICSOE, in Markdown."""
    return _made(_ICSOE, datos, AVISO_ICSOE_VERSION)


def _made(text: str, datos: DatosPrivacidad, version: str) -> str:
    plain = {name: _plain(getattr(datos, name)) for name in DatosPrivacidad.__dataclass_fields__}
    by = _HANDLES.format(**plain) if datos.encargada else ""
    quien = _WHO.format(**{**plain, "encargada": by}) if datos.completo else _NOBODY
    shared = _SHARED.format(
        contacto=f"escriba o llame a {plain['contacto']}" if datos.contacto else "al responsable",
        integral=f"El integral está en {plain['integral']}. " if datos.integral else "",
    )
    return f"{text.format(quien=quien)}{shared}\nVersión {version}"


def _plain(text: str) -> str:
    """The text with nothing that Markdown or HTML would read."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~&])", r"\\\1", text)


ACUERDO_SERVICIO = """\
## Acuerdo de servicio

1. El programa prepara, revisa y guarda información; quien presenta los avisos ante el IMSS es \
usted, en el portal del Instituto, con su propio certificado.

2. Su usuario y su contraseña son personales. Quien los presta responde por lo que se haga con \
ellos. Cada ingreso y cada cambio quedan anotados en la bitácora.

3. Los certificados y sus llaves se guardan cifrados. Conserve en un lugar seguro el código de \
recuperación: sin contraseña y sin código, nadie puede abrir los datos.

4. Haga respaldos. Un disco puede fallar; el programa no puede devolver lo que sólo estaba en él.

5. Este programa no es del IMSS ni del SAT y no actúa en su nombre.
"""
