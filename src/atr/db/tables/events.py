# SPDX-License-Identifier: Apache-2.0
"""The audit trail; a trigger refuses to change or remove a row."""

from sqlalchemy import BigInteger, Column, Computed, DateTime, Identity, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_act, declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

# Everything in ASCII that is neither letter nor digit parts words, so that `demo/1.0` is found by `1.0`.
SEARCHED_TEXT = (
    "to_tsvector('simple', regexp_replace("
    "name || ' ' || subject_name || ' ' || actor || ' ' || left(details::text, 100000), "
    "'[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]+', ' ', 'g'))"
)

# What charts count, so that they need not read the rest; the texts stay the same as in the migrations.
MOVES_SQL = (
    "name IN ('release.created', 'release.moved', 'release.published', 'release.announced', "
    "'vote.opened', 'vote.cancelled', 'vote.passed', 'vote.failed')"
)
EXAMINED_SQL = "name = 'evaluation.finished'"

events = Table(
    "events",
    metadata,
    Column("sequence", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False, info=declare_act("changed something")),
    Column("role", Text),
    Column("activity", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column(
        "subject_name",
        Text,
        nullable=False,
        info=declare_personal(
            DataCategory.IDENTITY, "names what changed, which may be a person", Kept.FOR_EVER
        ),
    ),
    Column("project", Text),
    Column("product", Text),
    Column("version", Text),
    Column(
        "details",
        JSONB,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "tells what changed and for which reason", Kept.FOR_EVER),
    ),
    Column(
        "words",
        TSVECTOR,
        Computed(SEARCHED_TEXT, persisted=True),
        nullable=False,
        info=declare_personal(DataCategory.IDENTITY, "finds events by their words", Kept.FOR_EVER),
    ),
    Index("ix_events_project", "project", "sequence"),
    Index("ix_events_release", "project", "product", "version", "sequence"),
    Index("ix_events_actor", "actor", "sequence"),
    Index("ix_events_name", "name", "sequence"),
    Index("ix_events_activity", "activity", "sequence"),
    Index("ix_events_at", "at"),
    Index("ix_events_moves", "sequence", postgresql_where=text(MOVES_SQL)),
    Index("ix_events_project_moves", "project", "sequence", postgresql_where=text(MOVES_SQL)),
    Index("ix_events_examined", "at", postgresql_where=text(EXAMINED_SQL)),
    Index("ix_events_project_examined", "project", "at", postgresql_where=text(EXAMINED_SQL)),
    Index("ix_events_words", "words", postgresql_using="gin"),
)
mark_impersonal(events, "sequence at role activity name subject_kind project product version")
