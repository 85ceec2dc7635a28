"""Which authorities TLS trusts: those that the machine trusts."""

from __future__ import annotations

import ssl


def system_tls() -> ssl.SSLContext:
    """An office that inspects TLS put its authority into the system's store, not into a package.

    On Windows its own verification is asked, which fetches roots that it has not needed yet.
    """
    import truststore  # most starts connect to nobody

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
