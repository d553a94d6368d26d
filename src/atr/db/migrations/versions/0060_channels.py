# SPDX-License-Identifier: Apache-2.0
"""Add distribution channels, and how product lines use them."""

import sqlalchemy
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0060"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; names that lines gave before there were channels meant nothing and are let go."""
    op.create_table(
        "channels",
        sqlalchemy.Column("key", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("platform", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("url", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("is_test", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("automation_endpoint", sqlalchemy.Text),
        sqlalchemy.Column("local", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("promotes", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("sealed_credentials", sqlalchemy.LargeBinary),
        sqlalchemy.Column("sealed_key", sqlalchemy.LargeBinary),
        sqlalchemy.Column("test_asked_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("tested_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("test_passed", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("test_result", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("created_at", sqlalchemy.DateTime(timezone=True)),
        sqlalchemy.Column("edition", sqlalchemy.Integer, nullable=False),
        sqlalchemy.PrimaryKeyConstraint("key", name=op.f("pk_channels")),
        sqlalchemy.CheckConstraint(
            "(sealed_credentials IS NULL) = (sealed_key IS NULL)", name=op.f("ck_channels_sealed_whole")
        ),
    )
    op.create_table(
        "channel_uses",
        sqlalchemy.Column("project", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("product", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("channel", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("position", sqlalchemy.Integer, nullable=False),
        sqlalchemy.Column("required", sqlalchemy.Boolean, nullable=False),
        sqlalchemy.Column("owner_namespace", sqlalchemy.Text),
        sqlalchemy.Column("package", sqlalchemy.Text),
        sqlalchemy.Column("files", ARRAY(sqlalchemy.Text), nullable=False),
        sqlalchemy.Column("staging_name", sqlalchemy.Text),
        sqlalchemy.Column("final_names", ARRAY(sqlalchemy.Text), nullable=False),
        sqlalchemy.PrimaryKeyConstraint("project", "product", "channel", name=op.f("pk_channel_uses")),
        sqlalchemy.ForeignKeyConstraint(
            ["channel"], ["channels.key"], name=op.f("fk_channel_uses_channel_channels")
        ),
        sqlalchemy.ForeignKeyConstraint(
            ["project", "product"],
            ["products.project", "products.key"],
            name=op.f("fk_channel_uses_project_product_products"),
        ),
    )
    op.create_index("ix_channel_uses_channel", "channel_uses", ["channel"])
    op.drop_column("products", "channels")
    op.drop_column("products", "required_channels")
    op.execute("UPDATE releases SET package_managers = '{}'")
