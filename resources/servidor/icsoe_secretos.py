"""Generated passwords, and how they are told from chosen ones. Only the standard library."""

from __future__ import annotations

import itertools
import re
import secrets

GENERATED = re.compile(r"[A-Za-z0-9_-]{24,72}")
# Of the neighbours in a random text, 64 % are of different classes (A a 0 -); in words, 10 %.
CHANGES_OF_CLASS = 0.35


def is_generated(password: str) -> bool:
    """Whether the password looks like 144 random bits or more in base64url."""
    if not GENERATED.fullmatch(password):
        return False
    classes = [_class_of(letter) for letter in password]
    changes = sum(a != b for a, b in itertools.pairwise(classes))
    return changes >= CHANGES_OF_CLASS * (len(password) - 1)


def new_password(size: int = 18) -> str:
    """size: random bytes. One text in 250 does not look random, and is made again."""
    return next(filter(is_generated, (secrets.token_urlsafe(size) for _ in itertools.count())))


def _class_of(letter: str) -> int:
    return (letter.isupper(), letter.islower(), letter.isdigit(), True).index(True)
