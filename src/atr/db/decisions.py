# SPDX-License-Identifier: Apache-2.0
"""What people decided about findings, in the database."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, delete, insert, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from atr.db.finding_writes import add_acknowledgements, count_findings, tell_planner
from atr.db.releases import find_release_id
from atr.db.tables.checks import acknowledgements, waivers
from atr.domain.check import Acknowledgement, Waiver
from atr.domain.errors import Conflict
from atr.domain.names import ProjectKey, ReleaseKey, UserId
from atr.domain.version_range import VersionRange

# What was said last about the same place of an earlier revision where the artifact had the same content.
_CARRY = text(
    """
    INSERT INTO acknowledgements
        (release_id, revision, rule, artifact, member, "by", reason, "at", carried_from, name)
    SELECT DISTINCT ON (f.position)
        f.release_id, f.revision, f.rule, f.artifact, f.member, a."by", a.reason, a."at",
        coalesce(a.carried_from, a.revision), f.name
    FROM findings f
    JOIN acknowledgements a ON a.release_id = f.release_id AND a.revision < f.revision AND a.name = f.name
    JOIN revisions now ON now.release_id = f.release_id AND now.number = f.revision
    JOIN revisions before ON before.release_id = a.release_id AND before.number = a.revision
    JOIN revision_files kept ON kept.revision_id = now.id AND kept.path = f.artifact
    JOIN revision_files old ON old.revision_id = before.id AND old.path = f.artifact
        AND old.content_id = kept.content_id
    WHERE f.release_id = :release_id AND f.revision = :revision AND f.severity = 'concern'
    ORDER BY f.position, a.revision DESC, a.id
    ON CONFLICT (release_id, revision, name) DO NOTHING
    """
)


class DecisionRows:
    """Acknowledgements and waivers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_acknowledgements(
        self, release: ReleaseKey, revision: int, decisions: Sequence[Acknowledgement]
    ) -> None:
        """Keep the decisions."""
        place = self._find_place(release, revision)
        add_acknowledgements(self._connection, place, decisions)
        count_findings(self._connection, place)

    def carry_acknowledgements(self, release: ReleaseKey, revision: int) -> int:
        """Take over what was said on earlier revisions about the same findings on the same content."""
        place = self._find_place(release, revision)
        earlier = select(acknowledgements.c.id).where(acknowledgements.c.release_id == place["release_id"])
        if self._connection.scalar(earlier.limit(1)) is None:
            return 0
        carried = self._connection.execute(_CARRY, place).rowcount
        if carried:
            tell_planner(self._connection, "acknowledgements", carried)
            count_findings(self._connection, place)
        return carried

    def _find_place(self, release: ReleaseKey, revision: int) -> dict[str, int]:
        release_id = self._connection.scalars(select(find_release_id(release))).one()
        return {"release_id": release_id, "revision": revision}

    def list_acknowledgers(self, release: ReleaseKey, revision: int) -> frozenset[UserId]:
        """Return who acknowledged something on the revision."""
        this = (acknowledgements.c.release_id == find_release_id(release)) & (
            acknowledgements.c.revision == revision
        )
        people = self._connection.scalars(select(acknowledgements.c.by).where(this).distinct())
        return frozenset(map(UserId, people))

    def add_waiver(self, project: ProjectKey, waiver: Waiver) -> Waiver:
        """Keep the waiver; return it with its id."""
        statement = insert(waivers).values(project=project, **_write_waiver(waiver)).returning(*waivers.c)
        return _read_waiver(self._connection.execute(statement).mappings().one())

    def save_waiver(self, project: ProjectKey, waiver: Waiver) -> Waiver:
        """Replace the waiver, or raise Conflict if its edition is not the stored one; next edition."""
        this = _is_waiver(project, waiver.id) & (waivers.c.edition == waiver.edition)
        values = _write_waiver(waiver) | {"edition": waiver.edition + 1}
        changed = update(waivers).where(this).values(values).returning(*waivers.c)
        row = self._connection.execute(changed).mappings().one_or_none()
        if row is None:
            raise Conflict(f"Waiver {waiver.id} was changed by somebody else: read it again.")
        return _read_waiver(row)

    def find_waiver(self, project: ProjectKey, waiver_id: int) -> Waiver | None:
        """Return the waiver, if it is there."""
        wanted = select(waivers).where(_is_waiver(project, waiver_id))
        row = self._connection.execute(wanted).mappings().one_or_none()
        return _read_waiver(row) if row is not None else None

    def list_waivers(self, project: ProjectKey) -> tuple[Waiver, ...]:
        """Return the project's waivers, oldest first."""
        return self.list_all_waivers((project,)).get(project, ())

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
        self._connection.execute(delete(waivers).where(_is_waiver(project, waiver_id)))


def _is_waiver(project: ProjectKey, waiver_id: int) -> ColumnElement[bool]:
    return (waivers.c.project == project) & (waivers.c.id == waiver_id)


def _write_waiver(waiver: Waiver) -> dict[str, object]:
    return {
        "rule": waiver.rule,
        "paths": list(waiver.paths),
        "reason": waiver.reason,
        "by": waiver.by,
        "at": waiver.at,
        "confirmed_by": waiver.confirmed_by,
        "expires_at": waiver.expires_at,
        "versions": waiver.versions.text,
        "edition": waiver.edition,
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
        versions=VersionRange.parse(row["versions"]),
        edition=row["edition"],
    )
