# SPDX-License-Identifier: Apache-2.0
"""A receipt proves itself with the public key alone, and nothing in it can be changed."""

import base64
from dataclasses import asdict, replace

import pytest

from atr.domain.errors import Invalid
from atr.formats.dsse import Envelope, Signature, encode_signed
from atr.formats.ed25519 import SigningKey, is_signed, name_key
from atr.formats.receipt import PAYLOAD_TYPE, Receipt, read_receipt, write_receipt

KEY = SigningKey(bytes(range(32)))
PUBLIC = base64.b64decode(KEY.public_key)
KEYS = {KEY.key_id: PUBLIC}
RECEIPT = Receipt(
    ballot=f"sha256:{'1' * 64}",
    cast_at="2026-03-02T10:00:00Z",
    choice="+1",
    manifest_digest=f"sha512:{'a' * 128}",
    release="tika/main/3.1.0",
    round=1,
    server="https://atr.example.org",
    voter="amy",
)


def sign(payload: bytes, kind: str = PAYLOAD_TYPE, key: SigningKey = KEY) -> Envelope:
    return Envelope(kind, payload, (Signature(key.key_id, key.sign(encode_signed(kind, payload))),))


def test_the_key_of_rfc_8032_signs_as_there() -> None:
    # RFC 8032, section 7.1, test 1.
    key = SigningKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert base64.b64decode(key.public_key).hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")
    assert key.key_id == name_key(base64.b64decode(key.public_key))


def test_a_signature_is_on_one_message_by_one_key() -> None:
    signature = KEY.sign(b"message")
    assert is_signed(PUBLIC, signature, b"message")
    assert not is_signed(PUBLIC, signature, b"massage")
    assert not is_signed(PUBLIC, signature[:-1], b"message")
    assert not is_signed(b"short", signature, b"message")


def test_a_receipt_says_what_was_signed() -> None:
    assert read_receipt(sign(write_receipt(RECEIPT)), KEYS) == RECEIPT
    assert write_receipt(RECEIPT).startswith(b'{"ballot":"sha256:11')


@pytest.mark.parametrize("field", sorted(set(asdict(RECEIPT)) - {"round"}))
def test_a_changed_receipt_is_found_out(field: str) -> None:
    changed = replace(RECEIPT, **{field: "other"})  # type: ignore[arg-type]
    envelope = replace(sign(write_receipt(RECEIPT)), payload=write_receipt(changed))
    with pytest.raises(Invalid, match="was changed"):
        read_receipt(envelope, KEYS)


def test_a_receipt_of_another_key_is_not_believed_whatever_the_key_is_called() -> None:
    other = SigningKey(bytes(32))
    with pytest.raises(Invalid, match="None of the keys"):
        read_receipt(sign(write_receipt(RECEIPT), key=other), KEYS)
    liar = {other.key_id: PUBLIC}
    with pytest.raises(Invalid, match="None of the keys"):
        read_receipt(sign(write_receipt(RECEIPT), key=other), liar)


def test_another_signed_thing_is_no_receipt() -> None:
    with pytest.raises(Invalid, match="no receipt"):
        read_receipt(sign(write_receipt(RECEIPT), "application/vnd.in-toto+json"), KEYS)


@pytest.mark.parametrize("payload", [b"{}", b"[]", b"no json", b'{"more":1}', b"5"])
def test_a_signed_payload_of_another_shape_is_explained(payload: bytes) -> None:
    with pytest.raises(Invalid, match="another version"):
        read_receipt(sign(payload), KEYS)
