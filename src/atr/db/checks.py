# SPDX-License-Identifier: Apache-2.0
"""Evaluations, findings and decisions about them in the database."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy
from sqlalchemy import Connection, Row, RowMapping, Select, Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql

from atr.db.findings import read_finding, write_finding
from atr.db.releases import find_release_id, is_among, read_release_key
from atr.db.tables.checks import (
    acknowledgements,
    archive_trees,
    evaluations,
    finding_cache,
    findings,
    waivers,
)
from atr.db.tables.releases import releases, shown_revision
from atr.domain.check import Acknowledgement, Evaluation, EvaluationState, Finding, Severity, Waiver
from atr.domain.errors import Conflict
from atr.domain.names import ProductKey, ProjectKey, ReleaseKey, UserId, Version

_BATCH = 2_000


class CheckRows:
    """Evaluations and what people decided about their findings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_evaluation(
        self, release: ReleaseKey, revision: int, *, with_findings: bool = True
    ) -> Evaluation | None:
        """Return the evaluation of a revision, if one was asked for."""
        row = self._connection.execute(select(evaluations).where(_is_of(release, revision))).one_or_none()
        if row is None:
            return None
        found: tuple[Finding, ...] = ()
        if with_findings:
            this = (findings.c.release_id == row.release_id) & (findings.c.revision == revision)
            rows = self._connection.execute(select(findings).where(this).order_by(findings.c.position))
            found = tuple(map(read_finding, rows.mappings()))
        return _read_evaluation(row, found)

    def find_evaluations(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, Evaluation]:
        """Return the evaluations of the shown revisions, with only those findings that can hold a step up."""
        wanted = list(keys)
        found = self._list_serious(wanted)
        rows = self._connection.execute(_select_shown(evaluations, wanted))
        keyed = ((read_release_key(row), row) for row in rows)
        return {key: _read_evaluation(row, tuple(found[key])) for key, row in keyed}

    def _list_serious(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, list[Finding]]:
        serious = findings.c.severity.in_([Severity.ERROR, Severity.BLOCKER, Severity.CONCERN])
        wanted = _select_shown(findings, keys).where(serious).order_by(findings.c.position)
        found: dict[ReleaseKey, list[Finding]] = defaultdict(list)
        for row in self._connection.execute(wanted).mappings():
            key = ReleaseKey(ProjectKey(row["project"]), ProductKey(row["product"]), Version(row["version"]))
            found[key].append(read_finding(row))
        return found

    def request_evaluation(self, release: ReleaseKey, revision: int) -> None:
        """Put the evaluation back to waiting, without findings."""
        fresh = {
            "state": EvaluationState.WAITING,
            "done": 0,
            "total": 0,
            "started_at": None,
            "finished_at": None,
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
    ) -> None:
        """Replace the findings and mark the evaluation finished; see the port for when it is not."""
        this = _is_of(release, revision)
        if begun_at is not None:
            this &= evaluations.c.started_at == begun_at
        done = update(evaluations).where(this).returning(evaluations.c.release_id)
        values = {"state": EvaluationState.FINISHED, "done": evaluations.c.total, "finished_at": now}
        release_id = self._connection.execute(done.values(values)).scalar_one_or_none()
        if release_id is None:
            raise Conflict(f"The evaluation of {release}@{revision} was asked for again meanwhile.")
        self._drop_findings(release, revision)
        place = {"release_id": release_id, "revision": revision}
        rows = [
            {**place, "position": position, **write_finding(finding)}
            for position, finding in enumerate(found)
        ]
        for start in range(0, len(rows), _BATCH):
            self._connection.execute(insert(findings), rows[start : start + _BATCH])

    def _drop_findings(self, release: ReleaseKey, revision: int) -> None:
        of_release = findings.c.release_id == find_release_id(release)
        self._connection.execute(delete(findings).where(of_release, findings.c.revision == revision))

    def add_acknowledgement(self, release: ReleaseKey, revision: int, decision: Acknowledgement) -> None:
        """Keep the decision."""
        self._connection.execute(
            insert(acknowledgements).values(
                release_id=find_release_id(release),
                revision=revision,
                rule=decision.rule,
                artifact=decision.artifact,
                member=decision.member,
                by=decision.by,
                reason=decision.reason,
                at=decision.at,
            )
        )

    def list_acknowledgements(self, release: ReleaseKey, revision: int) -> tuple[Acknowledgement, ...]:
        """Return the decisions about a revision in order of their making."""
        of_release = acknowledgements.c.release_id == find_release_id(release)
        wanted = select(acknowledgements).where(of_release, acknowledgements.c.revision == revision)
        rows = self._connection.execute(wanted.order_by(acknowledgements.c.id))
        return tuple(map(_read_acknowledgement, rows))

    def list_decisions(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, tuple[Acknowledgement, ...]]:
        """Return the decisions about the shown revisions of many releases, in one query."""
        wanted = _select_shown(acknowledgements, keys).order_by(acknowledgements.c.id)
        made: dict[ReleaseKey, tuple[Acknowledgement, ...]] = {}
        for row in self._connection.execute(wanted):
            key = read_release_key(row)
            made[key] = (*made.get(key, ()), _read_acknowledgement(row))
        return made

    def add_waiver(self, project: ProjectKey, waiver: Waiver) -> Waiver:
        """Keep the waiver; return it with its id."""
        statement = insert(waivers).values(project=project, **_write_waiver(waiver)).returning(*waivers.c)
        return _read_waiver(self._connection.execute(statement).mappings().one())

    def save_waiver(self, project: ProjectKey, waiver: Waiver) -> None:
        """Replace the waiver."""
        this = (waivers.c.project == project) & (waivers.c.id == waiver.id)
        self._connection.execute(update(waivers).where(this).values(**_write_waiver(waiver)))

    def find_waiver(self, project: ProjectKey, waiver_id: int) -> Waiver | None:
        """Return the waiver, if it is there."""
        this = (waivers.c.project == project) & (waivers.c.id == waiver_id)
        row = self._connection.execute(select(waivers).where(this)).mappings().one_or_none()
        return _read_waiver(row) if row is not None else None

    def list_waivers(self, project: ProjectKey) -> tuple[Waiver, ...]:
        """Return the project's waivers, oldest first."""
        wanted = select(waivers).where(waivers.c.project == project).order_by(waivers.c.id)
        return tuple(map(_read_waiver, self._connection.execute(wanted).mappings()))

    def list_all_waivers(self, projects: Iterable[ProjectKey]) -> dict[ProjectKey, tuple[Waiver, ...]]:
        """Return the waivers of many projects in one query, oldest first."""
        wanted = select(waivers).where(waivers.c.project.in_(list(projects))).order_by(waivers.c.id)
        made: dict[ProjectKey, tuple[Waiver, ...]] = {}
        for row in self._connection.execute(wanted).mappings():
            key = ProjectKey(row["project"])
            made[key] = (*made.get(key, ()), _read_waiver(row))
        return made

    def delete_waiver(self, project: ProjectKey, waiver_id: int) -> None:
        """Remove the waiver."""
        this = (waivers.c.project == project) & (waivers.c.id == waiver_id)
        self._connection.execute(delete(waivers).where(this))

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


def _select_shown(table: Table, keys: Iterable[ReleaseKey]) -> Select[tuple[object, ...]]:
    """Return the statement for what belongs to the shown revisions of many releases, with their keys."""
    shown = (table.c.release_id == releases.c.id) & (table.c.revision == shown_revision)
    key = (releases.c.project, releases.c.product, releases.c.version)
    return select(table, *key).select_from(table).join(releases, shown).where(is_among(keys))


def _read_evaluation(row: Row[tuple[object, ...]], found: tuple[Finding, ...]) -> Evaluation:
    state = EvaluationState(row.state)
    return Evaluation(row.revision, state, row.done, row.total, found, row.started_at, row.finished_at)


def _read_acknowledgement(row: Row[tuple[object, ...]]) -> Acknowledgement:
    return Acknowledgement(row.rule, row.artifact, row.member, UserId(row.by), row.reason, row.at)


def _write_waiver(waiver: Waiver) -> dict[str, object]:
    return {
        "rule": waiver.rule,
        "paths": list(waiver.paths),
        "reason": waiver.reason,
        "by": waiver.by,
        "at": waiver.at,
        "confirmed_by": waiver.confirmed_by,
        "expires_at": waiver.expires_at,
    }


def _read_waiver(row: RowMapping) -> Waiver:
    confirmed = UserId(row["confirmed_by"]) if row["confirmed_by"] is not None else None
    return Waiver(
        id=row["id"],
        rule=row["rule"],
        paths=tuple(row["paths"]),
        reason=row["reason"],
        by=UserId(row["by"]),
        at=row["at"],
        confirmed_by=confirmed,
        expires_at=row["expires_at"],
    )
