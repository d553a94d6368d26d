# SPDX-License-Identifier: Apache-2.0
"""A registry's own staging: what is staged is nobody's to install until a person approves it with a password.

npm describes the calls and answers (npm/api-documentation, api/registry.npmjs.com/stage.yaml).
"""

from typing import Any
from urllib.parse import quote

from atr.domain.artifact import Content, Digest
from atr.domain.errors import NotFound, Refused
from atr.platforms._http import RegistryClient
from atr.platforms.npm.names import escape_name
from atr.platforms.npm.tarball import Body
from atr.ports.platforms import NotYet, OtherBytes, RegistryDown

NATIVE = "native"
"""The staging name that asks for the registry's own staging rather than for a dist-tag."""

_PAGE = 100
_MOST_PAGES = 50
_MISSING = frozenset({200, 404})


class NativeStage:
    """What waits for approval in one registry, of one package."""

    def __init__(self, client: RegistryClient, name: str) -> None:
        self._client = client
        self._name = name
        self.path = f"/-/stage/package/{escape_name(name)}"

    def find(self, version: str) -> str | None:
        """Return the id under which the version waits; raise NotYet while the registry examines it."""
        for page in range(_MOST_PAGES):
            query = f"?package={quote(self._name, safe='')}&page={page}&perPage={_PAGE}"
            answer = self._client.send("GET", f"/-/stage{query}", expect=_MISSING)
            items = answer.parse_object().get("items", []) if answer.status == 200 else []
            found = next((each for each in items if _is_of(each, self._name, version)), None)
            if found is not None:
                return self._read_id(found, version)
            if len(items) < _PAGE:
                break
        return None

    def _read_id(self, item: dict[str, Any], version: str) -> str:
        if item.get("status") == "validating":
            raise NotYet(f"The registry still examines {self._name}@{version}.")
        if not isinstance(item.get("id"), str):
            raise RegistryDown("The registry's staging lists something without an id.")
        return str(item["id"])

    def locate(self, stage_id: str) -> str:
        """Return the path of the staged tarball."""
        return f"/-/stage/{quote(stage_id, safe='')}/tarball"

    def digest(self, stage_id: str) -> Digest | None:
        """Return the digest of what waits there; None if nothing does any more."""
        try:
            return self._client.digest(self.locate(stage_id)).sha512
        except NotFound:
            return None

    def find_same(self, version: str, content: Content) -> str | None:
        """Return the id under which these bytes wait; raise OtherBytes if others do."""
        stage_id = self.find(version)
        if stage_id is not None and self.digest(stage_id) != content.sha512:
            raise OtherBytes(f"{self._name}@{version} is staged with bytes that are not the voted ones.")
        return stage_id

    def submit(self, body: Body) -> str:
        """Stage a version; return what the registry says when it refuses, nothing when it does not."""
        answer = self._client.upload(
            "POST",
            self.path,
            body.read,
            body.size,
            headers={"content-type": "application/json", "npm-command": "publish"},
            expect={201, 404, 405, 409},
        )
        if answer.status in {404, 405}:
            raise Refused("The registry has no staging of its own here: stage under a dist-tag instead.")
        return answer.saying if answer.status == 409 else ""


def _is_of(item: Any, name: str, version: str) -> bool:
    return isinstance(item, dict) and (item.get("packageName"), item.get("version")) == (name, version)
