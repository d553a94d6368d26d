# SPDX-License-Identifier: Apache-2.0
"""Projects and their product lines."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.names import MAIN, ChannelKey, MailAddress, ProductRef, ProjectKey
from atr.domain.people import EMPTY_ROSTER, Roster
from atr.domain.policy import (
    FOUNDATION_DEFAULT,
    INHERIT_ALL,
    EffectivePolicy,
    PolicyOverride,
    VotePolicy,
    inherit_policy,
)
from atr.domain.versions import VersionOrder


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
class ProductLine:
    """A separately released part of a project; the main one has the key `main`."""

    ref: ProductRef
    name: str
    version_order: VersionOrder = VersionOrder.SEMVER
    channels: tuple[ChannelKey, ...] = ()
    required_channels: tuple[ChannelKey, ...] = ()
    policy: PolicyOverride = INHERIT_ALL
    policy_version: int = 0
    created_at: datetime | None = None
    edition: int = 1

    @property
    def is_main(self) -> bool:
        """Tell whether this is the project's main line."""
        return self.ref.product == MAIN


def find_policy(
    project: Project, product: ProductLine | None, default: VotePolicy = FOUNDATION_DEFAULT
) -> EffectivePolicy:
    """Return the policy in force for a product line (or a project); mail goes to the dev list by default."""
    override, version = (product.policy, product.policy_version) if product else (INHERIT_ALL, 0)
    dev = PolicyOverride(mail_to=(project.mailing_lists.dev,)) if project.mailing_lists.dev else INHERIT_ALL
    policy = inherit_policy(default, dev, project.policy, override)
    return EffectivePolicy(policy, project.policy_version, version)
