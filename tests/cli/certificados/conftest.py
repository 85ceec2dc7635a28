from tests.gateways.certificados.conftest import (
    cer,
    emisora,
    emisora_de_pruebas,
    key,
    un_pfx,
    un_zip,
    verificador,
)

__all__ = ["cer", "emisora", "emisora_de_pruebas", "key", "un_pfx", "un_zip", "verificador"]
