# SPDX-License-Identifier: Apache-2.0
"""Why jobs did not succeed so far; a row goes with its job."""

from sqlalchemy import BigInteger, Column, DateTime, Table, Text

from atr.db.tables.metadata import metadata

# The migration adds a foreign key to the queue's own table, which is no part of this metadata.
job_troubles = Table(
    "job_troubles",
    metadata,
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("noted_at", DateTime(timezone=True), nullable=False),
)
