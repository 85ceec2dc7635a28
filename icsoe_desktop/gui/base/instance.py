"""One program a data folder: a second start raises the first and hands over its link."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

from icsoe_desktop.paths import DataFolder

if TYPE_CHECKING:
    # Costs as much as the first window does: imported when it is used.
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MS = 2_000
RETRY_S = 0.05


class Instancia(QObject):
    """Holds the folder's lock for as long as it lives."""

    called = Signal(str)  # a link, or empty: somebody started the program again

    def __init__(self, folder: DataFolder) -> None:
        super().__init__()
        self._root = folder.root
        self._lock = QLockFile(str(folder.lock))
        # A crash leaves the lock file; QLockFile sees by the process id that its owner is gone.
        self._lock.setStaleLockTime(0)
        self._callers: list[QLocalSocket] = []
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Whether this is the first program on the folder."""
        return self._lock.tryLock(0)

    def listen(self) -> None:
        """From now on the first program hears those who come after it; a second call is nothing."""
        from PySide6.QtNetwork import QLocalServer

        if self._server is not None:
            return
        # Only the holder of the lock may clear away what a crashed one left.
        QLocalServer.removeServer(self._name())
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(self._name())

    def call_first(self, link: str) -> bool:
        """Raises the first program; False when it does not answer."""
        from PySide6.QtNetwork import QLocalSocket

        end = time.monotonic() + ANSWER_MS / 1000
        socket = QLocalSocket()
        socket.connectToServer(self._name())
        while not socket.waitForConnected(ANSWER_MS):
            if time.monotonic() > end:
                return False
            # The first program may be so new that it does not listen yet.
            time.sleep(RETRY_S)
            socket.connectToServer(self._name())
        # An argument on Linux may be no text; who hears it refuses it then.
        socket.write(link.encode("utf-8", "replace") + b"\n")
        sent = socket.waitForBytesWritten(ANSWER_MS)
        socket.disconnectFromServer()
        return sent

    def release(self) -> None:
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _name(self) -> str:
        import hashlib

        digest = hashlib.sha256(str(self._root).encode()).hexdigest()[:24]
        return f"icsoe-desktop-{digest}"

    def _on_connection(self) -> None:
        server = self._server
        if server is None:
            return
        socket = server.nextPendingConnection()
        # Kept until it ends: a socket that Python forgets while Qt still speaks of it crashes.
        self._callers.append(socket)
        socket.readyRead.connect(self._on_written)
        socket.disconnected.connect(self._on_disconnected)
        self._on_written()

    def _on_written(self) -> None:
        for socket in self._callers:
            if socket.canReadLine():
                link = bytes(socket.readLine().data()).decode("utf-8", "replace").strip()
                self.called.emit(link)

    def _on_disconnected(self) -> None:
        gone = [
            one for one in self._callers if one.state() == one.LocalSocketState.UnconnectedState
        ]
        for socket in gone:
            self._callers.remove(socket)
            socket.deleteLater()
