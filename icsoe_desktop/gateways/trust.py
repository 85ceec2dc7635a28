"""The TLS context that trusts the certificate authorities of the system."""

from __future__ import annotations

import ssl


def system_tls() -> ssl.SSLContext:
    """A context with the system's authorities. Networks that inspect TLS add theirs there.

    On Windows the system verifies, because it downloads missing roots on demand.
    """
    import truststore  # most starts open no connection

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
