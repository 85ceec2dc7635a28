from tests.services.con_icsoe import (
    buzon_real,
    cheap_argon2,
    emisora,
    emisora_de_pruebas,
    fisica,
    moral,
    mundo,
    verificador,
)

__all__ = [
    "buzon_real",
    "cheap_argon2",
    "emisora",
    "emisora_de_pruebas",
    "fisica",
    "moral",
    "mundo",
    "verificador",
]
