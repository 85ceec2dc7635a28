from tests.services.sincronizacion.conftest import _quick_argon2, abrir, dos, memoria, oficina, uno

__all__ = ["_quick_argon2", "abrir", "dos", "memoria", "oficina", "uno"]
