"""The errors that every layer may raise and one place shows."""

from __future__ import annotations


class UserFacingError(Exception):
    """A finished Spanish sentence: what happened, what is safe, what to do next.

    Never holds a secret, a CURP, an RFC or an NSS when it may reach a log.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInputError(UserFacingError):
    """What somebody typed or chose is wrong; `campo` names the field, for the message under it."""

    def __init__(self, message: str, campo: str | None = None) -> None:
        super().__init__(message)
        self.campo = campo


class NotAllowedError(UserFacingError):
    """The session has no right to this."""


class StoreLockedError(UserFacingError):
    """The store cannot be opened without a password or the recovery code."""


class StoreDamagedError(UserFacingError):
    """The store's file is not readable with its key, or is damaged."""


class StoreKeylessError(StoreDamagedError):
    """There is a store, and its envelope holds no way to unwrap its key."""
