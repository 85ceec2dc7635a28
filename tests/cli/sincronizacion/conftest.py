from tests.services.sincronizacion.conftest import abrir, dos, memoria, oficina, uno

__all__ = ["abrir", "dos", "memoria", "oficina", "uno"]
