# SPDX-License-Identifier: Apache-2.0
"""Receipts of ballots: what the service signs, and how anybody checks it without the service."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from atr.domain.errors import Invalid
from atr.formats.dsse import Envelope, encode_signed
from atr.formats.ed25519 import is_signed, name_key

PAYLOAD_TYPE = "application/vnd.atr.ballot-receipt+json"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says: which ballot, by its hash, was taken in which round, on which bytes, and when."""

    ballot: str
    cast_at: str
    choice: str
    manifest_digest: str
    release: str
    round: int
    server: str
    voter: str


def write_receipt(receipt: Receipt) -> bytes:
    """Return the payload: JSON with sorted names and no spaces."""
    return json.dumps(asdict(receipt), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_receipt(envelope: Envelope, keys: Mapping[str, bytes]) -> Receipt:
    """Return what a receipt says that one of the keys, by their names, signed; raise Invalid otherwise."""
    if envelope.payload_type != PAYLOAD_TYPE:
        raise Invalid.field("receipt", f"This is no receipt of a ballot, but {envelope.payload_type!r}.")
    signed = encode_signed(envelope.payload_type, envelope.payload)
    trusted = {name_key(key): key for key in keys.values()}
    known = [each for each in envelope.signatures if each.key_id in trusted]
    if not known:
        names = ", ".join(each.key_id for each in envelope.signatures)
        raise Invalid.field("receipt", f"None of the keys you trust signed it: it names {names}.")
    if not any(is_signed(trusted[each.key_id], each.value, signed) for each in known):
        raise Invalid.field("receipt", "The signature does not fit: the receipt was changed.")
    try:
        return _read_payload(json.loads(envelope.payload))
    except (ValueError, TypeError) as error:
        raise Invalid.field("receipt", "The receipt is signed, but is of another version.") from error


def _read_payload(fields: Any) -> Receipt:
    return Receipt(**fields)
