# SPDX-License-Identifier: Apache-2.0
"""The calls of Nexus 2's staging (its REST documentation, plugin "nexus-staging-plugin")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

from atr.domain.errors import Refused
from atr.formats.maven_layout import Coordinates
from atr.platforms._http import RegistryClient
from atr.platforms.maven.shipment import Outgoing
from atr.ports.platforms import RegistryDown

SERVICE = "/service/local"
_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
_TAGS = re.compile(r"<[^>]{0,500}>")
_MOST_REASONS = 20
_DONE = frozenset({200, 201, 204})


@dataclass(frozen=True, slots=True)
class StagedRepository:
    """A staging repository as it is now; `type` is open, closed or released."""

    id: str
    type: str
    transitioning: bool
    description: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """What Nexus last did of one kind with a repository: whether it ended, and which rules failed."""

    ended: bool
    failures: tuple[str, ...]


class Staging:
    """Nexus 2's staging at one site."""

    def __init__(self, client: RegistryClient) -> None:
        self._client = client

    def name_evaluation(self, coordinates: Coordinates) -> str:
        """Return the call that finds the profile of some coordinates."""
        query = {
            "t": "maven2",
            "g": coordinates.group_id,
            "a": coordinates.artifact_id,
            "v": coordinates.version,
        }
        return f"{SERVICE}/staging/profile_evaluate?{urlencode(query)}"

    def find_profile(self, coordinates: Coordinates) -> str:
        """Return the first profile that takes the coordinates, as Nexus goes by their order."""
        for profile in _read_data(self._read(self.name_evaluation(coordinates))):
            return _read_id(profile, "id")
        raise Refused(
            f"No staging profile takes {coordinates.group_id}:{coordinates.artifact_id}: "
            "have one made, or the channel's account given access to it."
        )

    def list_repositories(self, profile: str) -> tuple[StagedRepository, ...]:
        """Return the repositories of a profile that are not released."""
        path = f"{SERVICE}/staging/profile_repositories/{profile}"
        found = map(_read_repository, _read_data(self._read(path)))
        return tuple(each for each in found if each.type != "released")

    def start(self, profile: str, description: str) -> str:
        """Open a staging repository and return its name."""
        answer = self._client.send(
            "POST",
            f"{SERVICE}/staging/profiles/{profile}/start",
            json={"data": {"description": description}},
            headers={"accept": "application/json"},
            expect={200, 201},
        )
        return _read_id(_read_object(answer.parse_object(), "data"), "stagedRepositoryId")

    def deploy(self, repository: str, outgoing: Outgoing) -> None:
        """Put one file into an open staging repository."""
        path = f"{SERVICE}/staging/deployByRepositoryId/{repository}/{quote(outgoing.target)}"
        headers = {"content-type": "application/octet-stream"}
        self._client.upload("PUT", path, outgoing.read, outgoing.size, headers=headers, expect=_DONE)

    def transit(self, repository: str, action: str, description: str) -> None:
        """Ask for `close`, `promote` or `drop`; this is accepted, not done."""
        data: dict[str, Any] = {"stagedRepositoryIds": [repository], "description": description}
        if action == "promote":
            data["autoDropAfterRelease"] = True
        path = f"{SERVICE}/staging/bulk/{action}"
        self._client.send("POST", path, json={"data": data}, expect=_DONE)

    def look_at(self, repository: str) -> StagedRepository | None:
        """Return the repository as it is now, None if it is gone."""
        path = f"{SERVICE}/staging/repository/{repository}"
        answer = self._client.send("GET", path, headers={"accept": "application/json"}, expect={200, 404})
        if answer.status == 404:
            return None
        seen = _read_repository(answer.parse_object())
        if seen.id != repository:
            raise RegistryDown(f"Asked for {repository}, Nexus told of {seen.id}.")
        return seen

    def find_activity(self, repository: str, name: str) -> Activity | None:
        """Return the last activity of this name, None if there was none."""
        listed = self._read(f"{SERVICE}/staging/repository/{repository}/activity")
        if not isinstance(listed, list):
            raise RegistryDown(f"Nexus told of the activities of {repository} in an unknown form.")
        found = [each for each in listed if isinstance(each, dict) and each.get("name") == name]
        if not found:
            return None
        return Activity(bool(found[-1].get("stopped")), tuple(_list_failures(found[-1]))[:_MOST_REASONS])

    def find_account(self) -> str | None:
        """Return whose account the credentials are, None if they are nobody's."""
        told = self._client.read_json(
            f"{SERVICE}/authentication/login", headers={"accept": "application/json"}
        )
        permissions = _read_object(_read_object(told, "data"), "clientPermissions")
        name = permissions.get("loggedInUsername")
        return name if permissions.get("loggedIn") is True and isinstance(name, str) else None

    def _read(self, path: str) -> Any:
        return self._client.read_json(path, headers={"accept": "application/json"})


def _list_failures(activity: dict[str, Any]) -> Iterator[str]:
    for event in activity.get("events") or ():
        if not isinstance(event, dict) or event.get("name") != "ruleFailed":
            continue
        told = [(each.get("name"), str(each.get("value"))) for each in event.get("properties") or ()]
        rule = next((value for name, value in told if name == "typeId"), "a rule")
        messages = [_clean(value) for name, value in told if name == "failureMessage"]
        for message in messages or ["it did not say why"]:
            yield f"{_clean(rule)}: {message.rstrip('.')}."


def _clean(text: str) -> str:
    line = " ".join(unescape(_TAGS.sub(" ", text)).split())
    return line if len(line) <= 300 else f"{line[:300]}..."


def _read_data(told: Any) -> list[Any]:
    match told:
        case {"data": list() as found}:
            return found
        case _:
            raise RegistryDown("Nexus answered in an unknown form: there is no list of data.")


def _read_object(told: Any, name: str) -> dict[str, Any]:
    match told:
        case dict() if isinstance(found := told.get(name), dict):
            return found
        case _:
            raise RegistryDown(f"Nexus answered in an unknown form: there is no {name}.")


def _read_id(told: Any, name: str) -> str:
    found = told.get(name) if isinstance(told, dict) else None
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise RegistryDown(f"Nexus answered in an unknown form: there is no {name}.")
    return found


def _read_repository(told: Any) -> StagedRepository:
    name = _read_id(told, "repositoryId")
    match told:
        case {"type": str() as kind, "transitioning": bool() as transitioning}:
            return StagedRepository(name, kind, transitioning, str(told.get("description") or ""))
        case _:
            raise RegistryDown(f"Nexus does not say in which state {name} is.")
