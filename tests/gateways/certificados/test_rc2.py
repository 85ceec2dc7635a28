"""RC2 against the vectors of RFC 2268, section 5."""

from __future__ import annotations

import pytest

from icsoe_desktop.gateways.certificados.cifrados import decrypt_rc2
from tests.gateways.certificados.generador_llaves import rc2_cbc


@pytest.mark.parametrize(
    ("key", "bits", "plain", "cipher"),
    [
        ("0000000000000000", 63, "0000000000000000", "ebb773f993278eff"),
        ("ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"),
        ("3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"),
        ("88", 64, "0000000000000000", "61a8a244adacccf0"),
        ("88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"),
        ("88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"),
        ("88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"),
        (
            "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e",
            129,
            "0000000000000000",
            "5b78d3a43dfff1f1",
        ),
    ],
)
def test_it_decrypts_the_vectors_of_the_rfc(key: str, bits: int, plain: str, cipher: str) -> None:
    found = decrypt_rc2(bytes.fromhex(key), bits, bytes(8), bytes.fromhex(cipher))
    assert found.hex() == plain


def test_blocks_are_chained() -> None:
    key, iv, text = b"12345", b"abcdefgh", b"varios bloques seguidos de texto"
    assert decrypt_rc2(key, 40, iv, rc2_cbc(key, 40, iv, text)) == text + b"\x08" * 8


@pytest.mark.parametrize(
    ("key", "bits", "iv", "data"),
    [
        (b"", 40, bytes(8), bytes(8)),
        (b"k", 0, bytes(8), bytes(8)),
        (b"k", 8, b"", bytes(8)),
        (b"k", 8, bytes(8), bytes(9)),
    ],
)
def test_impossible_parameters_are_refused(key: bytes, bits: int, iv: bytes, data: bytes) -> None:
    with pytest.raises(ValueError, match="bad RC2"):
        decrypt_rc2(key, bits, iv, data)
