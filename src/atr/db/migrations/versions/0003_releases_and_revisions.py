# SPDX-License-Identifier: Apache-2.0
"""Add releases, revisions with their files, and uploads."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PHASES = (
    "'compose', 'evaluate', 'test', 'vote', 'failed', 'distribute', 'announce', 'released', "
    "'archived', 'revoked', 'abandoned', 'end_of_life'"
)
STAGE = sqlalchemy.text(
    "(CASE WHEN phase IN ('compose', 'evaluate', 'test', 'vote', 'failed') THEN 'candidate' "
    "WHEN phase IN ('distribute', 'announce', 'released') THEN 'current' ELSE 'archived' END)"
)
WORDS = (
    "array_to_tsvector(array_remove(ARRAY[lower(project), lower(product), lower(version)]"
    " || string_to_array(lower(project), '-') || string_to_array(lower(product), '-'), ''))"
)
RELEASE_INDEXES: tuple[tuple[str, list[str | sqlalchemy.TextClause]], ...] = (
    ("ix_releases_newest", ["phase_changed_at", "id"]),
    ("ix_releases_stage", [STAGE, "phase_changed_at", "id"]),
    ("ix_releases_phase", ["phase", "phase_changed_at", "id"]),
    ("ix_releases_project", ["project", "phase_changed_at", "id"]),
    ("ix_releases_project_stage", ["project", STAGE, "phase_changed_at", "id"]),
    ("ix_releases_line", ["project", "product", "phase_changed_at", "id"]),
)


def upgrade() -> None:
    """Create the tables with their indexes."""
    _create_releases()
    _create_revisions()
    _create_signatures()
    _create_uploads()


def _create_releases() -> None:
    op.create_table(
        "releases",
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(always=True), primary_key=True),
        sqlalchemy.Column("project", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("product", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("version", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("phase", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("created_by", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("phase_changed_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("newest_revision", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("sealed_revision", sqlalchemy.Integer),
        sqlalchemy.Column("package_managers", postgresql.ARRAY(sqlalchemy.Text), nullable=False),
        sqlalchemy.Column("published_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("downloads_verified_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("released_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("set_aside_reason", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("edition", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column(
            "words", postgresql.TSVECTOR, sqlalchemy.Computed(WORDS, persisted=True), nullable=False
        ),
        sqlalchemy.UniqueConstraint("project", "product", "version"),
        sqlalchemy.ForeignKeyConstraint(["project", "product"], ["products.project", "products.key"]),
        sqlalchemy.CheckConstraint(f"phase IN ({PHASES})", name="phase"),
        sqlalchemy.CheckConstraint("sealed_revision BETWEEN 1 AND newest_revision", name="sealed_revision"),
    )
    for name, columns in RELEASE_INDEXES:
        op.create_index(name, "releases", columns)
    op.create_index("ix_releases_words", "releases", ["words"], postgresql_using="gin")


def _create_revisions() -> None:
    op.create_table(
        "contents",
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(always=True), primary_key=True),
        sqlalchemy.Column("sha512", sqlalchemy.Text, nullable=False, unique=True),
        sqlalchemy.Column("sha256", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("size", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.CheckConstraint("size >= 0", name="size"),
    )
    op.create_table(
        "revisions",
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(always=True), primary_key=True),
        sqlalchemy.Column(
            "release_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("releases.id"), nullable=False
        ),
        sqlalchemy.Column("number", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("manifest_digest", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("file_count", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("total_size", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("created_by", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("description", sqlalchemy.Text, nullable=False),
        sqlalchemy.UniqueConstraint("release_id", "number"),
        sqlalchemy.CheckConstraint("number >= 1", name="number"),
    )
    op.create_table(
        "revision_files",
        sqlalchemy.Column(
            "revision_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("revisions.id"), primary_key=True
        ),
        sqlalchemy.Column("path", sqlalchemy.Text(collation="C"), primary_key=True),
        sqlalchemy.Column(
            "content_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("contents.id"), nullable=False
        ),
    )
    op.create_index("ix_revision_files_content_id", "revision_files", ["content_id"])


def _create_signatures() -> None:
    op.create_table(
        "release_signatures",
        sqlalchemy.Column(
            "release_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("releases.id"), primary_key=True
        ),
        sqlalchemy.Column("path", sqlalchemy.Text(collation="C"), primary_key=True),
        sqlalchemy.Column("fingerprint", sqlalchemy.Text, primary_key=True),
    )
    op.create_index("ix_release_signatures_fingerprint", "release_signatures", ["fingerprint"])


def _create_uploads() -> None:
    op.create_table(
        "uploads",
        sqlalchemy.Column("id", sqlalchemy.Text, primary_key=True),
        sqlalchemy.Column(
            "release_id", sqlalchemy.BigInteger, sqlalchemy.ForeignKey("releases.id"), nullable=False
        ),
        sqlalchemy.Column("path", sqlalchemy.Text(collation="C"), nullable=False),
        sqlalchemy.Column("size", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("sha512", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("owner", sqlalchemy.Text),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("complete", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.CheckConstraint("size >= 0", name="size"),
    )
    op.create_index("ix_uploads_release_id", "uploads", ["release_id"])
    op.create_index("ix_uploads_created_at", "uploads", ["created_at"])
