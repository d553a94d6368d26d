# SPDX-License-Identifier: Apache-2.0
"""Add what projects tell the checks, and what evaluations and decisions went by."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the columns."""
    op.create_table(
        "check_policy_versions",
        sqlalchemy.Column("project", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("product", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("number", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("override", JSONB, nullable=False),
        sqlalchemy.Column("saved_at", sqlalchemy.DateTime(timezone=True), nullable=False),
        sqlalchemy.Column("saved_by", sqlalchemy.Text),
        sqlalchemy.PrimaryKeyConstraint("project", "product", "number", name="pk_check_policy_versions"),
        sqlalchemy.ForeignKeyConstraint(
            ["project"], ["projects.key"], name="fk_check_policy_versions_project_projects"
        ),
    )
    op.add_column("evaluations", sqlalchemy.Column("policy", sqlalchemy.Text))
    op.add_column("evaluations", sqlalchemy.Column("rules", sqlalchemy.Text))
    op.add_column("acknowledgements", sqlalchemy.Column("carried_from", sqlalchemy.Integer))
    _add_filled("waivers", sqlalchemy.Column("versions", sqlalchemy.Text, nullable=False), "")
    _add_filled("waivers", sqlalchemy.Column("edition", sqlalchemy.Integer, nullable=False), "1")


def _add_filled(table: str, column: sqlalchemy.Column[object], value: str) -> None:
    """Add a column with a value for the rows that are there, and no default for those to come."""
    column.server_default = sqlalchemy.schema.DefaultClause(value)
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)
