# SPDX-License-Identifier: Apache-2.0
"""DSSE envelopes are written and read as the specification has them."""

import json

import pytest
from hypothesis import given, strategies

from atr.domain.errors import Invalid
from atr.formats.dsse import LARGEST_ENVELOPE, Envelope, Signature, encode_signed, list_fields, read_envelope

ENVELOPE = Envelope("text/plain", b"hello", (Signature("k", b"\x00\x01"),))


def test_what_is_signed_is_the_encoding_of_the_specification() -> None:
    # The example of the DSSE protocol, https://github.com/secure-systems-lab/dsse.
    signed = encode_signed("http://example.com/HelloWorld", b"hello world")
    assert signed == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


@given(strategies.text(), strategies.binary())
def test_an_envelope_comes_back_as_it_was_written(kind: str, payload: bytes) -> None:
    written = json.dumps(list_fields(Envelope(kind, payload, ENVELOPE.signatures))).encode()
    assert read_envelope(written) == Envelope(kind, payload, ENVELOPE.signatures)


@pytest.mark.parametrize(
    "change",
    [
        {"payloadType": 1},
        {"payload": "!!"},
        {"payload": None},
        {"signatures": []},
        {"signatures": 5},
        {"signatures": [{"keyid": "k"}]},
        {"signatures": [{"sig": "not base64"}]},
    ],
)
def test_what_is_no_envelope_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="no DSSE envelope"):
        read_envelope(json.dumps({**list_fields(ENVELOPE), **change}).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"null", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="no DSSE envelope"):
        read_envelope(data)


def test_an_envelope_beyond_all_measure_is_not_even_read() -> None:
    with pytest.raises(Invalid, match="too large"):
        read_envelope(b" " * (LARGEST_ENVELOPE + 1))
