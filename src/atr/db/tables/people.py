# SPDX-License-Identifier: Apache-2.0
"""Persons, and the hashes of their credentials."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

people = Table(
    "people",
    metadata,
    Column(
        "user_id",
        Text,
        primary_key=True,
        info=declare_personal(DataCategory.IDENTITY, "is your account", Kept.WITH_ACCOUNT),
    ),
    Column(
        "name",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.IDENTITY, "is your account", Kept.WITH_ACCOUNT),
    ),
    Column(
        "foundation_member",
        Boolean,
        nullable=False,
        info=declare_personal(DataCategory.IDENTITY, "says what you may do", Kept.WITH_ACCOUNT),
    ),
    Column(
        "sysadmin",
        Boolean,
        nullable=False,
        info=declare_personal(DataCategory.IDENTITY, "says what you may do", Kept.WITH_ACCOUNT),
    ),
    Column(
        "key_fingerprints",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        info=declare_personal(DataCategory.IDENTITY, "finds your signing keys", Kept.WITH_ACCOUNT),
    ),
    Column(
        "wants_reminders",
        Boolean,
        nullable=False,
        server_default="true",
        info=declare_personal(DataCategory.IDENTITY, "keeps unwanted mail from you", Kept.WITH_ACCOUNT),
    ),
)

person_addresses = Table(
    "person_addresses",
    metadata,
    Column(
        "folded_address",
        Text,
        primary_key=True,
        info=declare_personal(DataCategory.CONTACT, "tells that a mail is from you", Kept.WITH_ACCOUNT),
    ),
    Column(
        "user_id",
        Text,
        ForeignKey("people.user_id"),
        nullable=False,
        index=True,
        info=declare_personal(DataCategory.IDENTITY, "is your account", Kept.WITH_ACCOUNT),
    ),
    Column("position", Integer, nullable=False),
    Column(
        "address",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.CONTACT, "tells that a mail is from you", Kept.WITH_ACCOUNT),
    ),
)
mark_impersonal(person_addresses, "position")

tokens = Table(
    "tokens",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "owner",
        Text,
        ForeignKey("people.user_id"),
        nullable=False,
        index=True,
        info=declare_personal(DataCategory.CREDENTIAL, "lets programs act for you", Kept.WITH_ACCOUNT),
    ),
    Column("kind", Text, nullable=False),
    Column(
        "name",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.CREDENTIAL, "lets programs act for you", Kept.WITH_ACCOUNT),
    ),
    Column("scope", JSONB, nullable=False),
    Column(
        "secret_hash",
        Text,
        nullable=False,
        unique=True,
        info=declare_personal(DataCategory.CREDENTIAL, "lets programs act for you", Kept.WITH_ACCOUNT),
    ),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column(
        "last_used_at",
        DateTime(timezone=True),
        info=declare_personal(
            DataCategory.CREDENTIAL, "shows you whether a token is in use", Kept.WITH_ACCOUNT
        ),
    ),
    Column("revoked_at", DateTime(timezone=True)),
)
mark_impersonal(tokens, "id kind scope created_at expires_at revoked_at")

sessions = Table(
    "sessions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "user_id",
        Text,
        ForeignKey("people.user_id"),
        nullable=False,
        index=True,
        info=declare_personal(DataCategory.CREDENTIAL, "keeps you signed in", Kept.SESSION),
    ),
    Column(
        "secret_hash",
        Text,
        nullable=False,
        unique=True,
        info=declare_personal(DataCategory.CREDENTIAL, "keeps you signed in", Kept.SESSION),
    ),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column(
        "last_seen_at",
        DateTime(timezone=True),
        nullable=False,
        info=declare_personal(DataCategory.CREDENTIAL, "keeps you signed in", Kept.SESSION),
    ),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)
mark_impersonal(sessions, "id created_at expires_at")

login_codes = Table(
    "login_codes",
    metadata,
    Column(
        "secret_hash",
        Text,
        primary_key=True,
        info=declare_personal(DataCategory.CREDENTIAL, "signs you in", Kept.UNTIL_ENDED),
    ),
    Column(
        "user_id",
        Text,
        ForeignKey("people.user_id"),
        nullable=False,
        info=declare_personal(DataCategory.CREDENTIAL, "signs you in", Kept.UNTIL_ENDED),
    ),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("used_at", DateTime(timezone=True)),
)
mark_impersonal(login_codes, "expires_at used_at")
