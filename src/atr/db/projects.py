# SPDX-License-Identifier: Apache-2.0
"""Projects and their rosters in the database."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from atr.db.policies import add_policy_version, list_policy_versions, read_override, write_override
from atr.db.releases import MOST_STATEMENTS
from atr.db.tables.projects import projects, roster_members
from atr.domain.errors import Conflict
from atr.domain.names import MailAddress, ProductRef, ProjectKey, UserId
from atr.domain.people import EMPTY_ROSTER, Role, Roster
from atr.domain.policy import PolicyVersion
from atr.domain.project import MailingLists, Project, ProjectStatus


class ProjectRows:
    """Projects with their rosters."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: ProjectKey) -> Project | None:
        """Return the project, if it is there."""
        return next(iter(self._read(select(projects).where(projects.c.key == key))), None)

    def find_roster(self, key: ProjectKey) -> Roster | None:
        """Return only the roster; None when there is no such project."""
        rows = self._connection.execute(_select_roster(key)).mappings().all()
        return _read_rosters(rows).get(key) if rows else None

    def find_names(self, keys: Iterable[ProjectKey]) -> dict[ProjectKey, str]:
        """Return the names of those projects that exist, in one query."""
        wanted = select(projects.c.key, projects.c.name).where(projects.c.key.in_(list(keys)))
        return {ProjectKey(key): name for key, name in self._connection.execute(wanted)}

    def list_names(self) -> dict[ProjectKey, str]:
        """Return the names of all projects, without anything else of them."""
        found = self._connection.execute(select(projects.c.key, projects.c.name))
        return {ProjectKey(key): name for key, name in found}

    def list(self, status: ProjectStatus | None = None, text: str = "") -> tuple[Project, ...]:
        """Return projects in order of their names."""
        wanted = select(projects).order_by(func.lower(projects.c.name), projects.c.key)
        if status is not None:
            wanted = wanted.where(projects.c.status == status)
        return self._read(wanted.where(*_match_words(text)))

    def count_statuses(self, text: str = "") -> dict[ProjectStatus, int]:
        """Return how many projects match the words in each status, in one query; others are left out."""
        counted = select(projects.c.status, func.count()).where(*_match_words(text))
        rows = self._connection.execute(counted.group_by(projects.c.status))
        return {ProjectStatus(status): count for status, count in rows}

    def list_of_person(self, user: UserId) -> tuple[Project, ...]:
        """Return the projects whose roster names the person."""
        own = select(roster_members.c.project).where(roster_members.c.user_id == user)
        return self._read(select(projects).where(projects.c.key.in_(own)).order_by(projects.c.key))

    def add(self, project: Project) -> None:
        """Add the project; raise Conflict when the key is taken."""
        try:
            self._connection.execute(
                insert(projects).values(key=project.key, edition=project.edition, **_write_project(project))
            )
        except IntegrityError as error:
            raise Conflict(f"There is a project {project.key} already.") from error
        self._add_members(project)

    def save(self, project: Project) -> Project:
        """Replace it, or raise Conflict if its edition is not the stored one; return the next edition."""
        changed = self._connection.execute(
            update(projects)
            .where(projects.c.key == project.key, projects.c.edition == project.edition)
            .values(edition=projects.c.edition + 1, **_write_project(project))
        )
        if changed.rowcount == 0:
            raise Conflict(f"The project {project.key} was changed by somebody else: read it again.")
        self._connection.execute(delete(roster_members).where(roster_members.c.project == project.key))
        self._add_members(project)
        return replace(project, edition=project.edition + 1)

    def add_policy_version(self, ref: ProjectKey | ProductRef, version: PolicyVersion) -> None:
        """Keep a saved policy for ever."""
        add_policy_version(self._connection, ref, version)

    def list_policy_versions(self, ref: ProjectKey | ProductRef) -> tuple[PolicyVersion, ...]:
        """Return all saved policies, newest first."""
        return list_policy_versions(self._connection, ref)

    def _add_members(self, project: Project) -> None:
        rows = [
            {"project": project.key, "role": role, "user_id": user}
            for role, users in _list_members(project.roster)
            for user in sorted(users)
        ]
        if not rows:
            return
        try:
            self._connection.execute(insert(roster_members), rows)
        except IntegrityError as error:
            raise Conflict(f"The roster of {project.key} names somebody who is not known.") from error

    def _read(self, wanted: Select[tuple[object, ...]]) -> tuple[Project, ...]:
        rows = self._connection.execute(wanted).mappings().all()
        rosters = self._find_rosters([row["key"] for row in rows])
        return tuple(_read_project(row, rosters.get(row["key"], EMPTY_ROSTER)) for row in rows)

    def _find_rosters(self, keys: Iterable[str]) -> dict[ProjectKey, Roster]:
        members = select(roster_members).where(roster_members.c.project.in_(keys))
        return _read_rosters(self._connection.execute(members).mappings())


def _match_words(text: str) -> Iterator[ColumnElement[bool]]:
    for word in text.split():
        columns = (projects.c.key, projects.c.name, projects.c.description)
        yield or_(*(column.icontains(word, autoescape=True) for column in columns))


@lru_cache(maxsize=MOST_STATEMENTS)
def _select_roster(key: ProjectKey) -> Select[tuple[str, str, str]]:
    return (
        select(projects.c.key.label("project"), roster_members.c.role, roster_members.c.user_id)
        .select_from(projects.outerjoin(roster_members, roster_members.c.project == projects.c.key))
        .where(projects.c.key == key)
    )


def _list_members(roster: Roster) -> tuple[tuple[Role, frozenset[UserId]], ...]:
    return (
        (Role.PMC_MEMBER, roster.pmc_members),
        (Role.COMMITTER, roster.committers),
        (Role.RELEASE_MANAGER, roster.release_managers),
    )


def _read_rosters(rows: Iterable[RowMapping]) -> dict[ProjectKey, Roster]:
    members: dict[str, dict[str, set[UserId]]] = {}
    for row in rows:
        roles = members.setdefault(row["project"], {})
        if row["role"] is not None:
            roles.setdefault(row["role"], set()).add(UserId(row["user_id"]))
    return {ProjectKey(key): _make_roster(roles) for key, roles in members.items()}


def _make_roster(roles: dict[str, set[UserId]]) -> Roster:
    return Roster(
        pmc_members=frozenset(roles.get(Role.PMC_MEMBER, ())),
        committers=frozenset(roles.get(Role.COMMITTER, ())),
        release_managers=frozenset(roles.get(Role.RELEASE_MANAGER, ())),
    )


def _write_project(project: Project) -> dict[str, object]:
    return {
        "name": project.name,
        "status": project.status,
        "description": project.description,
        "homepage": project.homepage,
        "dev_list": project.mailing_lists.dev,
        "announce_list": project.mailing_lists.announce,
        "private_list": project.mailing_lists.private,
        "policy": write_override(project.policy),
        "policy_version": project.policy_version,
        "sponsor": project.sponsor,
        "created_at": project.created_at,
    }


def _read_project(stored: RowMapping, roster: Roster) -> Project:
    return Project(
        key=ProjectKey(stored["key"]),
        name=stored["name"],
        status=ProjectStatus(stored["status"]),
        description=stored["description"],
        homepage=stored["homepage"],
        mailing_lists=_read_lists(stored),
        roster=roster,
        policy=read_override(stored["policy"]),
        policy_version=stored["policy_version"],
        sponsor=ProjectKey(stored["sponsor"]) if stored["sponsor"] else None,
        created_at=stored["created_at"],
        edition=stored["edition"],
    )


def _read_lists(stored: RowMapping) -> MailingLists:
    lists = (stored["dev_list"], stored["announce_list"], stored["private_list"])
    return MailingLists(*(MailAddress(each) if each else None for each in lists))
