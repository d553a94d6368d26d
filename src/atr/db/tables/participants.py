# SPDX-License-Identifier: Apache-2.0
"""Visitors who vote: apart from their ballots, so that destroying a row's key takes nothing from a tally."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

participants = Table(
    "participants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("round_id", BigInteger, ForeignKey("rounds.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("contact_kind", Text, nullable=False),
    Column(
        "contact_hash",
        Text,
        info=declare_personal(DataCategory.CONTACT, "proves one person, one ballot", Kept.CONTACT),
    ),
    Column(
        "sealed_contact",
        LargeBinary,
        info=declare_personal(DataCategory.CONTACT, "takes the link that confirms a ballot", Kept.CONTACT),
    ),
    Column(
        "sealed_key",
        LargeBinary,
        info=declare_personal(DataCategory.CONTACT, "opens the contact, until it is destroyed", Kept.CONTACT),
    ),
    Column(
        "display_name",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.IDENTITY, "is shown with the ballot", Kept.UNTIL_ERASED),
    ),
    Column(
        "remark",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is shown with the ballot", Kept.UNTIL_ERASED),
    ),
    Column("consented_notice", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("erased_at", DateTime(timezone=True)),
    UniqueConstraint("round_id", "contact_hash"),
    UniqueConstraint("round_id", "number"),
)
mark_impersonal(
    participants,
    "id round_id number contact_kind consented_notice created_at confirmed_at erased_at",
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("id", Text, primary_key=True),
    Column(
        "participant_id", Text, ForeignKey("participants.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("token_hash", Text, nullable=False, unique=True),
    Column(
        "display_name",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.IDENTITY, "is shown once it is confirmed", Kept.CONFIRMATION),
    ),
    Column(
        "remark",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is shown once it is confirmed", Kept.CONFIRMATION),
    ),
    Column("choice", Text, nullable=False),
    Column("manifest_digest", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column(
        "done",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        info=declare_personal(DataCategory.OPINION, "says what the voter tried out", Kept.CONFIRMATION),
    ),
    Column("notice", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("used_at", DateTime(timezone=True)),
)
mark_impersonal(
    confirmations,
    "id participant_id token_hash choice manifest_digest door notice created_at expires_at used_at",
)

visitor_attempts = Table(
    "visitor_attempts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("counted", Text, nullable=False),
    Column(
        "digest",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.TRACE, "keeps floods of requests away", Kept.RATE_LIMIT),
    ),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Index("ix_visitor_attempts_digest", "counted", "digest", "at"),
)
mark_impersonal(visitor_attempts, "id counted at")
