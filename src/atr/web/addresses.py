# SPDX-License-Identifier: Apache-2.0
"""Where the page of each thing is."""

from urllib.parse import quote, urlencode

from atr.domain.event import Subject
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ChannelKey, Fingerprint, ProductRef, ProjectKey, ReleaseKey, UserId, Version


def locate_phase_help(phase: Phase) -> str:
    """Return where a phase is explained."""
    return f"/help/phases#{phase.replace('_', '-')}"


def locate_project(key: ProjectKey) -> str:
    """Return the path of a project's page."""
    return f"/projects/{key}"


def locate_line(ref: ProductRef) -> str:
    """Return the path of a product line's page; the main one is written out."""
    return f"/projects/{ref.project}/{ref.product}"


def locate_release(key: ReleaseKey) -> str:
    """Return the path of a release's page."""
    return f"/releases/{quote(key.storage_key)}"


def locate_key(fingerprint: Fingerprint) -> str:
    """Return the path of a signing key's page."""
    return f"/keys/{fingerprint}"


def locate_person(user: UserId) -> str:
    """Return the path of a person's page, for those who signed in."""
    return f"/people/{user}"


def locate_channel(key: ChannelKey) -> str:
    """Return the path of a channel's page."""
    return f"/channels/{key}"


def locate_keys_file(project: ProjectKey) -> str:
    """Return the path of a project's published KEYS file."""
    return f"/{Stage.CURRENT}/{project}/KEYS"


def locate_mail(message_id: str) -> str:
    """Return the path of a mail in the outbox."""
    return f"/mails/{quote(message_id.strip('<>'), safe='@')}"


def locate_events(subject: str = "", **filters: str) -> str:
    """Return the path of the events about `PROJECT[/PRODUCT][/VERSION]`, narrowed by further filters."""
    query = urlencode({"subject": subject, **filters} if subject else filters)
    return f"/events?{query}" if query else "/events"


def locate_subject(subject: Subject) -> str:
    """Return the path of the page on what an event is about; empty when nothing has a page."""
    project, product, version = subject.project, subject.product, subject.version
    if subject.kind == "key":
        return f"/keys/{subject.name}"
    if project is None:
        return ""
    if product is None:
        return locate_project(project)
    if version is None:
        return locate_line(ProductRef(project, product))
    return locate_release(ReleaseKey(project, product, version))


def locate_release_name(line: ProductRef, version: Version) -> str:
    """Return the path of the page of a version of a product line."""
    return locate_release(ReleaseKey(line.project, line.product, version))
