# SPDX-License-Identifier: Apache-2.0
"""What a search found, each as one line that leads to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from atr.domain.names import ProjectKey
from atr.domain.people import Role
from atr.ports.repositories.people import FoundPerson
from atr.services.events import EventView
from atr.services.project_views import ProjectSummary
from atr.services.releases import ListedRelease
from atr.services.search import Found
from atr.web.addresses import (
    locate_events,
    locate_person,
    locate_project,
    locate_release,
    locate_subject,
)
from atr.web.components import PHASE_LABELS, Link, PersonView
from atr.web.pages.event_lines import describe_event
from atr.web.pages.project_rows import STATUS_BADGES
from atr.web.pages.release_rows import name_line


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: its name, what tells it from others, where it is; an event, when it was."""

    name: str
    note: str
    href: str
    icon: str
    version: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind."""

    id: str
    label: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who was found, with links to the projects they work for."""

    person: PersonView
    user: str
    projects: tuple[Link, ...]


def list_groups(found: Found, role_labels: Mapping[Role, str]) -> tuple[HitGroup, ...]:
    """Return the hits by kind; kinds of which nothing was found are left out."""
    groups = (
        HitGroup("projects", "Projects", tuple(map(_hit_project, found.projects))),
        HitGroup("releases", "Releases", tuple(map(_hit_release, found.releases))),
        HitGroup("people", "People", tuple(_hit_person(each, role_labels) for each in found.people)),
        HitGroup("events", "Events", tuple(make_event_hit(each, role_labels) for each in found.events)),
    )
    return tuple(group for group in groups if group.hits)


def make_person_row(found: FoundPerson, role_labels: Mapping[Role, str]) -> PersonRow:
    """Return a person with the projects they have a role in."""
    roles = _join_roles(found, role_labels)
    links = tuple(Link(f"{project}: {label}", locate_project(project)) for project, label in roles.items())
    return PersonRow(PersonView(found.user, found.name, href=locate_person(found.user)), found.user, links)


def make_event_hit(view: EventView, role_labels: Mapping[Role, str]) -> Hit:
    """Return an event, with who acted in its sentence and what it is about beside it."""
    line = describe_event(view, role_labels)
    event = view.event
    href = locate_subject(event.subject) or locate_events(actor=event.actor)
    by = line.actor.name if line.actor else view.actor_name
    return Hit(f"{by} {line.sentence}", event.subject.name, href, line.icon, at=event.at)


def _hit_project(summary: ProjectSummary) -> Hit:
    project = summary.project
    latest = f", latest {summary.latest}" if summary.latest else ""
    note = f"{STATUS_BADGES[project.status].label}{latest}"
    return Hit(project.name, note, locate_project(project.key), "package")


def _hit_release(listed: ListedRelease) -> Hit:
    key = listed.release.key
    phase = PHASE_LABELS[listed.release.phase]
    return Hit(name_line(key, listed.project_name), phase, locate_release(key), "stamp", key.version)


def _hit_person(found: FoundPerson, role_labels: Mapping[Role, str]) -> Hit:
    roles = _join_roles(found, role_labels)
    project = next(iter(roles), None)
    others = f" and {len(roles) - 1} more" if len(roles) > 1 else ""
    note = f"{roles[project]} of {project}{others}" if project is not None else found.user
    return Hit(found.name, note, locate_person(found.user), "user")


def _join_roles(found: FoundPerson, role_labels: Mapping[Role, str]) -> dict[ProjectKey, str]:
    joined: dict[ProjectKey, str] = {}
    for each in found.roles:
        label = role_labels[each.role]
        # Whoever is on the PMC is a committer as well: the first role says it all.
        joined.setdefault(each.project, label)
    return joined
