# SPDX-License-Identifier: Apache-2.0
"""Looking at the whole database from outside, to see whether anything changed."""

from sqlalchemy import Engine, text

_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")


_ROWS = "SELECT md5(coalesce(string_agg(row::text, E'\\n' ORDER BY row::text), '')) FROM {} row"


def digest_tables(engine: Engine) -> dict[str, str]:
    """Return a digest of the rows of each table."""
    with engine.connect() as connection:
        names = connection.scalars(_TABLES).all()
        return {name: connection.execute(text(_ROWS.format(name))).scalar_one() for name in names}
