from tests.services.con_movimientos import archivo, bring, importacion, lotes, movimientos, plazos
from tests.services.movimientos.caso import caso as caso

__all__ = ["archivo", "bring", "importacion", "lotes", "movimientos", "plazos"]
