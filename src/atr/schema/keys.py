# SPDX-License-Identifier: Apache-2.0
"""Signing keys on the wire."""

from pydantic import Field

from atr.schema.names import ProjectKeyText
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

LONGEST_ARMORED = 8 * 1024**2
LONGEST_ANSWER = 64 * 1024
_PROVEN_AT = "When the owner was proven; none while they only say so."
_PROOF = "How the owner was proven: by a signed challenge, or by the directory."


class KeysCreate(WireRequest):
    """Public keys as armored text, for the asker and, if named, for a project."""

    keys: str = Field(min_length=1, max_length=LONGEST_ARMORED)
    project: ProjectKeyText | None = None


class KeysImport(WireRequest):
    """A whole KEYS file for a project."""

    keys: str = Field(min_length=1, max_length=LONGEST_ARMORED)


class KeyRevocation(WireRequest):
    """Why a key is revoked here."""

    reason: str = Field(min_length=1, max_length=2_000)


class KeyChallengeAnswer(WireAnswer):
    """A text to be signed with a key, which proves whose it is."""

    fingerprint: str
    text: str
    expires_at: UtcTime


class KeyProofCreate(WireRequest):
    """The answer to a challenge."""

    signature: str = Field(
        min_length=1,
        max_length=LONGEST_ANSWER,
        description="An armored detached signature over the text, or the text clear-signed.",
    )


class SubkeyAnswer(WireAnswer):
    """A subkey."""

    fingerprint: str
    type: str
    created_at: UtcTime
    expires_at: UtcTime | None
    revoked: bool
    can_sign: bool


class KeyAnswer(WireAnswer):
    """A public signing key."""

    fingerprint: str
    owner: str | None = Field(description="The user it belongs to; none for one known from a KEYS file.")
    owner_name: str | None
    type: str = Field(description="Algorithm and size, such as RSA 4096.")
    user_ids: tuple[str, ...]
    created_at: UtcTime
    expires_at: UtcTime | None
    expired: bool
    expires_soon: bool
    revoked: bool
    revocation_reason: str | None
    proof: str | None = Field(description=_PROOF)
    proven_at: UtcTime | None = Field(description=_PROVEN_AT)
    added_at: UtcTime
    projects: tuple[str, ...]
    subkeys: tuple[SubkeyAnswer, ...]
    armored: str


class KeyItem(WireAnswer):
    """A public signing key in a list."""

    fingerprint: str
    owner: str | None
    owner_name: str | None
    type: str
    user_ids: tuple[str, ...]
    expires_at: UtcTime | None
    expired: bool
    revoked: bool
    proof: str | None = Field(description=_PROOF)
    proven_at: UtcTime | None = Field(description=_PROVEN_AT)


class RejectedAnswer(WireAnswer):
    """A block that was not taken."""

    position: int = Field(description="Which block of the text, 1 being the first.")
    label: str
    reason: str


class KeyImportAnswer(WireAnswer):
    """What came of reading keys."""

    accepted: tuple[str, ...] = Field(description="Fingerprints that are in now.")
    rejected: tuple[RejectedAnswer, ...]
