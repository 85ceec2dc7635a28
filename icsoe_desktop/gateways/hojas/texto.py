"""The text that Excel shows for the value of a cell."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from icsoe_desktop.gateways.hojas.comun import tidy

# ST_Xstring of ECMA-376: characters that XML cannot store are written as _x000D_, and so is «_».
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Decode ST_Xstring escapes. calamine decodes them itself, openpyxl does not."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def text_of(value: object, number_format: str | None = None) -> str:
    """number_format: of the cell. Without one a number gets no leading zeros."""
    if value is None:
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return tidy(str(value))


def pads(number_format: str) -> bool:
    """Whether the format adds leading zeros: it consists of zeros only."""
    return re.fullmatch("00+", number_format) is not None


def _number(value: int | float, number_format: str | None) -> str:
    """The number with at most 15 digits, the format's leading zeros and no exponent."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return "#NUM!"
        text = f"{Decimal(f'{value:.15g}'):f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    else:
        text = str(value)
    if text == "-0":
        return "0"
    if number_format and pads(number_format) and text.isdigit():
        return text.zfill(len(number_format))
    return text
