# SPDX-License-Identifier: Apache-2.0
"""Releases, with an index for every way in which they are listed."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.sql.elements import ColumnElement

from atr.db.tables.metadata import metadata
from atr.db.tables.personal_data import declare_act, mark_impersonal
from atr.domain.lifecycle import Phase, Stage


def _list_phases(stage: Stage | None = None) -> str:
    return ", ".join(f"'{phase}'" for phase in Phase if stage in {None, phase.stage})


# The stage is derived, so it is an expression with indexes of its own and no column. Its text must stay
# the same as in the migrations, or no index fits it any more.
STAGE_SQL = (
    f"(CASE WHEN phase IN ({_list_phases(Stage.CANDIDATE)}) THEN 'candidate' "
    f"WHEN phase IN ({_list_phases(Stage.CURRENT)}) THEN 'current' ELSE 'archived' END)"
)
stage_of_release: ColumnElement[str] = literal_column(STAGE_SQL, Text)

# The words people search by: project, product line and version as a whole, and the parts between hyphens.
WORDS_SQL = (
    "array_to_tsvector(array_remove(ARRAY[lower(project), lower(product), lower(version)]"
    " || string_to_array(lower(project), '-') || string_to_array(lower(product), '-'), ''))"
)

releases = Table(
    "releases",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("project", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False, info=declare_act("began a release")),
    Column("phase_changed_at", DateTime(timezone=True), nullable=False),
    Column("newest_revision", Integer, nullable=False),
    Column("sealed_revision", Integer),
    Column("package_managers", ARRAY(Text), nullable=False),
    Column("published_at", DateTime(timezone=True)),
    Column("downloads_verified_at", DateTime(timezone=True)),
    Column("released_at", DateTime(timezone=True)),
    Column("set_aside_reason", Text, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("words", TSVECTOR, Computed(WORDS_SQL, persisted=True), nullable=False),
    UniqueConstraint("project", "product", "version"),
    ForeignKeyConstraint(["project", "product"], ["products.project", "products.key"]),
    CheckConstraint(f"phase IN ({_list_phases()})", name="phase"),
    CheckConstraint("sealed_revision BETWEEN 1 AND newest_revision", name="sealed_revision"),
    Index("ix_releases_newest", "phase_changed_at", "id"),
    Index("ix_releases_stage", text(STAGE_SQL), "phase_changed_at", "id"),
    Index("ix_releases_phase", "phase", "phase_changed_at", "id"),
    Index("ix_releases_project", "project", "phase_changed_at", "id"),
    Index("ix_releases_project_stage", "project", text(STAGE_SQL), "phase_changed_at", "id"),
    Index("ix_releases_line", "project", "product", "phase_changed_at", "id"),
    Index("ix_releases_begun", "created_by", "created_at", "id"),
    Index("ix_releases_released", "released_at", "id", postgresql_where=text("released_at IS NOT NULL")),
    Index(
        "ix_releases_project_released",
        "project",
        "released_at",
        "id",
        postgresql_where=text("released_at IS NOT NULL"),
    ),
    Index("ix_releases_words", "words", postgresql_using="gin"),
)
mark_impersonal(
    releases,
    "id project product version phase created_at phase_changed_at newest_revision sealed_revision "
    "package_managers published_at downloads_verified_at released_at set_aside_reason edition words",
)

shown_revision: ColumnElement[int] = func.coalesce(releases.c.sealed_revision, releases.c.newest_revision)
"""The revision that counts now, as the domain derives it."""
