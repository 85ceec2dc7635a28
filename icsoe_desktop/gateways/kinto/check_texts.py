"""The sentences of each check of the server, with the remedy for its administrator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from icsoe_desktop.gateways.kinto.values import ServerFinding

ACCOUNT: Final = "Cuenta"
SEE = "Consulte docs/servidor.md."

NO_TLS: Final = ServerFinding(
    "Cifrado (TLS)",
    False,
    "La dirección no comienza con https://: la contraseña viajaría a la vista. No se envió nada.",
    "Ponga el servidor detrás de nginx con un certificado y use https://.",
)
BAD_CERTIFICATE: Final = ServerFinding(
    "Cifrado (TLS)",
    False,
    "Este equipo no confía en el certificado del servidor. No se envió nada.",
    "Renueve el certificado, o instale en este equipo la autoridad de su organización.",
)
NO_KINTO: Final = ServerFinding(
    "Servidor",
    False,
    "En esa dirección no responde un servidor Kinto.",
    "Revise la dirección, que termina en /v1.",
)


def _either(setting: str, ok: bool | None, good: str, bad: str, remedy: str) -> ServerFinding:
    return ServerFinding(setting, ok, good) if ok else ServerFinding(setting, ok, bad, remedy)


def tls(encrypted: bool) -> ServerFinding:
    said = "La conexión está cifrada." if encrypted else "La conexión no sale de este equipo."
    return ServerFinding("Cifrado (TLS)", True, said)


def version(number: str, ok: bool) -> ServerFinding:
    return _either(
        "Versión",
        ok,
        f"Kinto {number}.",
        f"Kinto {number} es anterior a la 26.5, con la que se probó este programa.",
        "Instale la versión de resources/servidor/requisitos.txt.",
    )


def account(ok: bool) -> ServerFinding:
    return _either(
        ACCOUNT,
        ok,
        "El servidor reconoce la cuenta y su contraseña.",
        "El servidor no acepta la cuenta o su contraseña.",
        "Escríbalas de nuevo, o pida otra contraseña: oficinas.py cuenta … --contrasena-nueva.",
    )


def flush(is_open: bool) -> ServerFinding:
    return _either(
        "Vaciado del servidor",
        not is_open,
        "Nadie puede vaciar el servidor.",
        "Cualquiera puede vaciar el servidor entero con una petición.",
        "Quite kinto.plugins.flush de kinto.includes.",
    )


def personal_buckets(is_open: bool) -> ServerFinding:
    return _either(
        "Oficinas personales",
        not is_open,
        "No hay oficinas personales.",
        "Cualquier cuenta tiene un espacio propio, sin límite, en el servidor.",
        "Quite kinto.plugins.default_bucket de kinto.includes.",
    )


def read_only(is_read_only: bool) -> ServerFinding:
    return _either(
        "Escritura",
        not is_read_only,
        "El servidor admite cambios.",
        "El servidor es de sólo lectura: nada se podría enviar.",
        "Quite kinto.readonly del archivo kinto.ini.",
    )


def batch_size(most: int | None, ok: bool) -> ServerFinding:
    return _either(
        "Registros por envío",
        ok,
        "Admite envíos de 50 registros.",
        f"Admite sólo {most} registros por envío; se necesitan 50.",
        "Ponga kinto.batch_max_requests = 50.",
    )


def account_creation(ok: bool) -> ServerFinding:
    return _either(
        "Alta de cuentas",
        ok,
        "Sólo el administrador crea cuentas.",
        "Cualquiera puede crear cuentas en el servidor.",
        "Ponga kinto.account_create_principals = account:admin.",
    )


def office_creation(ok: bool | None) -> ServerFinding:
    if ok is None:
        said = "Con la cuenta del administrador no se puede probar quién más crea oficinas."
        return ServerFinding("Alta de oficinas", None, said, "Pruebe con la cuenta de un miembro.")
    return _either(
        "Alta de oficinas",
        ok,
        "Sólo el administrador crea oficinas.",
        "Cualquier cuenta puede crear oficinas en el servidor.",
        "Ponga kinto.bucket_create_principals = account:admin.",
    )


def deletion(ok: bool) -> ServerFinding:
    return _either(
        "Borrado",
        ok,
        "Nadie puede borrar ni sustituir oficinas, colecciones o grupos.",
        "Un miembro podría borrar o sustituir oficinas, colecciones o grupos enteros.",
        "Copie las líneas «_enabled = false» del archivo kinto.ini de ejemplo.",
    )


def body_size(ok: bool) -> ServerFinding:
    return _either(
        "Tamaño de los envíos",
        ok,
        "Admite envíos de 512 kB.",
        "El servidor, o un equipo intermedio, rechaza envíos de 512 kB.",
        "Ponga client_max_body_size 2m en nginx.",
    )


def office(ok: bool) -> ServerFinding:
    return _either(
        "Oficina",
        ok,
        "La cuenta puede leer la oficina.",
        "La oficina no existe, o la cuenta no está en ella.",
        "Revise la clave de la oficina, o agregue la cuenta: oficinas.py cuenta … --oficina …",
    )


def generation(ok: bool, name: str) -> ServerFinding:
    return _either(
        "Generación",
        ok,
        "La oficina dice cuándo se restauró el servidor.",
        f"A la oficina le falta el dato «{name}»: no se notaría un respaldo restaurado.",
        "Ejecute oficinas.py generacion con la oficina.",
    )


def collections(missing: Sequence[str]) -> ServerFinding:
    return _either(
        "Colecciones",
        not missing,
        "La oficina está completa.",
        f"A la oficina le faltan colecciones: {', '.join(missing)}.",
        "Ejecute oficinas.py oficina con la oficina: la completa sin tocar lo que tiene.",
    )


def role(name: str | None) -> ServerFinding:
    return _either(
        "Rol",
        name is not None,
        f"La cuenta es de {name} en la oficina." if name else "",
        "La cuenta no tiene un rol en la oficina.",
        "Pida a un responsable que le dé uno.",
    )


NOT_TRIED = "La cuenta sólo consulta, o faltan las colecciones: no se pudo probar."
OTHER = "Pruebe con la cuenta de un miembro."


def not_tried(setting: str) -> ServerFinding:
    return ServerFinding(setting, None, NOT_TRIED, OTHER)


def author_rights(ok: bool | None) -> ServerFinding:
    return _either(
        "Derechos del autor",
        ok,
        "Quien sale de la oficina pierde sus derechos sobre lo que escribió.",
        "Quien escribe un registro conserva derechos sobre él aunque salga de la oficina.",
        "Ponga kinto.explicit_permissions = false.",
    )


def isolation(ok: bool, races: int) -> ServerFinding:
    return _either(
        "Aislamiento",
        ok,
        f"De {races} carreras entre cuatro equipos, todas tuvieron un solo ganador.",
        "Dos equipos que guardan lo mismo a la vez creen los dos que lo lograron: se pierden "
        "cambios.",
        "Ponga kinto.storage_isolation_level = REPEATABLE READ y reinicie el servidor.",
    )


def clocks(ok: bool, seconds: int) -> ServerFinding:
    return _either(
        "Relojes",
        ok,
        "Los relojes del servidor coinciden.",
        f"El reloj de los datos va {seconds} s aparte del reloj del servidor: algún equipo podría "
        "no ver cambios.",
        f"Ajuste la hora del servidor y de PostgreSQL (NTP). {SEE}",
    )
