# SPDX-License-Identifier: Apache-2.0
"""How Alembic runs our revisions: on the connection it is given, in that connection's transaction."""

from alembic import context

from atr.db.migrate import describe_comparison

context.configure(connection=context.config.attributes["connection"], **describe_comparison())
with context.begin_transaction():
    context.run_migrations()
