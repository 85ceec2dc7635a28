"""One program a data folder: a second start raises the first and hands over its link."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from icsoe_desktop.paths import DataFolder

ANSWER_MS = 2_000


class Instancia(QObject):
    """Holds the folder's lock for as long as it lives."""

    called = Signal(str)  # a link, or empty: somebody started the program again

    def __init__(self, folder: DataFolder) -> None:
        super().__init__()
        self._lock = QLockFile(str(folder.lock))
        # A crash leaves the lock file; QLockFile sees by the process id that its owner is gone.
        self._lock.setStaleLockTime(0)
        digest = hashlib.sha256(str(folder.root).encode()).hexdigest()[:24]
        self._name = f"icsoe-desktop-{digest}"
        self._callers: list[QLocalSocket] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def claim(self) -> bool:
        """Whether this is the first program on the folder."""
        if not self._lock.tryLock(0):
            return False
        # Only the holder of the lock may clear away what a crashed one left.
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return True

    def call_first(self, link: str) -> bool:
        """Raises the first program; False when it does not answer."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(ANSWER_MS):
            return False
        socket.write(link.encode() + b"\n")
        sent = socket.waitForBytesWritten(ANSWER_MS)
        socket.disconnectFromServer()
        return sent

    def release(self) -> None:
        self._server.close()
        self._lock.unlock()

    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection()
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
            socket
            for socket in self._callers
            if socket.state() == QLocalSocket.LocalSocketState.UnconnectedState
        ]
        for socket in gone:
            self._callers.remove(socket)
            socket.deleteLater()
