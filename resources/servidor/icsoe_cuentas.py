"""Kinto plugin that checks the passwords of accounts. Reasons: docs/decisions/0029.

Kinto's own policy runs bcrypt for every wrong password and writes a row of its cache for every
right one. Here a generated secret costs 1 ms, right or wrong, known account or not. Other passwords
cost bcrypt, one at a time, with limits by address and account. No request writes a row.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import ipaddress
import math
import mmap
import os
import re
import struct
import tempfile
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bcrypt
from icsoe_secretos import is_generated
from kinto.core.errors import ERRORS, http_error
from kinto.core.storage import exceptions as storage_exceptions
from kinto.plugins.accounts import authentication, views
from pyramid.authentication import extract_http_basic_credentials
from pyramid.events import NewRequest
from pyramid.httpexceptions import HTTPBadRequest, HTTPTooManyRequests

ACCOUNT = re.compile(r"[a-zA-Z0-9][+.@a-zA-Z0-9_-]{0,254}")
MAX_PASSWORD_BYTES = 72  # bcrypt refuses longer ones
GENERATED_ROUNDS = 4  # brute force of 144 random bits is hopeless at any cost
CHOSEN_ROUNDS = 12
BCRYPT_LENGTH = 60
# Follows the hash of a password that is not generated.
CHOSEN = "elegida"
REMEMBERED_S = 86_400.0
REMEMBERED = 16_384  # 5 MB a process

SLOTS = 65_536
# Attempts at once, and seconds until one more is allowed.
BY_ADDRESS = (10, 6.0)
BY_ACCOUNT = (20, 10.0)
BUSY_S = 2


class Limits:
    """Counters of attempts and a lock that the processes of one gunicorn share.

    They are made before the fork. Lost updates between processes are harmless.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the process
        self._file.truncate(SLOTS * 8)
        self._table = mmap.mmap(self._file.fileno(), SLOTS * 8)
        self._secret = os.urandom(32)

    def take(self, name: str, burst: int, period: float) -> float:
        """Count one attempt. Seconds to wait; 0 if the attempt is allowed."""
        place = self._place(name)
        now = time.monotonic()
        until: float = max(now, struct.unpack_from("d", self._table, place)[0])
        wait = until - now - (burst - 1) * period
        if wait > 0:
            return wait
        struct.pack_into("d", self._table, place, until + period)
        return 0.0

    def give_back(self, name: str, period: float) -> None:
        place = self._place(name)
        until = struct.unpack_from("d", self._table, place)[0]
        struct.pack_into("d", self._table, place, until - period)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """False if another process holds the lock. The lock of a killed process is free."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _place(self, name: str) -> int:
        digest = hashlib.blake2b(name.encode(), key=self._secret, digest_size=8).digest()
        return int.from_bytes(digest) % SLOTS * 8


LIMITS = Limits()


class Remembered:
    """Passwords that were right, in the memory of this process."""

    def __init__(self) -> None:
        self._secret = os.urandom(32)
        self._known: OrderedDict[str, tuple[bytes, float]] = OrderedDict()

    def has(self, stored: str, password: str) -> bool:
        digest, until = self._known.get(stored, (b"", 0.0))
        same = hmac.compare_digest(digest, self._digest(password))
        return same and time.monotonic() < until

    def add(self, stored: str, password: str) -> None:
        """stored: the account's hash. Another password of the account has another hash."""
        self._known[stored] = self._digest(password), time.monotonic() + REMEMBERED_S
        self._known.move_to_end(stored)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _digest(self, password: str) -> bytes:
        return hmac.digest(self._secret, password.encode(), "sha256")


def stored_form(password: str) -> str:
    """What the account keeps of the password. Raises ValueError if bcrypt would refuse it."""
    raw = password.encode()
    if len(raw) > MAX_PASSWORD_BYTES or b"\x00" in raw:
        raise ValueError("bcrypt refuses this password")
    rounds, mark = (GENERATED_ROUNDS, "") if is_generated(password) else (CHOSEN_ROUNDS, CHOSEN)
    hashed: bytes = bcrypt.hashpw(raw, bcrypt.gensalt(rounds))
    return hashed.decode() + mark


class Passwords:
    """The check of one process."""

    def __init__(self) -> None:
        self._remembered = Remembered()
        # Nobody knows these passwords: they stand in for accounts that do not exist.
        self._nobody = os.urandom(16).hex().encode()
        self._fast = bcrypt.hashpw(self._nobody, bcrypt.gensalt(GENERATED_ROUNDS)).decode()
        self._slow = bcrypt.hashpw(self._nobody, bcrypt.gensalt(CHOSEN_ROUNDS)).decode()

    def check(self, username: str, password: str, request: Any) -> bool:
        raw = password.encode()
        if len(raw) > MAX_PASSWORD_BYTES or b"\x00" in raw:
            return False
        account = _account(username, request) if ACCOUNT.fullmatch(username) else {}
        stored = str(account["password"]) if account else ""
        active = not account.get("suspendida")
        if self._remembered.has(stored, password):
            return active
        if is_generated(password):
            expected = stored if _is_fast(stored) else self._fast
            right = bcrypt.checkpw(raw, expected.encode())
        else:
            expected = self._slow if not stored or _is_fast(stored) else stored[:BCRYPT_LENGTH]
            right = _slowly(raw, expected, username, request)
        if right:
            self._remembered.add(stored, password)
        return right and active


def _slowly(raw: bytes, expected: str, username: str, request: Any) -> bool:
    """bcrypt with its usual cost. Raises a 429 above the limits."""
    limits = ((f"de {_address(request)}", *BY_ADDRESS), (f"a {username}", *BY_ACCOUNT))
    with LIMITS.alone() as alone:
        wait = float(BUSY_S) if not alone else max(LIMITS.take(*each) for each in limits)
        if wait > 0:
            raise _too_many(wait)
        if not bcrypt.checkpw(raw, expected.encode()):
            return False
        for name, _, period in limits:
            LIMITS.give_back(name, period)
        return True


def _is_fast(stored: str) -> bool:
    return stored.startswith(f"$2b${GENERATED_ROUNDS:02}$")


def _account(username: str, request: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = request.registry.storage.get(
            parent_id=username, resource_name="account", object_id=username
        )
    except storage_exceptions.ObjectNotFoundError:
        return {}
    return found


def _address(request: Any) -> str:
    """The client's address. nginx sets X-Real-IP, and only nginx reaches this server."""
    said = request.headers.get("X-Real-IP") or request.environ.get("REMOTE_ADDR") or ""
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return "?"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _too_many(wait: float) -> Exception:
    answer = HTTPTooManyRequests(headers={"Retry-After": str(math.ceil(wait))})
    said: Exception = http_error(
        answer, errno=ERRORS.CLIENT_REACHED_CAPACITY, message="Too many attempts to log in"
    )
    return said


class AccountsPolicy(authentication.AccountsAuthenticationPolicy):  # type: ignore[misc]
    """Kinto looks for a policy with this name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        passwords = Passwords()

        def check(username: str, password: str, request: Any) -> list[str] | None:
            # The requests of one batch share bound_data.
            known = request.bound_data.setdefault("icsoe_cuentas", {})
            if (username, password) not in known:
                known[username, password] = passwords.check(username, password, request)
            return [] if known[username, password] else None

        self.check = check


def _hash_password(password: str) -> str:
    try:
        return stored_form(password)
    except ValueError:
        raise http_error(
            HTTPBadRequest(), errno=ERRORS.INVALID_PARAMETERS, message="Password too long"
        ) from None


def _log_in_first(event: NewRequest) -> None:
    # A 429 inside a batch would look like a refused record.
    request = event.request
    if getattr(request, "parent", None) is None and extract_http_basic_credentials(request):
        request.authenticated_userid  # noqa: B018


def includeme(config: Any) -> None:
    views.hash_password = _hash_password
    config.add_subscriber(_log_in_first, NewRequest)
