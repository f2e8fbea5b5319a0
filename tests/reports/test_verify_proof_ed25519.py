"""The stand-alone script's own Ed25519: RFC 8032's vectors, and agreement with another implementation."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ccm_engine.reports.verify_proof import ORDER, P, point, signed

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        "454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
]
KEYS = st.binary(min_size=32, max_size=32).map(Ed25519PrivateKey.from_private_bytes)


def _agreed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return what both say of a signature, and fail where they differ."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        holds = False
    else:
        holds = True
    assert signed(key, message, signature) is holds
    return holds


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_published_vectors(key: str, message: str, signature: str) -> None:
    told = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert signed(*told)
    assert not signed(told[0], told[1] + b"x", told[2])


@settings(max_examples=40, deadline=None)
@given(KEYS, st.binary(max_size=200))
def test_what_another_implementation_signs_holds(key: Ed25519PrivateKey, message: bytes) -> None:
    assert _agreed(key.public_key().public_bytes_raw(), message, key.sign(message))


@settings(max_examples=100, deadline=None)
@given(KEYS, st.binary(max_size=40), st.integers(0, 64 * 8 - 1))
def test_a_changed_bit_of_the_signature_is_refused(key: Ed25519PrivateKey, message: bytes, bit: int) -> None:
    signature = bytearray(key.sign(message))
    signature[bit // 8] ^= 1 << bit % 8
    assert not _agreed(key.public_key().public_bytes_raw(), message, bytes(signature))


@settings(max_examples=60, deadline=None)
@given(KEYS, st.binary(max_size=40), st.binary(min_size=32, max_size=32))
def test_another_key_is_refused(key: Ed25519PrivateKey, message: bytes, other: bytes) -> None:
    assert not signed(other, message, key.sign(message))


@settings(max_examples=40, deadline=None)
@given(KEYS, st.binary(max_size=40))
def test_the_same_signature_with_a_greater_s_is_refused(key: Ed25519PrivateKey, message: bytes) -> None:
    signature = key.sign(message)
    greater = int.from_bytes(signature[32:], "little") + ORDER
    again = signature[:32] + greater.to_bytes(32, "little")
    assert not _agreed(key.public_key().public_bytes_raw(), message, again)


@settings(max_examples=60, deadline=None)
@given(KEYS, st.binary(max_size=200))
def test_a_signature_of_another_length_is_refused(key: Ed25519PrivateKey, data: bytes) -> None:
    signature = key.sign(b"m")
    public_key = key.public_key().public_bytes_raw()
    if len(data) != 64:
        assert not signed(public_key, b"m", data)
    assert not signed(public_key, b"m", signature[:-1])
    assert not signed(public_key, b"m", signature + b"\0")
    assert not signed(public_key[:-1], b"m", signature)
    assert not signed(public_key + b"\0", b"m", signature)


def test_only_the_canonical_encoding_of_a_point_is_taken() -> None:
    one = (1).to_bytes(32, "little")  # y = 1: the neutral element
    assert point(one) is not None
    assert point((P + 1).to_bytes(32, "little")) is None
    assert point(one[:31] + b"\x80") is None  # x = 0 has no odd root
    assert point((2).to_bytes(32, "little")) is None  # no x belongs to y = 2
    assert point(b"\xff" * 32) is None


def test_a_key_or_commitment_that_is_no_point_is_refused() -> None:
    key, message, signature = (bytes.fromhex(one) for one in VECTORS[1])
    nowhere = (2).to_bytes(32, "little")
    assert not signed(nowhere, message, signature)
    assert not signed(key, message, nowhere + signature[32:])
