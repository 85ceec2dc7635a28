"""Removes personal data from texts that are written to disk unencrypted."""

from __future__ import annotations

import re

# Not \b: the SAT names its files Claveprivada_FIEL_<RFC>_<fecha>.key, and \b sees _ as a letter.
_ALONE, _ENDS = r"(?<![A-Z0-9Ñ&])", r"(?![A-Z0-9])"
_PERSONAL = (
    (re.compile(r"[A-ZÑ&]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d", re.IGNORECASE), "[CURP]"),
    (
        re.compile(_ALONE + r"[A-ZÑ&]{3,4}\d{6}[0-9A-Z]{3}" + _ENDS, re.IGNORECASE),
        "[RFC]",
    ),
    (re.compile(_ALONE + r"[A-Z]\d{9,10}" + _ENDS, re.IGNORECASE), "[REGISTRO PATRONAL]"),
    (re.compile(_ALONE + r"\d{11}" + _ENDS, re.IGNORECASE), "[NSS]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[CORREO]"),
)


def redact(text: str) -> str:
    """Replace everything that looks like a CURP, RFC, NSS, registro patronal or e-mail.

    This is the second defence: code must not log them in the first place.
    """
    for pattern, word in _PERSONAL:
        text = pattern.sub(word, text)
    return text
