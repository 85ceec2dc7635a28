"""Every policy that an administrator can set: the one table of its names, kinds and texts.

The reader (gateways/politicas/central_ini), the templates for Group Policy and the page for
administrators come from it. A policy is `clave` in the section `seccion` of central.ini, and the
value `clave` in the key `seccion` below Software\\Policies\\ICSOE Desktop in the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Clase(StrEnum):
    TEXTO = "texto"
    NUMERO = "número"
    SI_NO = "sí o no"
    OPCION = "opción"


@dataclass(frozen=True)
class Opcion:
    """One of the values of a policy, in Spanish and English."""

    valor: str
    texto: str
    text: str


@dataclass(frozen=True)
class Directiva:
    """One policy. titulo, explica: Spanish; title, explain: English.

    minimo, maximo: of a number. opciones: of an OPCION. ejemplo: a valid value, for the page.
    """

    clave: str
    clase: Clase
    titulo: str
    title: str
    explica: str
    explain: str
    ejemplo: str
    minimo: int = 0
    maximo: int = 0
    opciones: tuple[Opcion, ...] = ()


@dataclass(frozen=True)
class Seccion:
    """Policies of one topic."""

    nombre: str
    titulo: str
    title: str
    directivas: tuple[Directiva, ...]


MAX_HORAS, MAX_CONSERVAR, MAX_BLOQUEO = 24 * 31, 365, 240
# Bounds of the least length that may be asked for; the lower one is the program's own.
MIN_LARGO, MAX_LARGO = 8, 64
MIN_LETRAS, MAX_LETRAS = 90, 150

_FIJO = (
    "Que nadie elija otro",
    "Users cannot choose another",
    "Encendida, cada persona ve lo que se fijó y no puede cambiarlo.",
    "If enabled, users see what was set and cannot change it.",
)


def _texto(clave: str, *textos: str, ejemplo: str = "") -> Directiva:
    titulo, title, explica, explain = textos
    return Directiva(clave, Clase.TEXTO, titulo, title, explica, explain, ejemplo)


def _si_no(clave: str, *textos: str, ejemplo: str = "sí") -> Directiva:
    titulo, title, explica, explain = textos
    return Directiva(clave, Clase.SI_NO, titulo, title, explica, explain, ejemplo)


def _numero(clave: str, minimo: int, maximo: int, *textos: str, ejemplo: str) -> Directiva:
    titulo, title, explica, explain = textos
    return Directiva(clave, Clase.NUMERO, titulo, title, explica, explain, ejemplo, minimo, maximo)


def _opcion(clave: str, opciones: tuple[Opcion, ...], *textos: str, ejemplo: str) -> Directiva:
    titulo, title, explica, explain = textos
    return Directiva(clave, Clase.OPCION, titulo, title, explica, explain, ejemplo, 0, 0, opciones)


def _importe(clave: str, importe: str, *titulos: str, desde: str = "2027-01-01") -> Directiva:
    explica = "Fecha e importe diario; varios, separados con punto y coma."
    explain = "Date and amount a day; several are separated by semicolons."
    return _texto(clave, *titulos, explica, explain, ejemplo=f"{desde} {importe}")


SECCIONES = (
    Seccion(
        "correo",
        "Servidor de correo",
        "Mail server",
        (
            _texto(
                "servidor",
                "Servidor",
                "Server",
                "Nombre del servidor SMTP. Hace falta también el remitente.",
                "Name of the SMTP server. The sender is needed too.",
                ejemplo="smtp.empresa.mx",
            ),
            _numero(
                "puerto",
                1,
                65535,
                "Puerto",
                "Port",
                "Sin él, 587, o 465 con SSL/TLS.",
                "Without it, 587, or 465 with SSL/TLS.",
                ejemplo="587",
            ),
            _opcion(
                "seguridad",
                (
                    Opcion("STARTTLS", "STARTTLS", "STARTTLS"),
                    Opcion("SSL/TLS", "SSL/TLS", "SSL/TLS"),
                    Opcion("Ninguna", "Ninguna (sólo en el mismo equipo)", "None (same machine)"),
                ),
                "Seguridad",
                "Security",
                "Cómo se cifra la conexión.",
                "How the connection is encrypted.",
                ejemplo="STARTTLS",
            ),
            _texto(
                "usuario",
                "Usuario de la cuenta",
                "Account user",
                "Vacío si el servidor no pide cuenta. Cada persona escribe su contraseña una vez.",
                "Empty if the server asks for no account. Each user types the password once.",
                ejemplo="nomina@empresa.mx",
            ),
            _texto(
                "remitente",
                "Remitente",
                "Sender",
                "Dirección de la que salen los correos.",
                "Address that the mails come from.",
                ejemplo="nominas@empresa.mx",
            ),
            _texto(
                "nombre_remitente",
                "Nombre del remitente",
                "Name of the sender",
                "El nombre que ve quien recibe.",
                "The name that the recipient sees.",
                ejemplo="Nóminas",
            ),
            _opcion(
                "oauth_proveedor",
                (
                    Opcion("Microsoft", "Microsoft 365", "Microsoft 365"),
                    Opcion("Google", "Google Workspace", "Google Workspace"),
                ),
                "Cuenta vinculada: proveedor",
                "Linked account: provider",
                "Para entrar con OAuth 2.0 en lugar de contraseña.",
                "To log in with OAuth 2.0 instead of a password.",
                ejemplo="Microsoft",
            ),
            _texto(
                "oauth_cliente",
                "Cuenta vinculada: aplicación",
                "Linked account: application",
                "Identificador de la aplicación que registró la oficina.",
                "Id of the application that the office registered.",
                ejemplo="11111111-2222-3333-4444-555555555555",
            ),
            _texto(
                "oauth_inquilino",
                "Cuenta vinculada: inquilino",
                "Linked account: tenant",
                "Sólo de Microsoft: dominio o identificador del inquilino.",
                "Microsoft only: domain or id of the tenant.",
                ejemplo="empresa.onmicrosoft.com",
            ),
            _texto(
                "oauth_secreto",
                "Cuenta vinculada: secreto de la aplicación",
                "Linked account: secret of the application",
                "Sólo de Google, que lo da a las aplicaciones de escritorio; no protege nada.",
                "Google only, which gives it to desktop applications; it protects nothing.",
            ),
            _si_no("fijo", *_FIJO, ejemplo="no"),
        ),
    ),
    Seccion(
        "sincronizacion",
        "Sincronización",
        "Synchronisation",
        (
            _texto(
                "servidor",
                "Dirección del servidor de la oficina",
                "Address of the office's server",
                "Dirección https. Nadie la cambia, y no se acepta una invitación a otro servidor.",
                "An https address. Users cannot change it, nor accept an invitation to another.",
                ejemplo="https://icsoe.empresa.mx/v1",
            ),
        ),
    ),
    Seccion(
        "actualizaciones",
        "Versiones nuevas",
        "Newer versions",
        (
            _si_no(
                "buscar",
                "Buscar versiones nuevas",
                "Look for newer versions",
                "Apagada, nadie busca ni descarga versiones, aunque haya dirección.",
                "If disabled, nobody looks for or downloads versions, even with an address.",
            ),
            _texto(
                "direccion",
                "Dirección del anuncio",
                "Address of the announcement",
                "Dirección https del anuncio firmado.",
                "The https address of the signed announcement.",
                ejemplo="https://descargas.empresa.mx/icsoe.json",
            ),
            _texto(
                "llave",
                "Llave que firma el anuncio",
                "Key that signs the announcement",
                "Llave pública Ed25519, en base64, que imprime anunciar.py.",
                "Public Ed25519 key in base64, as anunciar.py prints it.",
                ejemplo="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            ),
        ),
    ),
    Seccion(
        "certificados",
        "Certificados",
        "Certificates",
        (
            _texto(
                "pfx_hasta",
                "Último día de los .pfx del IMSS",
                "Last day of the .pfx of the IMSS",
                "Último día en que un .pfx del IMSS sirve para movimientos (AAAA-MM-DD).",
                "Last day on which a .pfx of the IMSS serves for movements (YYYY-MM-DD).",
                ejemplo="2026-10-13",
            ),
        ),
    ),
    Seccion(
        "respaldo",
        "Respaldo automático",
        "Scheduled backup",
        (
            _numero(
                "cada_horas",
                0,
                MAX_HORAS,
                "Cada cuántas horas",
                "Hours between backups",
                "0: nunca.",
                "0: never.",
                ejemplo="24",
            ),
            _numero(
                "conservar",
                1,
                MAX_CONSERVAR,
                "Cuántos se conservan",
                "How many are kept",
                "Los más antiguos se borran.",
                "The oldest are deleted.",
                ejemplo="7",
            ),
            _texto(
                "carpeta",
                "Carpeta",
                "Folder",
                "Ruta completa. Vacía: la de los datos de cada persona.",
                "Full path. Empty: that of each user's data.",
            ),
            _si_no("fijo", *_FIJO, ejemplo="no"),
        ),
    ),
    Seccion(
        "valores",
        "Salario mínimo y UMA",
        "Minimum wage and UMA",
        (
            _importe("salario_minimo", "350.00", "Salario mínimo general", "General minimum wage"),
            _importe(
                "salario_minimo_frontera",
                "490.00",
                "Salario mínimo de la frontera norte",
                "Minimum wage of the northern border",
            ),
            _importe("uma", "122.00", "UMA", "UMA", desde="2027-02-01"),
        ),
    ),
    Seccion(
        "sesion",
        "Sesión",
        "Session",
        (
            _numero(
                "bloqueo_minutos",
                1,
                MAX_BLOQUEO,
                "Bloquear después de estos minutos sin uso",
                "Lock after these idle minutes",
                "Nadie puede elegir otro tiempo.",
                "Users cannot choose another time.",
                ejemplo="10",
            ),
        ),
    ),
    Seccion(
        "contrasenas",
        "Contraseñas",
        "Passwords",
        (
            _numero(
                "largo_minimo",
                MIN_LARGO,
                MAX_LARGO,
                "Largo mínimo de las contraseñas nuevas",
                "Least length of new passwords",
                "Se suma a las demás reglas. Las contraseñas que ya existen siguen sirviendo.",
                "In addition to the other rules. Existing passwords remain valid.",
                ejemplo="12",
            ),
        ),
    ),
    Seccion(
        "ejemplo",
        "Datos de ejemplo",
        "Sample data",
        (
            _si_no(
                "ofrecer",
                "Ofrecer los datos de ejemplo",
                "Offer the sample data",
                "Apagada, la primera ventana no los ofrece.",
                "If disabled, the first window does not offer them.",
            ),
        ),
    ),
    Seccion(
        "apariencia",
        "Apariencia",
        "Appearance",
        (
            _opcion(
                "tema",
                (
                    Opcion("sistema", "El del sistema", "As the system"),
                    Opcion("claro", "Claro", "Light"),
                    Opcion("oscuro", "Oscuro", "Dark"),
                ),
                "Tema",
                "Theme",
                "Nadie puede elegir otro. Los temas de alto contraste conservan sus colores.",
                "Users cannot choose another. High contrast themes keep their colours.",
                ejemplo="sistema",
            ),
            _opcion(
                "densidad",
                (Opcion("normal", "Normal", "Normal"), Opcion("compacta", "Compacta", "Compact")),
                "Densidad",
                "Density",
                "Nadie puede elegir otra.",
                "Users cannot choose another.",
                ejemplo="normal",
            ),
            _numero(
                "letras",
                MIN_LETRAS,
                MAX_LETRAS,
                "Tamaño de las letras, en por ciento",
                "Size of letters, in percent",
                "Nadie puede elegir otro.",
                "Users cannot choose another.",
                ejemplo="100",
            ),
        ),
    ),
)

# section → clave → policy
CLAVES = {one.nombre: {two.clave: two for two in one.directivas} for one in SECCIONES}
