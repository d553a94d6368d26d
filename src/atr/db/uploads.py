# SPDX-License-Identifier: Apache-2.0
"""Uploads under way in the database."""

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from atr.db.releases import find_release_id
from atr.db.tables.releases import releases
from atr.db.tables.uploads import uploads
from atr.domain.artifact import Digest
from atr.domain.names import FilePath, ProductKey, ProjectKey, ReleaseKey, UserId, Version
from atr.ports.repositories.releases import Upload


class UploadRows:
    """Files on their way in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, upload_id: str) -> Upload | None:
        """Return the upload, if it is under way."""
        row = self._connection.execute(_select_uploads().where(uploads.c.id == upload_id)).one_or_none()
        return _read_upload(row) if row else None

    def add(self, upload: Upload) -> None:
        """Add the upload."""
        values = {
            "id": upload.id,
            "release_id": find_release_id(upload.release),
            "path": upload.path,
            "size": upload.size,
            "sha512": upload.sha512.hex,
            "owner": upload.owner,
            "created_at": upload.created_at,
            "complete": upload.complete,
        }
        self._connection.execute(insert(uploads).values(values))

    def complete(self, upload_id: str) -> None:
        """Mark it complete."""
        self._connection.execute(update(uploads).where(uploads.c.id == upload_id).values(complete=True))

    def delete(self, upload_id: str) -> None:
        """Forget it."""
        self._connection.execute(delete(uploads).where(uploads.c.id == upload_id))


def _select_uploads() -> Select[tuple[object, ...]]:
    return select(uploads, releases.c.project, releases.c.product, releases.c.version).join(releases)


def _read_upload(row: Row[tuple[object, ...]]) -> Upload:
    return Upload(
        id=row.id,
        release=ReleaseKey(ProjectKey(row.project), ProductKey(row.product), Version(row.version)),
        path=FilePath(row.path),
        size=row.size,
        sha512=Digest("sha512", row.sha512),
        owner=UserId(row.owner) if row.owner is not None else None,
        created_at=row.created_at,
        complete=row.complete,
    )
