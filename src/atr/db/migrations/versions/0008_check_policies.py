# SPDX-License-Identifier: Apache-2.0
"""Add what projects tell the checks, and what evaluations and decisions went by."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


_NAME = (
    "left(encode(sha256(convert_to(rule, 'UTF8') || '\\x00' || convert_to(artifact, 'UTF8') || '\\x00'"
    " || convert_to(coalesce(member, ''), 'UTF8')), 'hex'), 12)"
)


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
    _name_findings()
    _create_tallies()
    _add_filled("waivers", sqlalchemy.Column("edition", sqlalchemy.Integer, nullable=False), "1")


def _name_findings() -> None:
    """Give findings and acknowledgements the name that is made of rule and place; one decision a finding."""
    for table in ("findings", "acknowledgements"):
        op.add_column(table, sqlalchemy.Column("name", sqlalchemy.Text))
        op.execute(f"UPDATE {table} SET name = {_NAME}")  # noqa: S608  # names of ours
        op.alter_column(table, "name", nullable=False)
    op.execute(
        "DELETE FROM acknowledgements later USING acknowledgements first WHERE later.id > first.id "
        "AND (later.release_id, later.revision, later.name) = (first.release_id, first.revision, first.name)"
    )
    op.create_unique_constraint(
        "uq_acknowledgements_release_id_revision_name", "acknowledgements", ["release_id", "revision", "name"]
    )
    op.drop_index("ix_acknowledgements_release_id", "acknowledgements")  # the constraint begins with it


def _create_tallies() -> None:
    op.create_table(
        "finding_tallies",
        sqlalchemy.Column("release_id", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("revision", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("position", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("rule", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("severity", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("artifact", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("total", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("acknowledged", sqlalchemy.Integer, nullable=False),
        sqlalchemy.PrimaryKeyConstraint("release_id", "revision", "position", name="pk_finding_tallies"),
        sqlalchemy.ForeignKeyConstraint(
            ["release_id", "revision"],
            ["evaluations.release_id", "evaluations.revision"],
            name="fk_finding_tallies_release_id_revision_evaluations",
            ondelete="CASCADE",
        ),
    )
    op.execute(
        """
        INSERT INTO finding_tallies
        SELECT f.release_id, f.revision,
            row_number() OVER (PARTITION BY f.release_id, f.revision ORDER BY min(f.position)) - 1,
            f.rule, f.severity, f.artifact, count(*), count(a.id) FILTER (WHERE f.severity = 'concern')
        FROM findings f LEFT JOIN acknowledgements a USING (release_id, revision, name)
        GROUP BY f.release_id, f.revision, f.rule, f.severity, f.artifact
        """
    )


def _add_filled(table: str, column: sqlalchemy.Column[object], value: str) -> None:
    """Add a column with a value for the rows that are there, and no default for those to come."""
    column.server_default = sqlalchemy.schema.DefaultClause(value)
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)
