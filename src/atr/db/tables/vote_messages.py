# SPDX-License-Identifier: Apache-2.0
"""Mails that came in for votes, with how they were read; the raw mail is compressed."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_act, declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

vote_messages = Table(
    "vote_messages",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("round_id", BigInteger, ForeignKey("rounds.id"), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column(
        "sender",
        Text,
        info=declare_personal(DataCategory.CONTACT, "tells whose vote a mail is", Kept.CONTACT),
    ),
    Column(
        "sender_name",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.IDENTITY, "is shown with a mail to a list", Kept.UNTIL_ERASED),
    ),
    Column(
        "subject",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is shown with a mail to a list", Kept.UNTIL_ERASED),
    ),
    Column("sent_at", DateTime(timezone=True)),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column(
        "choice",
        Text,
        info=declare_personal(DataCategory.OPINION, "is the vote in a mail", Kept.FOR_EVER),
    ),
    Column(
        "text",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is the vote in a mail", Kept.FOR_EVER),
    ),
    Column(
        "comment",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is shown with a mail to a list", Kept.UNTIL_ERASED),
    ),
    Column("explanation", Text, nullable=False),
    Column("is_proven", Boolean, nullable=False),
    Column("identity", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("voter", Text, info=declare_act("voted by mail")),
    Column("asked_at", DateTime(timezone=True)),
    Column("decided_by", Text, info=declare_act("had a mail counted")),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_reason", Text, nullable=False),
    Column(
        "raw",
        LargeBinary,
        info=declare_personal(DataCategory.CONTACT, "proves what a mail said", Kept.CONTACT),
    ),
    UniqueConstraint("message_id"),
    Index("ix_vote_messages_round", "round_id", "id"),
    Index("ix_vote_messages_voter", "voter"),
    Index("ix_vote_messages_received", "received_at"),
)
mark_impersonal(
    vote_messages,
    "id round_id message_id source sent_at received_at explanation is_proven identity state reasons "
    "asked_at decided_at decided_reason",
)
