from tests.services.con_icsoe import buzon_real, fisica, moral, mundo

__all__ = ["buzon_real", "fisica", "moral", "mundo"]
