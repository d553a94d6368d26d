# SPDX-License-Identifier: Apache-2.0
"""Add the wordings of mails, mails to persons, and whether somebody wants to be reminded."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table; everybody is reminded until they say otherwise."""
    op.add_column("mails", sqlalchemy.Column("receiver", sqlalchemy.Text))
    op.add_column(
        "mails", sqlalchemy.Column("reply_to", ARRAY(sqlalchemy.Text()), nullable=False, server_default="{}")
    )
    op.add_column(
        "people",
        sqlalchemy.Column("wants_reminders", sqlalchemy.Boolean, nullable=False, server_default="true"),
    )
    op.create_table(
        "mail_templates",
        sqlalchemy.Column(
            "project",
            sqlalchemy.Text,
            sqlalchemy.ForeignKey("projects.key", name="fk_mail_templates_project_projects"),
            nullable=False,
        ),
        sqlalchemy.Column("kind", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("number", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("subject", sqlalchemy.Text),
        sqlalchemy.Column("body", sqlalchemy.Text),
        sqlalchemy.Column("saved_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("saved_by", sqlalchemy.Text),
        sqlalchemy.PrimaryKeyConstraint("project", "kind", "number", name="pk_mail_templates"),
    )
