"""Writes what comes from the table of policies: the templates of Group Policy and the page.

python -m resources.herramientas.politicas
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from icsoe_desktop import __version__
from icsoe_desktop.domain.politicas.catalogo import SECCIONES, Clase, Directiva, Seccion
from icsoe_desktop.gateways.politicas.registro_windows import ROOT as KEY

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "politicas"
PAGE = ROOT / "docs" / "politicas.md"
LANGUAGES = ("es-MX", "en-US")
NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
SUPPORTED = {
    "es-MX": "ICSOE Desktop en Windows 10 u 11",
    "en-US": "ICSOE Desktop on Windows 10 or 11",
}
HEAD = """\
# Directivas

Todo lo que quien administra los equipos puede fijar. La misma tabla lee el programa, y de ella
salen esta página y las plantillas de directiva de grupo:
`python -m resources.herramientas.politicas`.

| De dónde | Cómo |
|---|---|
| Directiva de grupo (Windows) | Copie `resources/politicas` a \
`%SystemRoot%\\PolicyDefinitions`, o al almacén central del dominio: `icsoe-desktop.admx`, y el \
`.adml` de `es-MX` y de `en-US`. Aparece en \
**Configuración del equipo › Plantillas administrativas › ICSOE Desktop** |
| Registro (Windows) | Valores en `HKLM\\Software\\Policies\\ICSOE Desktop\\<sección>`: REG_SZ, o \
REG_DWORD donde dice número o sí o no (1, 0) |
| Archivo | `central.ini`, con cada sección entre corchetes: [despliegue.md](despliegue.md\
#configuración-central) |

Un valor del registro va antes que el del archivo, uno por uno. Lo que no se puede usar se omite, y
el registro de fallas dice cuál. Se leen al abrir el programa. En su ventana, lo fijado lleva un
candado y dice quién lo fijó. Ninguna directiva lleva contraseñas: todos los usuarios del equipo
pueden leerlas.

No hay custodia del código de recuperación: [0038](decisions/0038-directivas.md) dice por qué.
"""


def admx() -> str:
    """The template, which names texts by id."""
    categories = "\n".join(
        f'  <category name={quoteattr(one.nombre)} displayName="$(string.{one.nombre})">\n'
        '   <parentCategory ref="icsoe"/>\n  </category>'
        for one in SECCIONES
    )
    policies = "\n".join(_policy(one, two) for one in SECCIONES for two in one.directivas)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
 <policyNamespaces>
  <target prefix="icsoe" namespace="ICSOE.Desktop.Policies"/>
 </policyNamespaces>
 <resources minRequiredRevision="1.0"/>
 <supportedOn>
  <definitions>
   <definition name="todas" displayName="$(string.todas)"/>
  </definitions>
 </supportedOn>
 <categories>
  <category name="icsoe" displayName="$(string.icsoe)"/>
{categories}
 </categories>
 <policies>
{policies}
 </policies>
</policyDefinitions>
"""


def adml(language: str) -> str:
    """The texts of the template in one language."""
    spanish = language == "es-MX"
    texts = {"icsoe": "ICSOE Desktop", "todas": SUPPORTED[language]}
    shown = []
    for one in SECCIONES:
        texts[one.nombre] = one.titulo if spanish else one.title
        for two in one.directivas:
            name = _name(one, two)
            texts[name] = two.titulo if spanish else two.title
            texts[f"{name}_explica"] = two.explica if spanish else two.explain
            for number, option in enumerate(two.opciones):
                texts[f"{name}_{number}"] = option.texto if spanish else option.text
            if two.clase is not Clase.SI_NO:
                shown.append(_presentation(name, two, texts[name]))
    strings = "\n".join(
        f"   <string id={quoteattr(name)}>{escape(text)}</string>" for name, text in texts.items()
    )
    table = "\n".join(shown)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources xmlns="{NAMESPACE}" revision="1.0" schemaVersion="1.0">
 <displayName>ICSOE Desktop</displayName>
 <description>ICSOE Desktop {__version__}</description>
 <resources>
  <stringTable>
{strings}
  </stringTable>
  <presentationTable>
{table}
  </presentationTable>
 </resources>
</policyDefinitionResources>
"""


def page() -> str:
    """The page for administrators."""
    parts = [HEAD]
    for one in SECCIONES:
        parts.append(f"\n## {one.titulo}: `{one.nombre}`\n")
        parts.append("| Clave | Qué fija | Valores | Ejemplo |\n|---|---|---|---|")
        parts += [
            f"| `{two.clave}` | **{two.titulo}.** {two.explica} | {_values(two)} | "
            f"{f'`{two.ejemplo}`' if two.ejemplo else ''} |"
            for two in one.directivas
        ]
    return "\n".join(parts) + "\n"


def files() -> dict[Path, str]:
    """What this module writes."""
    found = {FOLDER / "icsoe-desktop.admx": admx(), PAGE: page()}
    for language in LANGUAGES:
        found[FOLDER / language / "icsoe-desktop.adml"] = adml(language)
    return found


def _name(one: Seccion, two: Directiva) -> str:
    return f"{one.nombre}_{two.clave}"


def _policy(one: Seccion, two: Directiva) -> str:
    name, value = _name(one, two), quoteattr(two.clave)
    key = quoteattr(f"{KEY}\\{one.nombre}")
    head = (
        f'  <policy name="{name}" class="Machine" displayName="$(string.{name})" '
        f'explainText="$(string.{name}_explica)" key={key}'
    )
    middle = f'   <parentCategory ref="{one.nombre}"/>\n   <supportedOn ref="todas"/>\n'
    if two.clase is Clase.SI_NO:
        return (
            f"{head} valueName={value}>\n{middle}"
            '   <enabledValue><decimal value="1"/></enabledValue>\n'
            '   <disabledValue><decimal value="0"/></disabledValue>\n  </policy>'
        )
    if two.clase is Clase.NUMERO:
        element = (
            f'<decimal id="{name}" valueName={value} required="true" '
            f'minValue="{two.minimo}" maxValue="{two.maximo}"/>'
        )
    elif two.clase is Clase.OPCION:
        items = "".join(
            f'\n     <item displayName="$(string.{name}_{number})">'
            f"<value><string>{escape(option.valor)}</string></value></item>"
            for number, option in enumerate(two.opciones)
        )
        element = f'<enum id="{name}" valueName={value} required="true">{items}\n    </enum>'
    else:
        element = f'<text id="{name}" valueName={value} maxLength="1023"/>'
    return (
        f'{head} presentation="$(presentation.{name})">\n{middle}'
        f"   <elements>\n    {element}\n   </elements>\n  </policy>"
    )


def _presentation(name: str, two: Directiva, label: str) -> str:
    text = escape(label)
    if two.clase is Clase.NUMERO:
        default = two.ejemplo or str(two.minimo)
        inner = f'<decimalTextBox refId="{name}" defaultValue="{default}">{text}</decimalTextBox>'
    elif two.clase is Clase.OPCION:
        inner = f'<dropdownList refId="{name}" defaultItem="0">{text}</dropdownList>'
    else:
        inner = f'<textBox refId="{name}"><label>{text}</label></textBox>'
    return f'   <presentation id="{name}">{inner}</presentation>'


def _values(two: Directiva) -> str:
    if two.clase is Clase.NUMERO:
        return f"número, {two.minimo} a {two.maximo}"
    if two.clase is Clase.OPCION:
        return ", ".join(f"`{option.valor}`" for option in two.opciones)
    return two.clase.value


def main() -> None:
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
