# SPDX-License-Identifier: Apache-2.0
"""A foundation as a YAML file: people, channels, projects, rosters, product lines and policies."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, ValidationError

from atr.domain.errors import Invalid, Problem
from atr.domain.names import ChannelKey, Fingerprint, MailAddress, ProductKey, ProjectKey, UserId
from atr.domain.platform import PlatformKey
from atr.domain.project import ProjectStatus
from atr.domain.versions import VersionOrder


def _parse_with(kind: Callable[[str], str]) -> BeforeValidator:
    def parse(text: object) -> object:
        try:
            return kind(str(text))
        except Invalid as error:
            raise ValueError(str(error)) from None

    return BeforeValidator(parse)


User = Annotated[UserId, _parse_with(UserId)]
Address = Annotated[MailAddress, _parse_with(MailAddress)]
KeyFingerprint = Annotated[Fingerprint, _parse_with(Fingerprint.parse)]
Key = Annotated[ProjectKey, _parse_with(ProjectKey)]
LineKey = Annotated[ProductKey, _parse_with(ProductKey)]
Channel = Annotated[ChannelKey, _parse_with(ChannelKey)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class PersonEntry(_Entry):
    """Somebody in the directory."""

    id: User
    name: str
    addresses: tuple[Address, ...] = ()
    foundation_member: bool = False
    sysadmin: bool = False
    key_fingerprints: tuple[KeyFingerprint, ...] = ()


class ListsEntry(_Entry):
    """A project's mailing lists."""

    dev: Address | None = None
    announce: Address | None = None
    private: Address | None = None


class RosterEntry(_Entry):
    """Who is what in a project."""

    pmc_members: frozenset[User] = frozenset()
    committers: frozenset[User] = frozenset()
    release_managers: frozenset[User] = frozenset()


class PolicyEntry(_Entry):
    """The fields of the vote policy that are set; the others inherit."""

    mail_to: tuple[Address, ...] | None = None
    manual_vote: bool | None = None
    min_hours: int | None = None
    release_checklist: str | None = None
    pause_for_rm: bool | None = None
    min_binding: int | None = None
    auto_resolve: bool | None = None


class UseEntry(_Entry):
    """How a line uses a channel; what is left out goes by the platform's custom."""

    channel: Channel
    required: bool = False
    owner_namespace: str | None = None
    package: str | None = None
    files: tuple[str, ...] = ()
    staging_name: str | None = None
    final_names: tuple[str, ...] = ()


class ProductEntry(_Entry):
    """A product line."""

    key: LineKey
    name: str
    version_order: VersionOrder = VersionOrder.SEMVER
    policy: PolicyEntry | None = None
    channels: tuple[UseEntry, ...] = ()


class ProjectEntry(_Entry):
    """A project; `channels` are those of its main line."""

    key: Key
    name: str
    status: ProjectStatus = ProjectStatus.ACTIVE
    description: str = ""
    homepage: str = ""
    sponsor: Key | None = None
    mailing_lists: ListsEntry = ListsEntry()
    roster: RosterEntry = RosterEntry()
    policy: PolicyEntry | None = None
    channels: tuple[UseEntry, ...] = ()
    products: tuple[ProductEntry, ...] = ()


class ChannelEntry(_Entry):
    """A distribution channel; credentials may be given later as well."""

    key: Channel
    name: str
    platform: PlatformKey
    url: str
    is_test: bool = False
    automation_endpoint: str | None = None
    local: bool = False
    promotes: bool | None = None
    credentials: Mapping[str, SecretStr] | None = None


class FoundationFile(_Entry):
    """The whole file; a sponsor comes before the podlings it sponsors."""

    people: tuple[PersonEntry, ...] = ()
    channels: tuple[ChannelEntry, ...] = ()
    projects: tuple[ProjectEntry, ...] = ()


def read_foundation(path: Path) -> FoundationFile:
    """Read the file; raise Invalid with every fault and where it stands."""
    try:
        plain: object = yaml.safe_load(path.read_text(encoding="utf-8"))
        return FoundationFile.model_validate({} if plain is None else plain)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid.field("file", f"{path} cannot be read: {error}.") from None
    except yaml.YAMLError as error:
        raise Invalid.field("file", f"{path} is no YAML: {_say_place(error)}.") from None
    except ValidationError as error:
        faults = [(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()]
        raise Invalid(*(Problem(place, f"{path}, {place}: {message}") for place, message in faults)) from None


def _say_place(error: yaml.YAMLError) -> str:
    """Return what is wrong and in which line, without the line: it may hold credentials."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return "it cannot be read"
    return f"{error.problem} in line {error.problem_mark.line + 1}"
