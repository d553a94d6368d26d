# SPDX-License-Identifier: Apache-2.0
"""What files are as packages, kept by their content; without an ecosystem for what is no package."""

from sqlalchemy import Column, LargeBinary, Table, Text

from atr.db.tables.metadata import metadata

package_facts = Table(
    "package_facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("ecosystem", Text),
    Column("package", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
)
