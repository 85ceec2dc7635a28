from tests.services.con_icsoe import moral, mundo
from tests.services.conftest import ajustes, buzon, gateway

__all__ = ["ajustes", "buzon", "gateway", "moral", "mundo"]
