"""The registry of windows, one line each. Menus and toolbars are built from it."""

from __future__ import annotations

from dataclasses import dataclass

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion


@dataclass(frozen=True)
class WindowEntry:
    """A window that a session may open.

    module: has `create(context, parent) -> QWidget`; the shell imports it on first use. Empty for
    the manual's window, which belongs to F1 and not to a session.
    menu: place in the module's menu bar; empty if only code opens the window.
    help: page or section of docs/manual («correo#servidor-de-correo») that F1 opens.
    icon: for the side menu, whose windows are shown as pages of the main window that opens them;
    empty for a window of its own.
    """

    key: str
    label: str
    module: str
    permiso: Permiso | None = None
    menu: str = ""
    shortcut: str = ""
    help: str = ""
    icon: str = ""

    def open_to(self, sesion: Sesion) -> bool:
        return self.permiso is None or sesion.can(self.permiso)

    @property
    def page(self) -> bool:
        return bool(self.icon)

    @property
    def name(self) -> str:
        return self.label.replace("&", "").removesuffix("…")


AYUDA = "ayuda"
_GUI = "icsoe_desktop.gui"
PLACES = "&Movimientos"  # the menu whose windows stand with the places of the module

WINDOWS: tuple[WindowEntry, ...] = (
    WindowEntry(
        "modulo", "Conexión en línea con IDSE", f"{_GUI}.idse.modulo.window", help="modulo"
    ),
    WindowEntry(
        "icsoe_acceso",
        "Inicio de sesión",
        f"{_GUI}.icsoe.acceso.window",
        help="icsoe#inicio-de-sesión",
    ),
    WindowEntry(
        "efirma",
        "Ingreso con e.firma",
        f"{_GUI}.icsoe.efirma.window",
        help="icsoe#ingreso-con-efirma",
    ),
    WindowEntry("icsoe", "ICSOE", f"{_GUI}.icsoe.window", help="icsoe#la-ventana-de-icsoe"),
    WindowEntry(
        "trabajadores",
        "&Trabajadores…",
        f"{_GUI}.idse.trabajadores.window",
        Permiso.ESCRIBIR_MOVIMIENTOS,
        PLACES,
        "Ctrl+3",
        help="trabajadores",
        icon="trabajadores",
    ),
    WindowEntry(
        "registros_patronales",
        "&Registros patronales…",
        f"{_GUI}.idse.registros_patronales.window",
        Permiso.ADMINISTRAR_REGISTROS_PATRONALES,
        "A&dministración",
        "Ctrl+R",
        help="registros_patronales",
        icon="registro_patronal",
    ),
    WindowEntry(
        "certificados",
        "&Certificados IMSS…",
        f"{_GUI}.idse.certificados.window",
        Permiso.ADMINISTRAR_CERTIFICADOS,
        "A&dministración",
        "Ctrl+K",
        help="certificados",
        icon="certificado",
    ),
    WindowEntry(
        "usuarios",
        "&Usuarios…",
        f"{_GUI}.idse.usuarios.window",
        Permiso.ADMINISTRAR_USUARIOS,
        "A&dministración",
        "Ctrl+U",
        help="usuarios",
        icon="usuarios",
    ),
    WindowEntry(
        "valores_legales",
        "&Valores…",
        f"{_GUI}.oficina.valores_legales.window",
        Permiso.CONFIGURAR,
        "A&dministración",
        help="valores",
        icon="valores",
    ),
    WindowEntry(
        "vigencias",
        "&Vigencias…",
        f"{_GUI}.oficina.vigencias.window",
        Permiso.CONSULTAR_BITACORA,
        "&Herramientas",
        "Ctrl+Shift+V",
        help="vigencias",
        icon="calendario",
    ),
    WindowEntry(
        "calculadora",
        "&Calculadora de SBC…",
        f"{_GUI}.idse.calculadora.window",
        Permiso.CONSULTAR_MOVIMIENTOS,
        "&Herramientas",
        help="sbc",
        icon="calculadora",
    ),
    WindowEntry(
        "modificar_salarios",
        "Modificar sa&larios…",
        f"{_GUI}.idse.modificar_salarios.window",
        Permiso.ESCRIBIR_MOVIMIENTOS,
        "&Herramientas",
        "Ctrl+Shift+S",
        help="modificar_salarios",
        icon="modificacion",
    ),
    WindowEntry(
        "sua",
        "Exportar a S&UA…",
        f"{_GUI}.idse.sua.window",
        Permiso.CONSULTAR_MOVIMIENTOS,
        "&Herramientas",
        help="sua",
    ),
    WindowEntry(
        "confronta",
        "Con&frontar…",
        f"{_GUI}.idse.confronta.window",
        Permiso.CONSULTAR_MOVIMIENTOS,
        "&Herramientas",
        "Ctrl+Shift+C",
        help="confrontar",
        icon="confronta",
    ),
    WindowEntry(
        "vigilar",
        "Vi&gilar carpeta…",
        f"{_GUI}.idse.vigilar.window",
        Permiso.ESCRIBIR_MOVIMIENTOS,
        "&Herramientas",
        help="vigilar",
        icon="carpeta",
    ),
    WindowEntry(
        "bitacora",
        "&Bitácora…",
        f"{_GUI}.oficina.bitacora.window",
        Permiso.CONSULTAR_BITACORA,
        "&Herramientas",
        "Ctrl+B",
        help="bitacora",
        icon="bitacora",
    ),
    WindowEntry(
        "catalogo_postal",
        "Catálogo &postal…",
        f"{_GUI}.icsoe.catalogo_postal.window",
        Permiso.IMPORTAR_CODIGOS_POSTALES,
        "&Herramientas",
        help="contratista#catálogo-postal",
    ),
    WindowEntry(
        "buzon",
        "Correos por &enviar…",
        f"{_GUI}.oficina.buzon.window",
        Permiso.CONFIGURAR_CORREO,
        "&Herramientas",
        help="correo#correos-por-enviar",
        icon="correo",
    ),
    WindowEntry(
        "servidor_correo",
        "&Servidor de correo…",
        f"{_GUI}.oficina.correo.window",
        Permiso.CONFIGURAR_CORREO,
        "&Herramientas",
        help="correo#servidor-de-correo",
    ),
    WindowEntry(
        "sincronizacion",
        "S&incronización…",
        f"{_GUI}.oficina.sincronizacion.window",
        Permiso.CONFIGURAR,
        "&Herramientas",
        help="sincronizacion",
        icon="sincronizar",
    ),
    WindowEntry(
        "respaldo",
        "Respaldo y res&tauración…",
        f"{_GUI}.oficina.respaldo.window",
        Permiso.CONFIGURAR,
        "&Herramientas",
        help="respaldo",
        icon="respaldo",
    ),
    WindowEntry(
        "privacidad",
        "Aviso &de privacidad…",
        f"{_GUI}.oficina.privacidad.window",
        Permiso.CONFIGURAR,
        "&Herramientas",
        help="datos_y_seguridad#aviso-de-privacidad",
    ),
    WindowEntry(
        "apariencia",
        "&Apariencia…",
        f"{_GUI}.inicio.apariencia.window",
        None,
        "&Herramientas",
        help="apariencia",
    ),
    WindowEntry(
        "recuperar",
        "Recuperar contraseña",
        f"{_GUI}.idse.recuperar.window",
        help="recuperar_contrasena",
    ),
    WindowEntry(
        "activacion",
        "Crear contraseña",
        f"{_GUI}.icsoe.activacion.window",
        help="soy_capturista#crear-contraseña",
    ),
    WindowEntry(
        "olvido_capturista",
        "¿Olvidaste tu contraseña?",
        f"{_GUI}.icsoe.activacion.olvido",
        help="soy_capturista#olvidó-su-contraseña",
    ),
    WindowEntry(
        AYUDA,
        "&Centro de ayuda",
        f"{_GUI}.inicio.ayuda.window",
        None,
        "A&yuda",
        "F1",
        help="inicio",
    ),
    WindowEntry(
        "acerca",
        "&Acerca de ICSOE Desktop…",
        f"{_GUI}.inicio.acerca.window",
        None,
        "A&yuda",
        help="inicio",
    ),
)

BY_KEY = {entry.key: entry for entry in WINDOWS}
