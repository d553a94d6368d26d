# SPDX-License-Identifier: Apache-2.0
"""Evaluations, findings, and what people decided about them."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_act, declare_personal, mark_impersonal
from atr.domain.personal_data import DataCategory, Kept

evaluations = Table(
    "evaluations",
    metadata,
    Column("release_id", BigInteger, ForeignKey("releases.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("policy", Text),
    Column("rules", Text),
    PrimaryKeyConstraint("release_id", "revision"),
)

findings = Table(
    "findings",
    metadata,
    Column("release_id", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("artifact", Text, nullable=False),
    Column("member", Text),
    Column("message", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("name", Text, nullable=False),  # the finding's id, made of rule and place
    PrimaryKeyConstraint("release_id", "revision", "position"),
    ForeignKeyConstraint(
        ["release_id", "revision"], ["evaluations.release_id", "evaluations.revision"], ondelete="CASCADE"
    ),
)
mark_impersonal(findings, "member name")

# Counted anew whenever findings or acknowledgements change: there may be very many of both.
finding_tallies = Table(
    "finding_tallies",
    metadata,
    Column("release_id", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("artifact", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("acknowledged", Integer, nullable=False),
    PrimaryKeyConstraint("release_id", "revision", "position"),
    ForeignKeyConstraint(
        ["release_id", "revision"], ["evaluations.release_id", "evaluations.revision"], ondelete="CASCADE"
    ),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("release_id", BigInteger, ForeignKey("releases.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("artifact", Text, nullable=False),
    Column("member", Text),
    Column("by", Text, nullable=False, info=declare_act("accepted a finding")),
    Column(
        "reason",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "says why a finding was accepted", Kept.FOR_EVER),
    ),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("carried_from", Integer),
    Column("name", Text, nullable=False),
    UniqueConstraint("release_id", "revision", "name"),
)
mark_impersonal(acknowledgements, "id release_id revision rule artifact member at carried_from name")

waivers = Table(
    "waivers",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("project", Text, ForeignKey("projects.key"), nullable=False, index=True),
    Column("rule", Text, nullable=False),
    Column("paths", ARRAY(Text), nullable=False),
    Column(
        "reason",
        Text,
        nullable=False,
        info=declare_personal(DataCategory.OPINION, "says why a rule was waived", Kept.FOR_EVER),
    ),
    Column("by", Text, nullable=False, info=declare_act("waived a rule")),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("confirmed_by", Text, info=declare_act("confirmed a waiver")),
    Column("expires_at", DateTime(timezone=True)),
    Column("versions", Text, nullable=False),
    Column("edition", Integer, nullable=False),
)
mark_impersonal(waivers, "id project rule paths at expires_at versions edition")

check_policy_versions = Table(
    "check_policy_versions",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), nullable=False),
    Column("product", Text, nullable=False),  # empty for the project's own
    Column("number", Integer, nullable=False),
    Column("override", JSONB, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    Column("saved_by", Text, info=declare_act("changed what checks are told")),
    PrimaryKeyConstraint("project", "product", "number"),
)
mark_impersonal(check_policy_versions, "project product number override saved_at")

finding_cache = Table(
    "finding_cache",
    metadata,
    Column("key", Text, primary_key=True),
    Column("findings", JSONB, nullable=False),
)

archive_trees = Table(
    "archive_trees",
    metadata,
    Column("key", Text, primary_key=True),
    Column("tree", LargeBinary, nullable=False),
)
