"""Administers the sync server: its administrator, its offices and their accounts.

Runs on the server with Kinto's Python. Every order can be repeated. See docs/servidor.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

try:
    from icsoe_secretos import new_password
except ImportError:  # imported as part of the project
    from resources.servidor.icsoe_secretos import new_password

ADMIN = "admin"
ROLES = {"responsable": "responsables", "miembro": "miembros", "consulta": "consulta"}
DATOS = ("contratistas", "capturistas", "certificados", "lotes", "estados")
LLAVES = "llaves"
ACTAS = "actas"
TRIES = 10


class Trouble(Exception):
    """A Spanish sentence for the person who runs this script."""


class Servidor:
    """HTTP access with the administrator's account."""

    def __init__(self, direccion: str, contrasena: str) -> None:
        self._direccion = direccion.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (ADMIN, contrasena)

    def ask(
        self, method: str, path: str, body: Any = None, version: int | str | None = None
    ) -> tuple[int, Mapping[str, Any]]:
        """Status and data of a request: 2xx, for GET also 403 and 404, otherwise also 412.

        version: expected version, or «*» if the object must not exist.
        Raises Trouble for other answers.
        """
        headers = {}
        if version == "*":
            headers["If-None-Match"] = "*"
        elif version is not None:
            headers["If-Match"] = f'"{version}"'
        for attempt in range(TRIES):
            try:
                answer = self._session.request(
                    method, self._direccion + path, json=body, headers=headers, timeout=40
                )
            except requests.ConnectionError as error:
                if attempt + 1 < TRIES:
                    time.sleep(0.5)  # it may still be starting
                    continue
                raise Trouble(f"No responde el servidor en {self._direccion}.") from error
            if answer.status_code != 503:
                break
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        if answer.status_code == 401:
            raise Trouble("El servidor no aceptó la contraseña del administrador.")
        # Kinto answers 403 for an office that does not exist.
        if not (answer.ok or answer.status_code in ((403, 404) if method == "GET" else (412,))):
            raise Trouble(f"El servidor respondió {answer.status_code} a {method} {path}.")
        data = answer.json().get("data", {}) if answer.content else {}
        return answer.status_code, data if isinstance(data, dict) else {"lista": data}

    def create(self, path: str, identifier: str, body: Mapping[str, Any]) -> bool:
        """Create an object. False if it exists: it then stays unchanged.

        PUT is closed. POST returns an existing object.
        """
        data = {**body.get("data", {}), "id": identifier}
        status, _ = self.ask("POST", path, {**body, "data": data})
        return status == 201


def prepare(ini: str, archivo: Path) -> str:
    """Create Kinto's tables and the administrator. Returns the password of the file.

    Creates the file with a new password if it is missing.
    """
    import transaction
    from icsoe_cuentas import stored_form
    from kinto.core.scripts import migrate
    from pyramid.paster import bootstrap

    if not archivo.exists():
        handle = os.open(archivo, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(new_password(24) + "\n")
    password = read_password(archivo)
    # Like `kinto create-user`, whose option would show the password in the process list.
    with bootstrap(ini, options={"http_port": "0", "command": "migrate"}) as env:
        migrate(env)
        registry = env["registry"]
        entry = {"id": ADMIN, "password": stored_form(password)}
        registry.storage.update(
            resource_name="account", parent_id=ADMIN, object_id=ADMIN, obj=entry
        )
        registry.permission.add_principal_to_ace(f"/accounts/{ADMIN}", "write", f"account:{ADMIN}")
        transaction.commit()
    return password


def clean_up(ini: str, oficina: str, cuenta: str) -> int:
    """Delete what the account made in the collection of keys. Returns the number of records."""
    import transaction
    from icsoe_registros import OPEN, written_by
    from pyramid.paster import bootstrap

    with bootstrap(ini, options={"http_port": "0"}) as env:
        registry = env["registry"]
        found = written_by(registry.permission, oficina, f"account:{cuenta}")
        for address in found:
            registry.storage.delete(
                resource_name="record",
                parent_id=f"/buckets/{oficina}/collections/{OPEN}",
                object_id=address.rpartition("/")[2],
            )
        registry.permission.delete_object_permissions(*found)
        transaction.commit()
    return len(found)


def read_password(archivo: Path) -> str:
    try:
        return archivo.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Trouble(f"No se pudo leer la contraseña del administrador en {archivo}.") from error


def make_office(servidor: Servidor, oficina: str) -> bool:
    """Create the bucket with its groups, collections and rights. Existing parts stay.

    True if the bucket is new.
    """
    raiz = f"/buckets/{oficina}"
    group = {rol: f"{raiz}/groups/{grupo}" for rol, grupo in ROLES.items()}
    created = servidor.create(
        "/buckets",
        oficina,
        {
            "data": {"generacion": new_generation(0)},
            "permissions": {
                "write": [f"account:{ADMIN}", group["responsable"]],
                "read": list(group.values()),
            },
        },
    )
    for grupo in ROLES.values():
        servidor.create(f"{raiz}/groups", grupo, {"data": {"members": []}})
    for coleccion in DATOS:
        rights = {"write": [group["miembro"]]}
        servidor.create(f"{raiz}/collections", coleccion, {"permissions": rights})
    everybody = [group["miembro"], group["consulta"]]
    # Each member creates their own public key. Only responsables change others.
    rights = {"record:create": everybody}
    servidor.create(f"{raiz}/collections", LLAVES, {"permissions": rights})
    # Without rights of its own: only responsables, who write the whole bucket.
    servidor.create(f"{raiz}/collections", ACTAS, {"permissions": {}})
    return created


def make_account(servidor: Servidor, cuenta: str, *, again: bool = False) -> str | None:
    """First password of a new account. None if the account existed, which keeps its password.

    again: assign a new password to an existing account.
    """
    password = new_password()
    path, body = f"/accounts/{cuenta}", {"data": {"password": password}}
    # With explicit_permissions = false, an account loses the right to itself unless it is listed.
    own = {**body, "permissions": {"write": [f"account:{cuenta}"]}}
    status, _ = servidor.ask("PUT", path, own, version="*")
    if status == 412 and again:
        status, _ = servidor.ask("PATCH", path, own)
    return None if status == 412 else password


def suspend(servidor: Servidor, cuenta: str, suspended: bool) -> None:
    """A suspended account cannot enter. It keeps its password and its roles."""
    status, _ = servidor.ask("GET", f"/accounts/{cuenta}")
    if status in (403, 404):
        raise Trouble(f"No existe la cuenta {cuenta}.")
    servidor.ask("PATCH", f"/accounts/{cuenta}", {"data": {"suspendida": suspended}})


def set_role(servidor: Servidor, oficina: str, cuenta: str, rol: str | None) -> None:
    """rol: None removes the account from the office."""
    member = f"account:{cuenta}"
    for each, grupo in sorted(ROLES.items(), key=lambda pair: pair[0] != rol):
        path = f"/buckets/{oficina}/groups/{grupo}"
        for _ in range(TRIES):
            status, data = servidor.ask("GET", path)
            if status in (403, 404):
                raise Trouble(f"No existe la oficina {oficina}.")
            members = list(data.get("members", []))
            if (member in members) == (each == rol):
                break
            members = [*members, member] if each == rol else [m for m in members if m != member]
            body = {"data": {"members": members}}
            status, _ = servidor.ask("PATCH", path, body, version=data["last_modified"])
            if status != 412:
                break


def raise_generation(servidor: Servidor, oficina: str) -> int:
    """Make every desktop compare all its records with the server once.

    Needed after kinto purge-deleted.
    """
    path = f"/buckets/{oficina}"
    while True:
        status, data = servidor.ask("GET", path)
        if status in (403, 404):
            raise Trouble(f"No existe la oficina {oficina}.")
        generation = new_generation(int(data.get("generacion", 0)))
        body = {"data": {"generacion": generation}}
        status, _ = servidor.ask("PATCH", path, body, version=data["last_modified"])
        if status != 412:
            return generation


def new_generation(before: int) -> int:
    # Not a counter: restoring the same backup twice would give the same number twice.
    return max(before + 1, int(time.time() * 1000))


def offices(servidor: Servidor) -> list[str]:
    _, data = servidor.ask("GET", "/buckets")
    return sorted(one["id"] for one in data.get("lista", []) if one["id"].startswith("of-"))


def main(arguments: list[str]) -> int:
    args = _parser().parse_args(arguments)
    try:
        if args.orden == "preparar":
            prepare(args.ini, args.admin_archivo)
            print(f"Tablas y cuenta «{ADMIN}» listas; su contraseña está en {args.admin_archivo}.")
            return 0
        if args.orden == "limpiar":
            gone = clean_up(args.ini, args.oficina, args.cuenta)
            print(f"Se borraron {gone} registros que {args.cuenta} puso en «{LLAVES}».")
            return 0
        servidor = Servidor(args.direccion, read_password(args.admin_archivo))
        args.run(servidor, args)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def _office(servidor: Servidor, args: argparse.Namespace) -> None:
    oficina = args.oficina or f"of-{uuid.uuid4()}"
    created = make_office(servidor, oficina)
    print(f"Oficina {'creada' if created else 'completa'}: {oficina}")
    if args.responsable:
        password = make_account(servidor, args.responsable)
        set_role(servidor, oficina, args.responsable, "responsable")
        if password is None:
            _say_password(args.responsable, None)
            return
        print("Para el primer equipo: copie lo que sigue y, en «Crear la oficina», péguelo.")
        print(f"Dirección: {args.publica}\n" if args.publica else "", end="")
        print(f"Cuenta: {args.responsable}\nContraseña: {password}\nOficina: {oficina}")


def _account(servidor: Servidor, args: argparse.Namespace) -> None:
    again = args.contrasena_nueva
    _say_password(args.cuenta, make_account(servidor, args.cuenta, again=again))
    if args.oficina:
        set_role(servidor, args.oficina, args.cuenta, args.rol)
        print(f"{args.cuenta}: {args.rol} de {args.oficina}")


def _say_password(cuenta: str, password: str | None) -> None:
    if password is None:
        print(f"La cuenta {cuenta} ya existía; conserva su contraseña.")
    else:
        print(f"Cuenta {cuenta}, contraseña inicial: {password}")


def _take_out(servidor: Servidor, args: argparse.Namespace) -> None:
    set_role(servidor, args.oficina, args.cuenta, None)
    print(f"{args.cuenta} ya no está en {args.oficina}.")


def _suspend(servidor: Servidor, args: argparse.Namespace) -> None:
    suspended = args.orden == "suspender"
    suspend(servidor, args.cuenta, suspended)
    state = "suspendida: ya no puede entrar" if suspended else "activa otra vez"
    print(f"Cuenta {args.cuenta} {state}.")


def _list(servidor: Servidor, _args: argparse.Namespace) -> None:
    for oficina in offices(servidor):
        print(oficina)
        for rol, grupo in ROLES.items():
            _status, data = servidor.ask("GET", f"/buckets/{oficina}/groups/{grupo}")
            for member in data.get("members", []):
                print(f"  {rol:<12}{member.removeprefix('account:')}")


def _generation(servidor: Servidor, args: argparse.Namespace) -> None:
    for oficina in [args.oficina] if args.oficina else offices(servidor):
        print(f"{oficina}: generación {raise_generation(servidor, oficina)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Administra el servidor de sincronización.")
    parser.add_argument("--direccion", default="http://127.0.0.1:8888/v1")
    parser.add_argument("--ini", default=os.environ.get("KINTO_INI", "/etc/icsoe-sync/kinto.ini"))
    parser.add_argument(
        "--admin-archivo", type=Path, default=Path("/etc/icsoe-sync/admin"), metavar="RUTA"
    )
    orders = parser.add_subparsers(dest="orden", required=True, metavar="ORDEN")
    orders.add_parser("preparar", help="tablas de Kinto y cuenta del administrador")
    office = orders.add_parser("oficina", help="crea una oficina, o completa la que ya existe")
    office.add_argument("oficina", nargs="?", help="of-<uuid>; sin ella, una nueva")
    office.add_argument("--responsable", metavar="CUENTA")
    office.add_argument(
        "--publica", metavar="DIRECCION", help="la que usan los equipos: https://…/v1"
    )
    office.set_defaults(run=_office)
    account = orders.add_parser("cuenta", help="crea una cuenta y le da un rol en una oficina")
    account.add_argument("cuenta")
    account.add_argument("--oficina")
    account.add_argument("--rol", choices=ROLES, default="miembro")
    account.add_argument("--contrasena-nueva", action="store_true")
    account.set_defaults(run=_account)
    out = orders.add_parser("quitar", help="quita una cuenta de una oficina")
    out.add_argument("cuenta")
    out.add_argument("oficina")
    out.set_defaults(run=_take_out)
    clean = orders.add_parser(
        "limpiar", help="borra lo que una cuenta ya quitada puso entre las llaves de la oficina"
    )
    clean.add_argument("cuenta")
    clean.add_argument("oficina")
    for name, words in (
        ("suspender", "impide entrar a una cuenta, sin perder su contraseña ni sus oficinas"),
        ("reactivar", "deja entrar otra vez a una cuenta suspendida"),
    ):
        order = orders.add_parser(name, help=words)
        order.add_argument("cuenta")
        order.set_defaults(run=_suspend)
    orders.add_parser("lista", help="oficinas y quién está en ellas").set_defaults(run=_list)
    generation = orders.add_parser(
        "generacion", help="hace que cada equipo compare todo con el servidor una vez"
    )
    generation.add_argument("oficina", nargs="?")
    generation.set_defaults(run=_generation)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
