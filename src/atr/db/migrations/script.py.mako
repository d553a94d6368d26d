# SPDX-License-Identifier: Apache-2.0
"""${message}."""

import sqlalchemy
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Say what is made or changed."""
    ${upgrades if upgrades else "pass"}
