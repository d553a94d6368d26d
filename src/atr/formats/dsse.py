# SPDX-License-Identifier: Apache-2.0
"""DSSE envelopes, version 1.0.2: a payload of a named type with signatures over both."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from atr.domain.errors import Invalid

LARGEST_ENVELOPE = 1_000_000


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature, and the name of the key that made it."""

    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Some bytes, what they are, and who signed them."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]


def encode_signed(payload_type: str, payload: bytes) -> bytes:
    """Return what is signed: the pre-authentication encoding of the specification."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def list_fields(envelope: Envelope) -> dict[str, Any]:
    """Return the envelope as it stands in JSON."""
    return {
        "payloadType": envelope.payload_type,
        "payload": base64.b64encode(envelope.payload).decode(),
        "signatures": [
            {"keyid": each.key_id, "sig": base64.b64encode(each.value).decode()}
            for each in envelope.signatures
        ],
    }


def read_envelope(data: bytes) -> Envelope:
    """Return the envelope; raise Invalid for anything else."""
    if len(data) > LARGEST_ENVELOPE:
        raise Invalid.field("envelope", "This is too large for a DSSE envelope.")
    try:
        return _read_fields(json.loads(data))
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise Invalid.field("envelope", "This is no DSSE envelope.") from error


def _read_fields(fields: Any) -> Envelope:
    if not isinstance(fields, Mapping) or not isinstance(fields["payloadType"], str):
        raise TypeError("no envelope")
    signatures = fields["signatures"]
    if not isinstance(signatures, Sequence) or not signatures:
        raise TypeError("no signatures")
    return Envelope(
        fields["payloadType"],
        base64.b64decode(fields["payload"], validate=True),
        tuple(
            Signature(str(each.get("keyid", "")), base64.b64decode(each["sig"], validate=True))
            for each in signatures
            if isinstance(each, Mapping)
        ),
    )
