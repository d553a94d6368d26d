# SPDX-License-Identifier: Apache-2.0
"""Signatures verified packet by packet: old versions, rare algorithms, and bytes that are none."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from hypothesis import given, strategies

from atr.openpgp.mathematics import SignatureParts
from tests.support.keys import KeyPart, make_rsa

DATA = b"what is signed"
SHA512 = utils.Prehashed(hashes.SHA512())


def number(value: bytes) -> bytes:
    """Return bytes as a multiprecision integer."""
    whole = int.from_bytes(value)
    return whole.bit_length().to_bytes(2) + whole.to_bytes((whole.bit_length() + 7) // 8)


def test_a_signature_of_version_3_is_verified() -> None:
    part, trailer = KeyPart(make_rsa(2048)), b"\0" + b"\x12\x34\x56\x78"
    digest = hashlib.sha512(DATA + trailer).digest()
    made = number(make_rsa(2048).sign(digest, padding.PKCS1v15(), SHA512))
    body = b"\3\5" + trailer + bytes(8) + b"\1\x0a" + digest[:2] + made
    assert SignatureParts.parse(body).fits(part.body, [DATA])
    assert not SignatureParts.parse(body).fits(part.body, [DATA, b"x"])


def test_the_newer_form_of_ed25519_is_verified() -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    key = b"\4" + bytes(4) + b"\x1b" + private.public_key().public_bytes_raw()
    head = b"\4\0\x1b\x0a\0\0"
    digest = hashlib.sha512(DATA + head + b"\4\xff" + len(head).to_bytes(4)).digest()
    parts = SignatureParts.parse(head + b"\0\0" + digest[:2] + private.sign(digest))
    assert parts.fits(key, [DATA[:4], DATA[4:]])
    assert not parts.fits(key[:-1] + b"\0", [DATA])
    assert not parts.fits(b"\6" + key[1:], [DATA])


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_a_key_that_is_damaged_verifies_nothing(curve: ec.EllipticCurve) -> None:
    part = KeyPart(ec.generate_private_key(ec.SECP256R1()))
    packet = part.sign(DATA, 0, "sha512", b"")
    parts = SignatureParts.parse(packet[6:])
    assert parts.fits(part.body, [DATA])
    other = KeyPart(ec.generate_private_key(curve))
    for body in (other.body, part.body[:-3], part.body[:8], part.body.replace(b"\x2a\x86", b"\x2a\x87")):
        assert not parts.fits(body, [DATA])


@pytest.mark.parametrize("body", [b"", b"\4\0", b"\6" + bytes(20)])
def test_other_versions_are_not_known(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"early|not known"):
        SignatureParts.parse(body)


@given(strategies.binary(min_size=10, max_size=120), strategies.sampled_from([3, 4]))
def test_any_bytes_are_taken_apart_or_refused(rest: bytes, version: int) -> None:
    key = KeyPart(make_rsa(1024)).body
    try:
        parts = SignatureParts.parse(bytes([version]) + rest)
    except ValueError:
        return
    assert not parts.fits(key, [DATA])
