"""One running program per data folder: a second start activates the first and passes its link."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

from icsoe_desktop.paths import DataFolder

if TYPE_CHECKING:
    # This import takes as long as the first window: defer it.
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MS = 2_000
RETRY_S = 0.05


class Instancia(QObject):
    """Holds the lock of the data folder while it lives."""

    called = Signal(str)  # the link of a second start, or empty

    def __init__(self, folder: DataFolder) -> None:
        super().__init__()
        self._root = folder.root
        self._lock = QLockFile(str(folder.lock))
        # A crash leaves the lock file. QLockFile checks the process id of its owner instead
        # of its age.
        self._lock.setStaleLockTime(0)
        self._callers: list[QLocalSocket] = []
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Take the lock; return whether this is the first program on the folder."""
        return self._lock.tryLock(0)

    @property
    def unwritable(self) -> bool:
        """After a failed `claim`: no other program holds the lock, its file cannot be written."""
        return self._lock.error() in (
            QLockFile.LockError.PermissionError,
            QLockFile.LockError.UnknownError,  # a full disk
        )

    def listen(self) -> None:
        """Start to receive calls of later programs. A second call does nothing."""
        from PySide6.QtNetwork import QLocalServer

        if self._server is not None:
            return
        # Remove the socket that a crashed program left. Only the holder of the lock may do this.
        QLocalServer.removeServer(self._name())
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(self._name())

    def call_first(self, link: str) -> bool:
        """Activate the first program and pass it the link; False if it does not answer."""
        from PySide6.QtNetwork import QLocalSocket

        end = time.monotonic() + ANSWER_MS / 1000
        socket = QLocalSocket()
        socket.connectToServer(self._name())
        while not socket.waitForConnected(ANSWER_MS):
            if time.monotonic() > end:
                return False
            # The first program may have just started and not listen yet.
            time.sleep(RETRY_S)
            socket.connectToServer(self._name())
        # A command-line argument on Linux may be invalid text. The receiver rejects it.
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
        # Keep a reference: Qt crashes if Python deletes a socket that still emits signals.
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
