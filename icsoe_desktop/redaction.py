"""What looks like personal data, taken out of text that is to lie on disk in clear."""

from __future__ import annotations

import re

# Not \b: the SAT names its files Claveprivada_FIEL_<RFC>_<fecha>.key, and _ is part of a word.
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
    """`text` with whatever looks like a CURP, RFC, NSS, registro patronal or e-mail replaced.

    A second fence: the first is that nobody logs them.
    """
    for pattern, word in _PERSONAL:
        text = pattern.sub(word, text)
    return text
