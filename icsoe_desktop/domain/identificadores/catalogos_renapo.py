"""RENAPO's catalogues for the CURP."""

from __future__ import annotations

# Positions 12 and 13. Source: RENAPO, 33 codes. NE is born abroad.
ENTIDADES = {
    "AS": "Aguascalientes",
    "BC": "Baja California",
    "BS": "Baja California Sur",
    "CC": "Campeche",
    "CH": "Chihuahua",
    "CL": "Coahuila",
    "CM": "Colima",
    "CS": "Chiapas",
    "DF": "Ciudad de México",
    "DG": "Durango",
    "GR": "Guerrero",
    "GT": "Guanajuato",
    "HG": "Hidalgo",
    "JC": "Jalisco",
    "MC": "Estado de México",
    "MN": "Michoacán",
    "MS": "Morelos",
    "NE": "Nacido en el extranjero",
    "NL": "Nuevo León",
    "NT": "Nayarit",
    "OC": "Oaxaca",
    "PL": "Puebla",
    "QR": "Quintana Roo",
    "QT": "Querétaro",
    "SL": "Sinaloa",
    "SP": "San Luis Potosí",
    "SR": "Sonora",
    "TC": "Tabasco",
    "TL": "Tlaxcala",
    "TS": "Tamaulipas",
    "VZ": "Veracruz",
    "YN": "Yucatán",
    "ZS": "Zacatecas",
}

# If the first four letters form one of these words, RENAPO writes X for the second letter. Source:
# Instructivo normativo para la asignación de la CURP, anexo 2.
# fmt: off
PALABRAS_INCONVENIENTES = frozenset({
    "BACA", "BAKA", "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE",
    "COGI", "COJA", "COJE", "COJI", "COJO", "COLA", "CULO", "FALO", "FETO", "GETA", "GUEI",
    "GUEY", "JETA", "JOTO", "KACA", "KACO", "KAGA", "KAGO", "KAKA", "KAKO", "KOGE", "KOGI",
    "KOJA", "KOJE", "KOJI", "KOJO", "KOLA", "KULO", "LILO", "LOCA", "LOCO", "LOKA", "LOKO",
    "MAME", "MAMO", "MEAR", "MEAS", "MEON", "MIAR", "MION", "MOCO", "MOKO", "MULA", "MULO",
    "NACA", "NACO", "PEDA", "PEDO", "PENE", "PIPI", "PITO", "POPO", "PUTA", "PUTO", "QULO",
    "RATA", "ROBA", "ROBE", "ROBO", "RUIN", "SENO", "TETA", "VACA", "VAGA", "VAGO", "VAKA",
    "VUEI", "VUEY", "WUEI", "WUEY",
})
# fmt: on
