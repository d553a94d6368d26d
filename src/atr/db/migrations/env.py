# SPDX-License-Identifier: Apache-2.0
"""How Alembic runs our revisions: on the connection it is given, in that connection's transaction."""

from alembic import context

from atr.db.tables.metadata import metadata

# The metadata gives the revisions their convention for the names of constraints, and nothing else.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
