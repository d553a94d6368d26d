# SPDX-License-Identifier: Apache-2.0
"""The outbox, and what is said about releases."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_act, declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

# Words are parted as in the audit trail: everything in ASCII that is neither letter nor digit parts them.
SUBJECT_WORDS = (
    "to_tsvector('simple', regexp_replace(subject, "
    "'[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]+', ' ', 'g'))"
)

mails = Table(
    "mails",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("release_id", ForeignKey("releases.id"), nullable=False),
    Column(
        "to_addresses",
        ARRAY(Text),
        nullable=False,
        info=declare_personal(
            DataCategory.CONTACT, "says where mail to lists and named contacts went", Kept.FOR_EVER
        ),
    ),
    Column("subject", Text, nullable=False),
    Column(
        "body",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "is mail to public lists: who voted how", Kept.FOR_EVER),
    ),
    Column("queued_at", DateTime(timezone=True), nullable=False),
    Column("in_reply_to", Text),
    Column("state", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("failure", Text),
    Column(
        "receiver",
        Text,
        info=declare_personal(DataCategory.IDENTITY, "says who was reminded to vote", Kept.FOR_EVER),
    ),
    Column("reply_to", ARRAY(Text), nullable=False, server_default="{}"),
    Index("ix_mails_release", "release_id", "id"),
    Index("ix_mails_state", "state", "id"),
    Index("ix_mails_words", text(SUBJECT_WORDS), postgresql_using="gin"),
)
mark_impersonal(
    mails, "id message_id kind release_id subject queued_at in_reply_to state sent_at failure reply_to"
)

mail_templates = Table(
    "mail_templates",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("subject", Text),
    Column("body", Text),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("saved_by", Text, info=declare_act("saved a template")),
)
mark_impersonal(mail_templates, "project kind number subject body saved_at")

announcements = Table(
    "announcements",
    metadata,
    Column("release_id", ForeignKey("releases.id"), primary_key=True),
    Column(
        "to_addresses",
        ARRAY(Text),
        nullable=False,
        info=declare_personal(
            DataCategory.CONTACT, "says where mail to lists and named contacts went", Kept.FOR_EVER
        ),
    ),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("approved_by", Text, info=declare_act("approved an announcement")),
    Column("approved_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Column("last_problem", Text),
    Column("edition", Integer, nullable=False),
)
mark_impersonal(announcements, "release_id subject body state approved_at sent_at last_problem edition")
