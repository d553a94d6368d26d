# SPDX-License-Identifier: Apache-2.0
"""What files are as packages, in the database."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from atr.db.tables.packages import package_facts
from atr.domain.package import Ecosystem, PackageFacts


class PackageRows:
    """Facts by the key of a file; only ever added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, keys: Iterable[str]) -> Mapping[str, PackageFacts | None]:
        """Return what is known, without documents, in one query; None for files that are no packages."""
        columns = (each for each in package_facts.c if each is not package_facts.c.document)
        wanted = select(*columns).where(package_facts.c.key.in_(list(keys)))
        return {row.key: _read(row) for row in self._connection.execute(wanted)}

    def read_document(self, key: str) -> bytes | None:
        """Return the metadata that clients fetch by itself, if the file has such."""
        wanted = select(package_facts.c.document).where(package_facts.c.key == key)
        return self._connection.execute(wanted).scalar_one_or_none() or None

    def keep(self, key: str, facts: PackageFacts | None) -> None:
        """Keep what a file is; what is there already stays."""
        values = {
            "key": key,
            "ecosystem": facts.ecosystem if facts else None,
            "package": facts.name if facts else "",
            "version": facts.version if facts else "",
            "details": facts.details if facts else "{}",
            "document": facts.document if facts else b"",
        }
        self._connection.execute(insert(package_facts).values(values).on_conflict_do_nothing())


def _read(row: Row[tuple[object, ...]]) -> PackageFacts | None:
    if row.ecosystem is None:
        return None
    return PackageFacts(Ecosystem(row.ecosystem), row.package, row.version, row.details)
