from tests.gateways.certificados.conftest import (
    cer,
    key,
    un_pfx,
    un_zip,
)

__all__ = ["cer", "key", "un_pfx", "un_zip"]
