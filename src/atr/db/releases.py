# SPDX-License-Identifier: Apache-2.0
"""Releases in the database."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    Text,
    and_,
    cast,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.exc import IntegrityError

from atr.db.tables.releases import releases, stage_of_release
from atr.domain.errors import Conflict, Invalid
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ChannelKey, ProductKey, ProductRef, ProjectKey, ReleaseKey, UserId, Version
from atr.domain.release import Release
from atr.ports.repositories.paging import MOST_ITEMS, Page, PageRequest
from atr.ports.repositories.releases import ReleaseFilter

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")
_MOST_WORDS = 8
MOST_STATEMENTS = 512
"""So many statements of one kind are kept: making one takes longer than having it compiled from the cache."""
_FIELDS = tuple(column for column in releases.c if column.name not in {"id", "words"})


@lru_cache(maxsize=MOST_STATEMENTS)
def find_release_id(key: ReleaseKey) -> ScalarSelect[int]:
    """Return the subquery of a release's surrogate id, for statements on what belongs to it."""
    return select(releases.c.id).where(_is_release(key)).scalar_subquery()


def is_among(keys: Iterable[ReleaseKey]) -> ColumnElement[bool]:
    """Return the condition that a release is one of these."""
    named = [(key.project, key.product, key.version) for key in keys]
    return tuple_(releases.c.project, releases.c.product, releases.c.version).in_(named)


def read_release_key(row: Row[tuple[object, ...]]) -> ReleaseKey:
    """Return the key in a row that has the three columns of it."""
    return ReleaseKey(ProjectKey(row.project), ProductKey(row.product), Version(row.version))


class ReleaseRows:
    """Releases; each change compares phase and edition in the statement that makes it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: ReleaseKey) -> Release | None:
        """Return the release, if it is there."""
        row = self._connection.execute(_select_release(key)).one_or_none()
        return _read_release(row) if row else None

    def list(self, which: ReleaseFilter, page: PageRequest) -> Page[Release]:
        """Return releases, the latest change of phase first."""
        return self._read_page(which, page, releases.c.phase_changed_at)

    def list_released(self, which: ReleaseFilter, page: PageRequest) -> Page[Release]:
        """Return releases that were announced, archived and revoked ones too, the last announced first."""
        return self._read_page(which, page, releases.c.released_at)

    def _read_page(self, which: ReleaseFilter, page: PageRequest, moment: Column[datetime]) -> Page[Release]:
        rows = self._connection.execute(self.select_page(which, page, moment)).all()
        limit = _read_limit(page)
        cursor = _write_cursor(rows[limit - 1], moment) if len(rows) > limit else None
        return Page(tuple(map(_read_release, rows[:limit])), cursor)

    @staticmethod
    def select_page(
        which: ReleaseFilter,
        page: PageRequest,
        moment: Column[datetime] = releases.c.phase_changed_at,
    ) -> Select[tuple[object, ...]]:
        """Return the statement of a page: one row more than asked for tells whether more follow."""
        position = (moment, releases.c.id)
        wanted = _select_matching(which).order_by(position[0].desc(), position[1].desc())
        if moment.nullable:
            wanted = wanted.where(moment.is_not(None))
        if page.after is not None:
            wanted = wanted.where(tuple_(*position) < tuple_(*_read_cursor(page.after)))
        return wanted.limit(_read_limit(page) + 1)

    def list_unfinished(self, projects: Iterable[ProjectKey], limit: int) -> tuple[Release, ...]:
        """Return releases of the projects that are on their way, the latest change of phase first."""
        over = {Phase.RELEASED, *(phase for phase in Phase if phase.stage is Stage.ARCHIVED)}
        on_the_way = [phase for phase in Phase if phase not in over]
        wanted = select(*_FIELDS).where(
            releases.c.project.in_(list(projects)), releases.c.phase.in_(on_the_way)
        )
        newest_first = wanted.order_by(releases.c.phase_changed_at.desc(), releases.c.id.desc())
        return tuple(map(_read_release, self._connection.execute(newest_first.limit(limit))))

    def list_begun(self, by: UserId, limit: int) -> tuple[Release, ...]:
        """Return the releases that somebody began, the newest first."""
        wanted = select(*_FIELDS).where(releases.c.created_by == by)
        newest_first = wanted.order_by(releases.c.created_at.desc(), releases.c.id.desc())
        return tuple(map(_read_release, self._connection.execute(newest_first.limit(limit))))

    def list_versions(self, line: ProductRef, phases: frozenset[Phase]) -> tuple[Version, ...]:
        """Return the versions of a product line that are in one of the phases, in no order."""
        wanted = select(releases.c.version).where(
            releases.c.project == line.project,
            releases.c.product == line.product,
            releases.c.phase.in_(sorted(phases)),
        )
        return tuple(map(Version, self._connection.execute(wanted).scalars()))

    def add(self, release: Release) -> None:
        """Add the release; raise Conflict when the version is taken."""
        try:
            self._connection.execute(insert(releases).values(_write_release(release)))
        except IntegrityError as error:
            raise Conflict(
                f"{release.key} exists already: a version is used once, so choose another."
            ) from error

    def save(self, release: Release, expected_phase: Phase) -> Release:
        """Replace it if phase and edition are still the stored ones, else raise Conflict; next edition."""
        statement = (
            update(releases)
            .where(
                _is_release(release.key),
                releases.c.phase == expected_phase,
                releases.c.edition == release.edition,
            )
            .values(_write_release(release) | {"edition": release.edition + 1})
            .returning(*_FIELDS)
        )
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise Conflict(f"{release.key} was changed in the meantime: look at it again, then repeat.")
        return _read_release(row)


@lru_cache(maxsize=MOST_STATEMENTS)
def _select_release(key: ReleaseKey) -> Select[tuple[object, ...]]:
    return select(*_FIELDS).where(_is_release(key))


def _is_release(key: ReleaseKey) -> ColumnElement[bool]:
    return and_(
        releases.c.project == key.project,
        releases.c.product == key.product,
        releases.c.version == key.version,
    )


def _read_release(row: Row[tuple[object, ...]]) -> Release:
    return Release(
        key=ReleaseKey(ProjectKey(row.project), ProductKey(row.product), Version(row.version)),
        phase=Phase(row.phase),
        created_at=row.created_at,
        created_by=row.created_by,
        phase_changed_at=row.phase_changed_at,
        newest_revision=row.newest_revision,
        sealed_revision=row.sealed_revision,
        package_managers=tuple(map(ChannelKey, row.package_managers)),
        published_at=row.published_at,
        downloads_verified_at=row.downloads_verified_at,
        released_at=row.released_at,
        set_aside_reason=row.set_aside_reason,
        edition=row.edition,
    )


def _write_release(release: Release) -> dict[str, object]:
    plain = {
        column.name: getattr(release, column.name) for column in _FIELDS if hasattr(release, column.name)
    }
    named = {
        "project": release.key.project,
        "product": release.key.product,
        "version": release.key.version,
        "package_managers": list(release.package_managers),
    }
    return plain | named


def _select_matching(which: ReleaseFilter) -> Select[tuple[object, ...]]:
    columns = {
        releases.c.phase: which.phase,
        releases.c.project: which.project,
        releases.c.product: which.product,
        stage_of_release: which.stage,
    }
    wanted = select(*_FIELDS, releases.c.id)
    for column, value in columns.items():
        if value is not None:
            wanted = wanted.where(column == value)
    words = which.text.lower().replace("/", " ").split()[:_MOST_WORDS]
    if words:
        wanted = wanted.where(
            releases.c.words.op("@@")(cast(literal(" & ".join(map(_quote_word, words)), Text), TSQUERY))
        )
    return wanted


def _quote_word(word: str) -> str:
    """Return the word as a prefix to search for, with nothing in it read as an operator."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}':*"


def _read_limit(page: PageRequest) -> int:
    return min(max(page.limit, 1), MOST_ITEMS)


def _write_cursor(row: Row[tuple[object, ...]], moment: Column[datetime]) -> str:
    at: datetime = getattr(row, moment.name)
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Invalid.field("cursor", "This is not a cursor that this list gave out: start without one.")
    return _EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
