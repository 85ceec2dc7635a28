"""Errors with a sentence for the user. Every layer may raise them; gui and cli show them."""

from __future__ import annotations


class UserFacingError(Exception):
    """message: a finished Spanish sentence: what happened, what is safe, what to do next.

    The message never contains a secret, a CURP, an RFC or an NSS, because it may be logged.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInputError(UserFacingError):
    """Wrong input of the user. campo: the field under which the form shows the message."""

    def __init__(self, message: str, campo: str | None = None) -> None:
        super().__init__(message)
        self.campo = campo


class NotAllowedError(UserFacingError):
    """The session lacks the permission."""


class NothingToDoError(UserFacingError):
    """What was asked for holds nothing: an empty list, a period without notices."""


class StoreLockedError(UserFacingError):
    """The store cannot be opened without a password or the recovery code.

    passwords: whether there are passwords that open it.
    """

    def __init__(self, message: str, *, passwords: bool = True) -> None:
        super().__init__(message)
        self.passwords = passwords


class StoreDamagedError(UserFacingError):
    """The store's file is damaged, or its key does not open it."""


class StoreKeylessError(StoreDamagedError):
    """The store exists, but its envelope has no slot that unwraps its key."""
