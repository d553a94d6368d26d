# SPDX-License-Identifier: Apache-2.0
"""Projects and their product lines."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from atr.domain.channel_use import ChannelUse
from atr.domain.errors import Invalid, Problem
from atr.domain.keep import KEEP, Keep
from atr.domain.names import MAIN, ChannelKey, MailAddress, ProductRef, ProjectKey
from atr.domain.people import EMPTY_ROSTER, Roster
from atr.domain.policy import (
    FOUNDATION_DEFAULT,
    INHERIT_ALL,
    EffectivePolicy,
    PolicyLevel,
    PolicyOverride,
    VotePolicy,
    inherit_policy,
)
from atr.domain.versions import VersionOrder

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 10_000
_HOMEPAGE = re.compile(r"https?://[^\s\"<>\\^`{|}]{1,2000}")


class ProjectStatus(StrEnum):
    """Where a project is in its own life."""

    PODLING = "podling"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class MailingLists:
    """Where a project talks; `dev` is where votes go by default."""

    dev: MailAddress | None = None
    announce: MailAddress | None = None
    private: MailAddress | None = None


NO_LISTS = MailingLists()


@dataclass(frozen=True, slots=True)
class Project:
    """What a PMC runs; `sponsor` is the project whose PMC confirms a podling's votes."""

    key: ProjectKey
    name: str
    status: ProjectStatus = ProjectStatus.ACTIVE
    description: str = ""
    homepage: str = ""
    mailing_lists: MailingLists = NO_LISTS
    roster: Roster = EMPTY_ROSTER
    policy: PolicyOverride = INHERIT_ALL
    policy_version: int = 0
    sponsor: ProjectKey | None = None
    created_at: datetime | None = None
    edition: int = 1

    @property
    def is_podling(self) -> bool:
        """Tell whether votes need a second round by the sponsor."""
        return self.status is ProjectStatus.PODLING


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """Which fields of a project to change."""

    name: str | Keep = KEEP
    status: ProjectStatus | Keep = KEEP
    description: str | Keep = KEEP
    homepage: str | Keep = KEEP
    mailing_lists: MailingLists | Keep = KEEP
    sponsor: ProjectKey | Keep | None = KEEP


def check_project(project: Project) -> None:
    """Raise Invalid with every field that cannot stand."""
    findings = (
        (not _is_name(project.name), "name", _NAME_HINT),
        (
            len(project.description) > LONGEST_DESCRIPTION,
            "description",
            f"Keep the description within {LONGEST_DESCRIPTION} characters.",
        ),
        (
            bool(project.homepage) and not _HOMEPAGE.fullmatch(project.homepage),
            "homepage",
            "Write the homepage as an address that begins with https:// or http://.",
        ),
        (
            project.is_podling and project.sponsor is None,
            "sponsor",
            "A podling needs a sponsor: name the project whose PMC confirms its votes.",
        ),
        (project.sponsor == project.key, "sponsor", "A project cannot sponsor itself."),
    )
    _raise_problems(findings)


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A separately released part of a project; the main one has the key `main`."""

    ref: ProductRef
    name: str
    version_order: VersionOrder = VersionOrder.SEMVER
    uses: tuple[ChannelUse, ...] = ()
    policy: PolicyOverride = INHERIT_ALL
    policy_version: int = 0
    created_at: datetime | None = None
    edition: int = 1

    @property
    def is_main(self) -> bool:
        """Tell whether this is the project's main line."""
        return self.ref.product == MAIN

    @property
    def channels(self) -> tuple[ChannelKey, ...]:
        """Return where its releases may go."""
        return tuple(use.channel for use in self.uses)

    @property
    def required_channels(self) -> tuple[ChannelKey, ...]:
        """Return where its releases have to be before they are announced."""
        return tuple(use.channel for use in self.uses if use.required)


@dataclass(frozen=True, slots=True)
class ProductChange:
    """Which fields of a product line to change."""

    name: str | Keep = KEEP
    version_order: VersionOrder | Keep = KEEP


def check_product(product: ProductLine) -> None:
    """Raise Invalid unless the name can stand; its channels are looked at beside those there are."""
    _raise_problems([(not _is_name(product.name), "name", _NAME_HINT)])


_NAME_HINT = f"Give a name of 1 to {LONGEST_NAME} printable characters without spaces at its ends."


def _is_name(text: str) -> bool:
    return 1 <= len(text) <= LONGEST_NAME and text.isprintable() and text == text.strip()


def _raise_problems(findings: Iterable[tuple[bool, str, str]]) -> None:
    problems = tuple(Problem(field, message) for wrong, field, message in findings if wrong)
    if problems:
        raise Invalid(*problems)


def find_policy(
    project: Project, product: ProductLine | None, default: VotePolicy = FOUNDATION_DEFAULT
) -> EffectivePolicy:
    """Return the policy in force for a product line (or a project); mail goes to the dev list by default."""
    version = product.policy_version if product else 0
    overrides = (override for _, override in _list_overrides(project, product))
    return EffectivePolicy(inherit_policy(default, *overrides), project.policy_version, version)


def trace_policy(project: Project, product: ProductLine | None) -> Mapping[str, PolicyLevel]:
    """Return for each field of the policy in force who set it."""
    levels = {each.name: PolicyLevel.FOUNDATION for each in fields(VotePolicy)}
    for level, override in _list_overrides(project, product):
        levels |= {name: level for name in levels if getattr(override, name) is not None}
    return levels


def _list_overrides(
    project: Project, product: ProductLine | None
) -> tuple[tuple[PolicyLevel, PolicyOverride], ...]:
    dev = PolicyOverride(mail_to=(project.mailing_lists.dev,)) if project.mailing_lists.dev else INHERIT_ALL
    return (
        (PolicyLevel.DEV_LIST, dev),
        (PolicyLevel.PROJECT, project.policy),
        (PolicyLevel.PRODUCT, product.policy if product else INHERIT_ALL),
    )
