# SPDX-License-Identifier: Apache-2.0
"""`atr admin load FILE.yaml`."""

from pathlib import Path
from typing import TypeVar

import click

from atr.admin.foundation_file import (
    ChannelEntry,
    PersonEntry,
    PolicyEntry,
    ProductEntry,
    ProjectEntry,
    UseEntry,
    read_foundation,
)
from atr.admin.running import data_option, explain_errors
from atr.bootstrap.database import hold_database
from atr.bootstrap.platform import open_platform
from atr.config import load_settings
from atr.domain.channel_use import ChannelChoice, ChannelUse
from atr.domain.distribution import Channel
from atr.domain.errors import NotFound
from atr.domain.names import MAIN, ProductKey, ProductRef, ProjectKey
from atr.domain.people import OPERATOR, Roster
from atr.domain.platform import ABILITIES
from atr.domain.policy import PolicyChange
from atr.domain.project import MailingLists, ProductChange
from atr.services.channel_views import ShowChannel
from atr.services.channels import CreateChannel
from atr.services.door import Door, Query
from atr.services.people import CreatePerson, FindPerson
from atr.services.policies import ListPolicyVersions, SetPolicy
from atr.services.products import CreateProduct, EditProduct
from atr.services.project_views import ShowProduct, ShowProject
from atr.services.projects import CreateProject

R = TypeVar("R")


@click.command()
@click.argument("file", metavar="FILE.yaml", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@data_option
@explain_errors
def load(file: Path, data: Path | None) -> None:
    """Add the people, channels, projects and product lines of FILE.yaml that are not there yet."""
    foundation = read_foundation(file)
    settings = load_settings(overrides={"data_dir": data})
    with hold_database(settings) as url, open_platform(settings, url) as platform:
        added = sum(_load_person(platform.door, person) for person in foundation.people)
        added += sum(_load_channel(platform.door, channel) for channel in foundation.channels)
        added += sum(_load_project(platform.door, project) for project in foundation.projects)
    click.echo(
        f"Added {added} people, channels, projects and product lines; what was there stayed as it was."
    )


def _load_person(door: Door, entry: PersonEntry) -> int:
    if door.ask(OPERATOR, FindPerson(entry.id)) is not None:
        return 0
    door.perform(
        OPERATOR,
        CreatePerson(
            entry.id,
            entry.name,
            entry.addresses,
            entry.foundation_member,
            entry.sysadmin,
            entry.key_fingerprints,
        ),
    )
    return 1


def _load_channel(door: Door, entry: ChannelEntry) -> int:
    if _is_there(door, ShowChannel(entry.key)):
        return 0
    unasked = ABILITIES[entry.platform].promotes_unasked
    channel = Channel(
        key=entry.key,
        name=entry.name,
        platform=entry.platform,
        url=entry.url,
        is_test=entry.is_test,
        automation_endpoint=entry.automation_endpoint,
        local=entry.local,
        promotes=unasked if entry.promotes is None else entry.promotes,
    )
    secrets = {name: secret.get_secret_value() for name, secret in (entry.credentials or {}).items()}
    door.perform(OPERATOR, CreateChannel(channel, secrets or None))
    return 1


def _load_project(door: Door, entry: ProjectEntry) -> int:
    added = 0
    if not _is_there(door, ShowProject(entry.key)):
        door.perform(OPERATOR, _found_project(entry))
        added = 1
    _use_channels(door, entry)
    _set_policy(door, entry.key, entry.policy)
    return added + sum(_load_product(door, entry.key, product) for product in entry.products)


def _use_channels(door: Door, entry: ProjectEntry) -> None:
    """Choose the main line's channels unless it was ever changed, also after a load that was cut short."""
    main = ProductRef(entry.key, ProductKey(MAIN))
    if entry.channels and door.ask(OPERATOR, ShowProduct(main)).product.edition == 1:
        door.perform(OPERATOR, EditProduct(main, ProductChange(), channels=_choose(entry.channels)))


def _choose(entries: tuple[UseEntry, ...]) -> ChannelChoice:
    return ChannelChoice(uses=tuple(ChannelUse(**dict(entry)) for entry in entries))


def _found_project(entry: ProjectEntry) -> CreateProject:
    lists, roster = entry.mailing_lists, entry.roster
    return CreateProject(
        key=entry.key,
        name=entry.name,
        status=entry.status,
        description=entry.description,
        homepage=entry.homepage,
        mailing_lists=MailingLists(lists.dev, lists.announce, lists.private),
        sponsor=entry.sponsor,
        roster=Roster(roster.pmc_members, roster.committers, roster.release_managers),
    )


def _load_product(door: Door, project: ProjectKey, entry: ProductEntry) -> int:
    ref = ProductRef(project, entry.key)
    added = 0
    if not _is_there(door, ShowProduct(ref)):
        door.perform(OPERATOR, CreateProduct(ref, entry.name, entry.version_order, _choose(entry.channels)))
        added = 1
    _set_policy(door, ref, entry.policy)
    return added


def _set_policy(door: Door, ref: ProjectKey | ProductRef, entry: PolicyEntry | None) -> None:
    """Set the policy unless one was ever set, also after a load that was cut short before it."""
    if entry is not None and not door.ask(OPERATOR, ListPolicyVersions(ref)):
        given = {name: getattr(entry, name) for name in entry.model_fields_set}
        door.perform(OPERATOR, SetPolicy(ref, PolicyChange(**given)))


def _is_there(door: Door, query: Query[R]) -> bool:
    try:
        door.ask(OPERATOR, query)
    except NotFound:
        return False
    return True
