# SPDX-License-Identifier: Apache-2.0
"""Add how the owner of a key was proven, and the texts that are signed for it."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table; no owner counts as proven who was only entered."""
    op.add_column("signing_keys", sqlalchemy.Column("proof", sqlalchemy.Text))
    op.add_column("signing_keys", sqlalchemy.Column("proven_at", sqlalchemy.DateTime(timezone=True)))
    op.add_column(
        "people",
        sqlalchemy.Column(
            "key_fingerprints", postgresql.ARRAY(sqlalchemy.Text()), nullable=False, server_default="{}"
        ),
    )
    op.create_table(
        "key_challenges",
        sqlalchemy.Column("fingerprint", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("user_id", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("text", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("expires_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.ForeignKeyConstraint(
            ["fingerprint"],
            ["signing_keys.fingerprint"],
            name=op.f("fk_key_challenges_fingerprint_signing_keys"),
        ),
        sqlalchemy.ForeignKeyConstraint(
            ["user_id"], ["people.user_id"], name=op.f("fk_key_challenges_user_id_people")
        ),
        sqlalchemy.PrimaryKeyConstraint("fingerprint", "user_id", name=op.f("pk_key_challenges")),
    )
    op.create_index(op.f("ix_key_challenges_user_id"), "key_challenges", ["user_id"])
