# SPDX-License-Identifier: Apache-2.0
"""List what was announced, last first, without reading all releases: feeds, histories, the first page."""

import sqlalchemy
from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the indexes."""
    announced = sqlalchemy.text("released_at IS NOT NULL")
    op.create_index("ix_releases_released", "releases", ["released_at", "id"], postgresql_where=announced)
    op.create_index(
        "ix_releases_project_released",
        "releases",
        ["project", "released_at", "id"],
        postgresql_where=announced,
    )
