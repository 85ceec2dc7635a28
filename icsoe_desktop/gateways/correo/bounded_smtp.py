"""smtplib's clients with a bound on every answer and a way to end the connection from a thread."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

MAX_LINES: Final = 200


class _BoundedAnswer:
    """The connection's file, which gives up on an answer without end."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.read = 0

    def readline(self, limit: int) -> bytes:
        self.read += 1
        if self.read > MAX_LINES:
            raise smtplib.SMTPServerDisconnected("too many lines")
        line: bytes = self._file.readline(limit)
        return line

    def close(self) -> None:
        self._file.close()


class BoundedSmtp(smtplib.SMTP):
    """SMTP without TLS, or before STARTTLS."""

    # A second handle: TLS takes the first one over before its handshake has ended.
    _handle: socket.socket | None = None

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _BoundedAnswer(self.sock.makefile("rb"))
        if isinstance(self.file, _BoundedAnswer):
            self.file.read = 0
        return super().getreply()

    def hang_up(self) -> None:
        """End the connection: a running read or write fails at once. Any thread may call it."""
        if self._handle is not None:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        opened = socket.create_connection((host, port), timeout)
        self._handle = opened.dup()
        return opened


class BoundedSmtpTls(BoundedSmtp, smtplib.SMTP_SSL):
    """SMTP inside TLS."""

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        opened = super()._get_socket(host, port, timeout)
        try:
            return self.context.wrap_socket(opened, server_hostname=host)
        except BaseException:
            self.close()
            raise


@contextmanager
def deadline(smtp: BoundedSmtp, seconds: float) -> Iterator[None]:
    """End the connection after that time, even if each step is in time. Raises TimeoutError."""
    hung_up = threading.Event()

    def end() -> None:
        hung_up.set()
        smtp.hang_up()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        if hung_up.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
