# SPDX-License-Identifier: Apache-2.0
"""One package at a registry: what it says of its versions and tags, and how they are changed."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from atr.domain.artifact import Digest
from atr.domain.errors import DomainError, NotFound, Refused
from atr.platforms._http import Answer, RegistryClient, SendOptions
from atr.platforms.npm.names import escape_name
from atr.platforms.npm.tarball import Body, parse_integrity
from atr.ports.platforms import BadCredentials, NeedsPerson, NotYet, RegistryDown

_OK = frozenset({200, 201})
_TAKEN = frozenset({400, 403, 409})
_FRESH = {"accept": "application/json", "cache-control": "no-cache"}
_MISSING = frozenset({200, 404})


class Package:
    """A package by its whole name."""

    def __init__(self, client: RegistryClient, url: str, name: str) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self.name = name
        self.path = f"/{escape_name(name)}"
        self.tags_path = f"/-/package{self.path}/dist-tags"

    def read_packument(self, *, anonymous: bool = False, writing: bool = False) -> dict[str, Any] | None:
        """Return all that the registry says of the package, None if it knows none of the name."""
        query = "?write=true" if writing else ""
        answer = self._client.send(
            "GET", self.path + query, headers=_FRESH, expect=_MISSING, anonymous=anonymous
        )
        return None if answer.status == 404 else answer.parse_object()

    def read_tags(self, *, anonymous: bool = False) -> dict[str, str]:
        """Return the version that each dist-tag leads to."""
        answer = self._client.send(
            "GET", self.tags_path, headers=_FRESH, expect=_MISSING, anonymous=anonymous
        )
        if answer.status == 404:
            return {}
        return {tag: str(version) for tag, version in answer.parse_object().items()}

    def publish(self, body: Body, command: str) -> DomainError:
        """Send a version; return what to say if it cannot be seen afterwards."""
        answer = self._client.upload(
            "PUT",
            self.path,
            body.read,
            body.size,
            headers={"content-type": "application/json", "npm-command": "publish"},
            expect={*_OK, 401, 404, *_TAKEN},
        )
        if answer.status in _OK:
            return NotYet(f"The registry took {self.name}, but does not show the version yet.")
        if answer.status in _TAKEN:
            kind = BadCredentials if answer.status == 403 else Refused
            return kind(f"The registry does not take {self.name}: {answer.saying}")
        raise self._explain(answer, command)

    def move_tag(self, tag: str, version: str) -> None:
        """Lead the dist-tag to the version."""
        command = f"npm dist-tag add {self.name}@{version} {tag} --registry {self._url}"
        self._change("PUT", f"{self.tags_path}/{tag}", command, version)
        if (seen := self.read_tags().get(tag)) != version:
            raise NotYet(f"The registry took the dist-tag {tag}, which still leads to {seen}.")

    def remove_tag(self, tag: str) -> None:
        """Have the dist-tag lead nowhere."""
        command = f"npm dist-tag rm {self.name} {tag} --registry {self._url}"
        self._change("DELETE", f"{self.tags_path}/{tag}", command)
        if tag in self.read_tags():
            raise NotYet(f"The registry removed the dist-tag {tag}, which is still there.")

    def deprecate(self, version: str, message: str) -> None:
        """Have clients warn of the version."""
        packument = self.read_packument(writing=True)
        if packument is None or version not in packument.get("versions", {}):
            raise Refused(f"There is no {self.name}@{version} to deprecate.")
        packument["versions"][version]["deprecated"] = message
        command = f"npm deprecate {self.name}@{version} {message!r} --registry {self._url}"
        self._change("PUT", self.path, command, packument)

    def digest_tarball(self, entry: dict[str, Any], *, anonymous: bool) -> tuple[Digest | None, str]:
        """Return the digest of what the version's address hands out, and the address."""
        address = self._find_tarball(entry)
        try:
            return self._client.digest(address, anonymous=anonymous).sha512, address
        except NotFound:
            return None, address

    def _find_tarball(self, entry: dict[str, Any]) -> str:
        told = urlsplit(str(entry.get("dist", {}).get("tarball", "")))
        own = urlsplit(self._url)
        if told.hostname == own.hostname:  # registries behind a proxy do not know how they are reached
            return urlunsplit((own.scheme, own.netloc, told.path, told.query, ""))
        return told.geturl()

    def _change(self, method: str, path: str, command: str, body: Any = None) -> None:
        options: SendOptions = {"expect": {*_OK, 204, 401, 404}, "headers": _FRESH}
        if body is not None:
            options["json"] = body
        answer = self._client.send(method, path, **options)
        if answer.status in {401, 404}:
            raise self._explain(answer, command)

    def _explain(self, answer: Answer, command: str) -> DomainError:
        asks = f"{answer.headers.get('www-authenticate', '')} {answer.saying}".lower()
        if answer.status == 401 and ("otp" in asks or "one-time" in asks):
            return NeedsPerson(
                f"The registry asks for a one-time password. Sign in with npm and type: {command}"
            )
        return BadCredentials(f"The registry does not let this account change {self.name}: {answer.saying}")


def find_version(packument: dict[str, Any] | None, version: str) -> dict[str, Any] | None:
    """Return what the registry says of the version; raise RegistryDown when that is no packument."""
    if packument is None:
        return None
    match packument.get("versions"):
        case dict() as versions:
            found = versions.get(version)
            return found if isinstance(found, dict) else None
        case _:
            raise RegistryDown("The registry's answer on the package lists no versions.")


def read_integrity(entry: dict[str, Any] | None) -> Digest | None:
    """Return the digest that the registry claims of the version's tarball."""
    dist = (entry or {}).get("dist")
    return parse_integrity(dist.get("integrity")) if isinstance(dist, dict) else None
