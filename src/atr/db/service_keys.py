# SPDX-License-Identifier: Apache-2.0
"""The public keys with which the service ever signed, in the database."""

from dataclasses import asdict

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from atr.db.tables.votes import service_keys
from atr.ports.repositories.service_keys import ServiceKey


class ServiceKeyRows:
    """Public keys are only ever added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: ServiceKey) -> None:
        """Keep the key unless it is known."""
        self._connection.execute(insert(service_keys).values(**asdict(key)).on_conflict_do_nothing())

    def list(self) -> tuple[ServiceKey, ...]:
        """Return every key, the newest first."""
        newest = select(service_keys).order_by(service_keys.c.first_used_at.desc(), service_keys.c.key_id)
        return tuple(
            ServiceKey(row.key_id, row.public_key, row.first_used_at)
            for row in self._connection.execute(newest)
        )
