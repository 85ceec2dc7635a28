from tests.services.con_movimientos import archivo, bring, importacion, lotes, movimientos, plazos

__all__ = ["archivo", "bring", "importacion", "lotes", "movimientos", "plazos"]
