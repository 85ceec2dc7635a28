"""Decrypts RC2 in CBC mode: old .pfx files encrypt their certificates with RC2-40.

`cryptography` has RC2 only with 128 bits, and OpenSSL 3 only in its legacy provider.
Source: RFC 2268.
"""

from __future__ import annotations

BLOCK = 8

_ROTATIONS = (1, 2, 3, 5)


# PITABLE of RFC 2268, section 2.
_PI = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)


def _expand(key: bytes, effective_bits: int) -> list[int]:
    octets = (effective_bits + 7) // 8
    mask = 0xFF >> (8 * octets - effective_bits)
    table = list(key)
    for i in range(len(key), 128):
        table.append(_PI[(table[i - 1] + table[i - len(key)]) & 0xFF])
    table[128 - octets] = _PI[table[128 - octets] & mask]
    for i in range(127 - octets, -1, -1):
        table[i] = _PI[table[i + 1] ^ table[i + octets]]
    return [table[2 * i] | table[2 * i + 1] << 8 for i in range(64)]


def _decrypt_block(words: list[int], block: bytes) -> bytes:
    r = [block[2 * i] | block[2 * i + 1] << 8 for i in range(4)]
    position = 63
    for count in range(16):
        for i in (3, 2, 1, 0):
            turns = _ROTATIONS[i]
            value = (r[i] >> turns | r[i] << 16 - turns) & 0xFFFF
            before = r[(i + 3) & 3]
            mixed = (before & r[(i + 2) & 3]) + (~before & r[(i + 1) & 3])
            r[i] = (value - words[position] - mixed) & 0xFFFF
            position -= 1
        if count in (4, 10):
            for i in (3, 2, 1, 0):
                r[i] = (r[i] - words[r[(i + 3) & 3] & 63]) & 0xFFFF
    return b"".join(value.to_bytes(2, "little") for value in r)


def decrypt_cbc(key: bytes, effective_bits: int, iv: bytes, data: bytes) -> bytearray:
    """key: 1 to 128 octets; effective_bits: 1 to 1024; data: whole blocks. Padding is left in."""
    if not (1 <= len(key) <= 128 and 1 <= effective_bits <= 1024):
        raise ValueError("bad RC2 key")
    if len(iv) != BLOCK or len(data) % BLOCK:
        raise ValueError("bad RC2 data")
    words = _expand(key, effective_bits)
    plain = bytearray()
    previous = iv
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        clear = _decrypt_block(words, block)
        plain += bytes(one ^ other for one, other in zip(clear, previous, strict=True))
        previous = block
    return plain
