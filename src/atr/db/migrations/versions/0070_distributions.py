# SPDX-License-Identifier: Apache-2.0
"""Add releases on channels."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0070"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "distributions",
        sqlalchemy.Column("release_id", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("channel", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("owner_namespace", sqlalchemy.Text),
        sqlalchemy.Column("package", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("version", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("state", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("staging", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("promoted", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("promoted_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("staging_revision_key", sqlalchemy.Text),
        sqlalchemy.Column("handle_kind", sqlalchemy.Text),
        sqlalchemy.Column("handle_value", sqlalchemy.Text),
        sqlalchemy.Column("api_url", sqlalchemy.Text),
        sqlalchemy.Column("web_url", sqlalchemy.Text),
        sqlalchemy.Column("uploaded_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("failed_step", sqlalchemy.Text),
        sqlalchemy.Column("failure_reason", sqlalchemy.Text),
        sqlalchemy.Column("failed_in", sqlalchemy.Text),
        sqlalchemy.Column("goal", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("generation", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("channel_edition", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("staging_name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("final_names", postgresql.ARRAY(sqlalchemy.Text), nullable=False),
        sqlalchemy.Column("becomes_latest", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("instruction", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("told_done", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("problem", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("patience_ends_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("drift", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("compared_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("withdrawal_asked_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("withdrawn_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("edition", sqlalchemy.Integer, nullable=False),
        sqlalchemy.PrimaryKeyConstraint("release_id", "channel", name=op.f("pk_distributions")),
        sqlalchemy.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_distributions_release_id_releases")
        ),
    )
    op.create_index("ix_distributions_channel", "distributions", ["channel"])
