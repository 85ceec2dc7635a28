"""Ending the connection of a mail client from another thread."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator

import pytest

from icsoe_desktop.gateways.correo.smtp import BoundedSmtp, deadline

LONG_S = 30.0


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        yield port


def test_hanging_up_ends_an_answer_that_is_waited_for(silent: int) -> None:
    smtp = BoundedSmtp(local_hostname="x", timeout=10 * LONG_S)
    failed: list[BaseException] = []

    def wait() -> None:
        with pytest.raises((smtplib.SMTPException, OSError)) as caught:
            smtp.connect("127.0.0.1", silent)
        failed.append(caught.value)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    while smtp._handle is None:
        assert thread.is_alive()
    smtp.hang_up()
    thread.join(LONG_S)
    assert len(failed) == 1
    smtp.close()


def test_hanging_up_without_a_connection_or_twice_does_nothing(silent: int) -> None:
    smtp = BoundedSmtp(local_hostname="x", timeout=LONG_S)
    smtp.hang_up()
    with pytest.raises(TimeoutError), deadline(smtp, 0.1):
        smtp.connect("127.0.0.1", silent)
    smtp.hang_up()
    smtp.close()
    smtp.hang_up()
