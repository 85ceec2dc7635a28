"""Text of the aviso de privacidad and of the acuerdo de servicio, in Markdown.

Raise AVISO_VERSION with every change of text.
"""

from __future__ import annotations

AVISO_VERSION = "2026-11"

AVISO_PRIVACIDAD = """\
## Aviso de privacidad simplificado

**Quién responde.** \
El responsable de sus datos es la empresa o el despacho que instaló ICSOE Desktop \
en este equipo. Los autores del programa no reciben dato alguno.

**Qué datos.** \
De quienes usan el programa: nombre, apellidos y correo electrónico. De los registros \
patronales: razón social, RFC y los certificados que usted agregue. De las personas trabajadoras: \
los datos de sus movimientos afiliatorios.

**Para qué.** \
Para permitir el acceso al programa, preparar y consultar avisos al IMSS y conservar \
sus acuses. No se usan para otra cosa ni se venden.

**Dónde están.** \
Cifrados en este equipo. Salen de él sólo cuando usted exporta un archivo, envía un \
correo con su propio servidor o activa la sincronización de su oficina.

**Sus derechos.** \
Puede pedir al responsable acceso, rectificación, cancelación u oposición (derechos \
ARCO), y retirar su consentimiento.

Fundamento: Ley Federal de Protección de Datos Personales en Posesión de los Particulares.
"""

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
