"""The frames between parent and child: a JSON header followed by bytes."""

from __future__ import annotations

import json
import struct
from typing import IO, Any, Final

_SIZES: Final = struct.Struct(">IQ")  # octets of the header, octets behind it
MAX_HEADER_BYTES: Final = 64 * 2**20
MAX_BLOB_BYTES: Final = 192 * 2**20


class FrameError(Exception):
    """The other side ended in the middle of a frame, or says what no frame is."""


def write_frame(stream: IO[bytes], header: Any, blob: bytes | memoryview = b"") -> None:
    """Raises OSError if the other side closed the pipe."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    stream.write(_SIZES.pack(len(text), len(blob)))
    stream.write(text)
    if blob:
        stream.write(blob)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[Any, bytes] | None:
    """The next header and its octets; None where the other side has ended. Raises FrameError."""
    sizes = stream.read(_SIZES.size)
    if not sizes:
        return None
    if len(sizes) < _SIZES.size:
        raise FrameError("cut short")
    header, blob = _SIZES.unpack(sizes)
    if header > MAX_HEADER_BYTES or blob > MAX_BLOB_BYTES:
        raise FrameError("too large")
    text = stream.read(header)
    data = stream.read(blob) if blob else b""
    if len(text) < header or len(data) < blob:
        raise FrameError("cut short")
    try:
        return json.loads(text.decode("utf-8", "surrogatepass")), data
    except (ValueError, RecursionError) as error:
        raise FrameError("no header") from error
