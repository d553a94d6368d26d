# SPDX-License-Identifier: Apache-2.0
"""Revisions and known contents in the database."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    any_,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from atr.db.releases import MOST_STATEMENTS, find_release_id, is_among, read_release_key
from atr.db.tables.releases import releases, shown_revision
from atr.db.tables.revisions import contents, release_signatures, revision_files, revisions
from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.errors import Conflict, NotFound
from atr.domain.names import FilePath, Fingerprint, ReleaseKey
from atr.domain.revision import Revision
from atr.ports.repositories.releases import RevisionSummary

_AT_ONCE = 1000


class RevisionRows:
    """Revisions; only ever added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, release: ReleaseKey, number: int) -> Revision | None:
        """Return the revision with its files."""
        head = self._connection.execute(_select_revision(release, number)).one_or_none()
        if head is None:
            return None
        files = _select_files().where(revision_files.c.revision_id == head.id)
        rows = self._connection.execute(files.order_by(revision_files.c.path))
        entries = tuple(_read_file(*row) for row in rows)
        return Revision(release, head.number, entries, head.created_at, head.created_by, head.description)

    def find_summary(self, release: ReleaseKey, number: int) -> RevisionSummary | None:
        """Return the revision without its files."""
        row = self._connection.execute(_select_revision(release, number)).one_or_none()
        return _read_summary(row) if row else None

    def find_summaries(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, RevisionSummary]:
        """Return the shown revision of many releases in one query; those without files are left out."""
        shown = (revisions.c.release_id == releases.c.id) & (revisions.c.number == shown_revision)
        key = (releases.c.project, releases.c.product, releases.c.version)
        wanted = select(revisions, *key).select_from(revisions).join(releases, shown)
        return {
            read_release_key(row): _read_summary(row)
            for row in self._connection.execute(wanted.where(is_among(keys)))
        }

    def find_file(self, release: ReleaseKey, number: int, path: FilePath) -> FileEntry | None:
        """Return one file of a revision."""
        wanted = _select_files().join(revisions, revisions.c.id == revision_files.c.revision_id)
        wanted = wanted.where(*_is_revision(release, number), revision_files.c.path == path)
        row = self._connection.execute(wanted).one_or_none()
        return _read_file(*row) if row else None

    def list(self, release: ReleaseKey) -> tuple[RevisionSummary, ...]:
        """Return all revisions, newest first, without files."""
        wanted = select(revisions).where(revisions.c.release_id == find_release_id(release))
        rows = self._connection.execute(wanted.order_by(revisions.c.number.desc()))
        return tuple(map(_read_summary, rows))

    def add(self, revision: Revision) -> None:
        """Add the revision; raise Conflict when the number is taken, NotFound for unknown contents."""
        statement = insert(revisions).values(_write_revision(revision)).returning(revisions.c.id)
        try:
            revision_id = self._connection.execute(statement).scalar_one()
        except IntegrityError as error:
            raise Conflict(f"Revision {revision.number} of {revision.release} is there already.") from error
        self._add_files(revision_id, revision.files)

    def _add_files(self, revision_id: int, files: tuple[FileEntry, ...]) -> None:
        paths = literal([entry.path for entry in files], ARRAY(Text))
        digests = literal([entry.content.sha512.hex for entry in files], ARRAY(Text))
        named = func.unnest(paths, digests).table_valued("path", "sha512").render_derived()
        rows = select(literal(revision_id), named.c.path, contents.c.id).join(
            contents, contents.c.sha512 == named.c.sha512
        )
        columns = ["revision_id", "path", "content_id"]
        statement = insert(revision_files).from_select(columns, rows)
        counted = statement.execution_options(preserve_rowcount=True)
        added = self._connection.execute(counted).rowcount
        if added != len(files):
            raise NotFound("stored content", f"for {len(files) - added} of the files")

    def list_digests(self) -> Iterator[Digest]:
        """Return the sha512 of every file that any revision names."""
        used = select(revision_files.c.content_id).where(revision_files.c.content_id == contents.c.id)
        wanted = select(contents.c.sha512).where(exists(used))
        streaming = self._connection.execution_options(yield_per=_AT_ONCE)
        for hexadecimal in streaming.execute(wanted).scalars():
            yield Digest("sha512", hexadecimal)

    def find_content(self, sha512: Digest) -> Content | None:
        """Return what is known of stored bytes, so that they need not be sent again."""
        return self.find_contents((sha512,)).get(sha512)

    def find_contents(self, digests: Iterable[Digest]) -> dict[Digest, Content]:
        """Return what is known of many, by sha512, in one query; unknown ones are left out."""
        named = literal([digest.hex for digest in digests], ARRAY(Text))
        columns = select(contents.c.sha512, contents.c.sha256, contents.c.size)
        rows = self._connection.execute(columns.where(contents.c.sha512 == any_(named)))
        known = (_read_content(*row) for row in rows)
        return {content.sha512: content for content in known}

    def add_content(self, content: Content) -> None:
        """Remember stored bytes; remembering them again changes nothing."""
        values = {"sha512": content.sha512.hex, "sha256": content.sha256.hex, "size": content.size}
        self._connection.execute(insert(contents).values(values).on_conflict_do_nothing())

    def note_signature(self, release: ReleaseKey, path: FilePath, fingerprint: Fingerprint) -> None:
        """Record which key signed a released artifact; recording it again changes nothing."""
        values = {"release_id": find_release_id(release), "path": path, "fingerprint": fingerprint}
        self._connection.execute(insert(release_signatures).values(values).on_conflict_do_nothing())

    def has_signed(self, fingerprint: Fingerprint) -> bool:
        """Tell whether the key signed a released artifact."""
        signed = select(release_signatures.c.path).where(release_signatures.c.fingerprint == fingerprint)
        return bool(self._connection.execute(select(exists(signed))).scalar_one())

    def find_signers(self, fingerprints: Iterable[Fingerprint]) -> frozenset[Fingerprint]:
        """Return those of the keys that signed a released artifact, in one query."""
        signer = release_signatures.c.fingerprint
        wanted = select(signer).where(signer.in_(list(fingerprints))).distinct()
        return frozenset(map(Fingerprint, self._connection.scalars(wanted)))


def _is_revision(release: ReleaseKey, number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return revisions.c.release_id == find_release_id(release), revisions.c.number == number


@lru_cache(maxsize=MOST_STATEMENTS)
def _select_revision(release: ReleaseKey, number: int) -> Select[tuple[object, ...]]:
    return select(revisions).where(*_is_revision(release, number))


@cache
def _select_files() -> Select[str, str, str, int]:
    columns = (revision_files.c.path, contents.c.sha512, contents.c.sha256, contents.c.size)
    return select(*columns).join(contents, contents.c.id == revision_files.c.content_id)


def _read_file(path: str, sha512: str, sha256: str, size: int) -> FileEntry:
    return FileEntry(FilePath(path), _read_content(sha512, sha256, size))


def _read_content(sha512: str, sha256: str, size: int) -> Content:
    return Content(Digest("sha512", sha512), Digest("sha256", sha256), size)


def _read_summary(row: Row[tuple[object, ...]]) -> RevisionSummary:
    return RevisionSummary(
        number=row.number,
        manifest_digest=Digest("sha512", row.manifest_digest),
        file_count=row.file_count,
        total_size=row.total_size,
        created_at=row.created_at,
        created_by=row.created_by,
        description=row.description,
    )


def _write_revision(revision: Revision) -> dict[str, object]:
    return {
        "release_id": find_release_id(revision.release),
        "number": revision.number,
        "manifest_digest": revision.manifest_digest.hex,
        "file_count": len(revision.files),
        "total_size": sum(entry.content.size for entry in revision.files),
        "created_at": revision.created_at,
        "created_by": revision.created_by,
        "description": revision.description,
    }
