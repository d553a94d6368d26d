# SPDX-License-Identifier: Apache-2.0
"""Evaluations, what they found, and what is remembered by content, in the database."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy
from sqlalchemy import Connection, Row, Select, Table, delete, select, update
from sqlalchemy.dialects import postgresql

from atr.db.finding_writes import add_findings, count_findings
from atr.db.findings import read_finding, write_finding
from atr.db.releases import find_release_id, is_among, read_release_key
from atr.db.tables.checks import (
    archive_trees,
    evaluations,
    finding_cache,
    finding_tallies,
    findings,
)
from atr.db.tables.releases import releases, shown_revision
from atr.domain.check import UNKNOWN_BASIS, Basis, Evaluation, EvaluationState, Finding
from atr.domain.errors import Conflict
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey


class CheckRows:
    """Evaluations, and findings by cache key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_evaluation(self, release: ReleaseKey, revision: int) -> Evaluation | None:
        """Return the evaluation of a revision, if one was asked for."""
        row = self._connection.execute(select(evaluations).where(_is_of(release, revision))).one_or_none()
        return None if row is None else _read_evaluation(row)

    def find_evaluations(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, Evaluation]:
        """Return the evaluations of the shown revisions."""
        rows = self._connection.execute(_select_shown(evaluations).where(is_among(keys)))
        return {read_release_key(row): _read_evaluation(row) for row in rows}

    def list_outdated(self, rules: str, before: datetime) -> tuple[tuple[ReleaseKey, int], ...]:
        """Return the shown revisions of open candidates that were examined by other rules before then."""
        outdated = (
            releases.c.phase.in_([Phase.COMPOSE, Phase.EVALUATE]),
            evaluations.c.state == EvaluationState.FINISHED,
            evaluations.c.rules.is_distinct_from(rules),
            evaluations.c.finished_at <= before,
        )
        rows = self._connection.execute(_select_shown(evaluations).where(*outdated))
        return tuple((read_release_key(row), row.revision) for row in rows)

    def request_evaluation(self, release: ReleaseKey, revision: int) -> None:
        """Put the evaluation back to waiting, without findings."""
        fresh: dict[str, object] = {
            "state": EvaluationState.WAITING,
            "done": 0,
            "total": 0,
            "started_at": None,
            "finished_at": None,
            "policy": None,
            "rules": None,
        }
        statement = postgresql.insert(evaluations).values(
            release_id=find_release_id(release), revision=revision, **fresh
        )
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["release_id", "revision"], set_=fresh)
        )
        self._drop_findings(release, revision)

    def note_progress(self, release: ReleaseKey, revision: int, done: int, total: int, now: datetime) -> None:
        """Record how many files were examined of how many; a finished evaluation stays finished."""
        running = _is_of(release, revision) & (evaluations.c.state != EvaluationState.FINISHED)
        begun = sqlalchemy.func.coalesce(evaluations.c.started_at, now)
        self._connection.execute(
            update(evaluations)
            .where(running)
            .values(state=EvaluationState.RUNNING, done=done, total=total, started_at=begun)
        )

    def begin_evaluation(self, release: ReleaseKey, revision: int, now: datetime) -> bool:
        """Mark the evaluation as begun at the moment; return False for one that is finished."""
        waiting = _is_of(release, revision) & (evaluations.c.state != EvaluationState.FINISHED)
        begun = update(evaluations).where(waiting).values(state=EvaluationState.RUNNING, started_at=now)
        return self._connection.execute(begun).rowcount == 1

    def finish_evaluation(
        self,
        release: ReleaseKey,
        revision: int,
        found: tuple[Finding, ...],
        now: datetime,
        begun_at: datetime | None = None,
        basis: Basis = UNKNOWN_BASIS,
    ) -> None:
        """Replace the findings and mark the evaluation finished; see the port for when it is not."""
        this = _is_of(release, revision)
        if begun_at is not None:
            this &= evaluations.c.started_at == begun_at
        done = update(evaluations).where(this).returning(evaluations.c.release_id)
        values = {"state": EvaluationState.FINISHED, "done": evaluations.c.total, "finished_at": now}
        gone_by = {"policy": basis.policy, "rules": basis.rules}
        release_id = self._connection.execute(done.values(values | gone_by)).scalar_one_or_none()
        if release_id is None:
            raise Conflict(f"The evaluation of {release}@{revision} was asked for again meanwhile.")
        self._drop_findings(release, revision)
        place = {"release_id": release_id, "revision": revision}
        add_findings(self._connection, place, found)
        count_findings(self._connection, place)

    def _drop_findings(self, release: ReleaseKey, revision: int) -> None:
        of_release = findings.c.release_id == find_release_id(release)
        self._connection.execute(delete(findings).where(of_release, findings.c.revision == revision))
        of_release = finding_tallies.c.release_id == find_release_id(release)
        self._connection.execute(
            delete(finding_tallies).where(of_release, finding_tallies.c.revision == revision)
        )

    def find_cached(self, keys: frozenset[str]) -> dict[str, tuple[Finding, ...]]:
        """Return the findings kept under those cache keys, in one query."""
        rows = self._connection.execute(select(finding_cache).where(finding_cache.c.key.in_(keys)))
        return {row.key: tuple(map(read_finding, row.findings)) for row in rows}

    def keep_cached(self, entries: dict[str, tuple[Finding, ...]]) -> None:
        """Keep findings by cache key; what is there already stays."""
        rows = [
            {"key": key, "findings": [*map(write_finding, found)]} for key, found in sorted(entries.items())
        ]
        if rows:
            self._connection.execute(postgresql.insert(finding_cache).on_conflict_do_nothing(), rows)

    def find_tree(self, key: str) -> bytes | None:
        """Return the list of an archive's members kept under the key, if there is one."""
        wanted = select(archive_trees.c.tree).where(archive_trees.c.key == key)
        return self._connection.execute(wanted).scalar_one_or_none()

    def keep_tree(self, key: str, tree: bytes) -> None:
        """Keep the list of an archive's members; what is there already stays."""
        statement = postgresql.insert(archive_trees).values(key=key, tree=tree)
        self._connection.execute(statement.on_conflict_do_nothing())


def _is_of(release: ReleaseKey, revision: int) -> sqlalchemy.ColumnElement[bool]:
    return (evaluations.c.release_id == find_release_id(release)) & (evaluations.c.revision == revision)


def _select_shown(table: Table) -> Select[tuple[object, ...]]:
    """Return the statement for what belongs to the shown revisions of releases, with their keys."""
    shown = (table.c.release_id == releases.c.id) & (table.c.revision == shown_revision)
    key = (releases.c.project, releases.c.product, releases.c.version)
    return select(table, *key).select_from(table).join(releases, shown)


def _read_evaluation(row: Row[tuple[object, ...]]) -> Evaluation:
    state = EvaluationState(row.state)
    moments = (row.started_at, row.finished_at)
    return Evaluation(row.revision, state, row.done, row.total, *moments, Basis(row.policy, row.rules))
