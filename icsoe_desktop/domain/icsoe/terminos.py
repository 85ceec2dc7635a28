"""Text of the términos y condiciones of ICSOE, in Markdown.

Raise TERMINOS_VERSION with every change of text.
"""

from __future__ import annotations

TERMINOS_VERSION = "2026-12"
TERMINOS_PREGUNTA = (
    "Aceptas los términos y condiciones del Sistema ICSOE (Informativa de contratos de servicio u "
    "obra especializados)."
)
TERMINOS = """\
## Términos y condiciones

**1. Para qué sirve.** \
Este programa ayuda a preparar, revisar y conservar la Informativa de Contratos de Servicios u \
Obras Especializados (ICSOE) que ordena el artículo 15 A de la Ley del Seguro Social. No la \
presenta: eso lo hace usted en el portal del Instituto.

**2. Quién responde.** \
El contratista responde por la información que él o sus capturistas registran. Ingresa con su \
e.firma; tratándose de una persona moral, con la de la empresa y no con la de su representante.

**3. La e.firma.** \
La llave privada y su contraseña se usan sólo para comprobar quién ingresa y se olvidan enseguida. \
No se guardan ni salen de este equipo.

**4. Los capturistas.** \
Usted decide quién captura por usted y puede darlo de baja en cualquier momento; la baja surte \
efecto de inmediato. Cada capturista crea su propia contraseña y no debe prestarla.

**5. Lo que queda anotado.** \
Los ingresos, los intentos fallidos, los cambios y las exportaciones quedan en la bitácora, que no \
se puede modificar.

**6. Respaldos.** \
Los datos están cifrados en este equipo y, si la oficina los comparte, en sus demás equipos. \
Conserve sus respaldos y el código de recuperación en un lugar seguro.

**7. Independencia.** \
Este programa no es del IMSS, del SAT ni de la STPS y no actúa en su nombre.
"""
