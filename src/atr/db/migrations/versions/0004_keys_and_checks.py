# SPDX-License-Identifier: Apache-2.0
"""Add keys, checks and what people decided about findings."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _create_keys()
    _create_evaluations()
    _create_decisions()


def _time(name: str, *, nullable: bool = False) -> sqlalchemy.Column[object]:
    return sqlalchemy.Column(name, sqlalchemy.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sqlalchemy.Column[str]:
    return sqlalchemy.Column(name, sqlalchemy.Text, nullable=nullable)


def _create_keys() -> None:
    op.create_table(
        "signing_keys",
        _text("fingerprint"),
        _text("owner", nullable=True),
        _text("armored"),
        sqlalchemy.Column("details", JSONB, nullable=False),
        _time("added_at"),
        _time("revoked_at", nullable=True),
        _text("revocation_reason", nullable=True),
        sqlalchemy.PrimaryKeyConstraint("fingerprint", name="pk_signing_keys"),
        sqlalchemy.ForeignKeyConstraint(["owner"], ["people.user_id"], name="fk_signing_keys_owner_people"),
    )
    op.create_index("ix_signing_keys_owner", "signing_keys", ["owner"])
    op.create_table(
        "project_keys",
        _text("project"),
        _text("fingerprint"),
        _time("attached_at"),
        sqlalchemy.PrimaryKeyConstraint("project", "fingerprint", name="pk_project_keys"),
        sqlalchemy.ForeignKeyConstraint(
            ["project"], ["projects.key"], name="fk_project_keys_project_projects"
        ),
        sqlalchemy.ForeignKeyConstraint(
            ["fingerprint"], ["signing_keys.fingerprint"], name="fk_project_keys_fingerprint_signing_keys"
        ),
    )
    op.create_index("ix_project_keys_fingerprint", "project_keys", ["fingerprint"])


def _create_evaluations() -> None:
    op.create_table(
        "evaluations",
        sqlalchemy.Column("release_id", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("revision", sqlalchemy.Integer, nullable=False),
        _text("state"),
        sqlalchemy.Column("done", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("total", sqlalchemy.Integer, nullable=False),
        _time("started_at", nullable=True),
        _time("finished_at", nullable=True),
        sqlalchemy.PrimaryKeyConstraint("release_id", "revision", name="pk_evaluations"),
        sqlalchemy.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name="fk_evaluations_release_id_releases"
        ),
    )
    op.create_table(
        "findings",
        sqlalchemy.Column("release_id", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("revision", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("position", sqlalchemy.Integer, nullable=False),
        _text("rule"),
        _text("severity"),
        _text("artifact"),
        _text("member", nullable=True),
        _text("message"),
        sqlalchemy.Column("data", JSONB, nullable=False),
        sqlalchemy.PrimaryKeyConstraint("release_id", "revision", "position", name="pk_findings"),
        sqlalchemy.ForeignKeyConstraint(
            ["release_id", "revision"],
            ["evaluations.release_id", "evaluations.revision"],
            name="fk_findings_release_id_revision_evaluations",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "finding_cache",
        _text("key"),
        sqlalchemy.Column("findings", JSONB, nullable=False),
        sqlalchemy.PrimaryKeyConstraint("key", name="pk_finding_cache"),
    )


def _create_decisions() -> None:
    op.create_table(
        "acknowledgements",
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(always=True)),
        sqlalchemy.Column("release_id", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("revision", sqlalchemy.Integer, nullable=False),
        _text("rule"),
        _text("artifact"),
        _text("member", nullable=True),
        _text("by"),
        _text("reason"),
        _time("at"),
        sqlalchemy.PrimaryKeyConstraint("id", name="pk_acknowledgements"),
        sqlalchemy.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name="fk_acknowledgements_release_id_releases"
        ),
    )
    op.create_index("ix_acknowledgements_release_id", "acknowledgements", ["release_id"])
    op.create_table(
        "waivers",
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(always=True)),
        _text("project"),
        _text("rule"),
        sqlalchemy.Column("paths", ARRAY(sqlalchemy.Text), nullable=False),
        _text("reason"),
        _text("by"),
        _time("at"),
        _text("confirmed_by", nullable=True),
        _time("expires_at", nullable=True),
        sqlalchemy.PrimaryKeyConstraint("id", name="pk_waivers"),
        sqlalchemy.ForeignKeyConstraint(["project"], ["projects.key"], name="fk_waivers_project_projects"),
    )
    op.create_index("ix_waivers_project", "waivers", ["project"])
