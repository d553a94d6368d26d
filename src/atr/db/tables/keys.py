# SPDX-License-Identifier: Apache-2.0
"""Signing keys, and the projects they are attached to."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column(
        "owner",
        Text,
        ForeignKey("people.user_id"),
        index=True,
        info=declare_personal(DataCategory.IDENTITY, "shows whose key it is", Kept.FOR_EVER),
    ),
    Column(
        "armored",
        Text,
        nullable=False,
        info=declare_personal(
            DataCategory.CONTACT, "is a public key, with what its owner wrote into it", Kept.FOR_EVER
        ),
    ),
    Column(
        "details",
        JSONB,
        nullable=False,
        info=declare_personal(
            DataCategory.CONTACT, "is a public key, with what its owner wrote into it", Kept.FOR_EVER
        ),
    ),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revocation_reason", Text),
    Column("proof", Text),
    Column("proven_at", DateTime(timezone=True)),
    Index("ix_signing_keys_end", text("(details ->> 'expires_at')")),
)
mark_impersonal(signing_keys, "fingerprint added_at revoked_at revocation_reason proof proven_at")

# At most one text a person and key; answering it, or asking again, removes it.
key_challenges = Table(
    "key_challenges",
    metadata,
    Column("fingerprint", Text, ForeignKey("signing_keys.fingerprint"), primary_key=True),
    Column(
        "user_id",
        Text,
        ForeignKey("people.user_id"),
        primary_key=True,
        index=True,
        info=declare_personal(DataCategory.CREDENTIAL, "proves that a key is yours", Kept.UNTIL_ENDED),
    ),
    Column(
        "text",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.CREDENTIAL, "proves that a key is yours", Kept.UNTIL_ENDED),
    ),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
mark_impersonal(key_challenges, "fingerprint expires_at")

project_keys = Table(
    "project_keys",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("fingerprint", Text, ForeignKey("signing_keys.fingerprint"), primary_key=True, index=True),
    Column("attached_at", DateTime(timezone=True), nullable=False),
)
