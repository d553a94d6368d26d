# SPDX-License-Identifier: Apache-2.0
"""Which database, and how it is reached."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL

from atr.config import Settings
from atr.db.embedded import EmbeddedServer
from atr.db.engine import parse_url


def describe_embedded(settings: Settings) -> EmbeddedServer:
    """Return the embedded server of the data directory, running or not."""
    return EmbeddedServer(
        settings.data_dir, programs=settings.postgres_bin, account=settings.postgres_account
    )


def find_database_url(settings: Settings) -> URL:
    """Return the address of the database in use."""
    if settings.database_url is None:
        return describe_embedded(settings).url
    return parse_url(settings.database_url.reveal())


@contextmanager
def hold_database(settings: Settings) -> Iterator[URL]:
    """Return a database that runs while the block does, as operator commands need it."""
    if settings.embedded:
        with describe_embedded(settings).running() as url:
            yield url
    else:
        yield find_database_url(settings)
