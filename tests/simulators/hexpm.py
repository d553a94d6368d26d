# SPDX-License-Identifier: Apache-2.0
"""Hex: releases are public at once, can be reverted for an hour, and only retired later."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from atr.formats.hex_package import read_hex_package
from tests.simulators.lying import Reply, Seen
from tests.simulators.routing import Route, Simulator, find_header, read_query, reply_file, reply_json

KEY = "0123456789abcdef-hex-key"
_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Published:
    """One release, with when it was published."""

    data: bytes
    inserted_at: datetime
    retirement: dict[str, str] | None = None

    def describe(self, package: str, version: str) -> dict[str, Any]:
        """Return it as the API does."""
        return {
            "version": version,
            "checksum": hashlib.sha256(self.data).hexdigest(),
            "url": f"/api/packages/{package}/releases/{version}",
            "has_docs": False,
            "retirement": self.retirement,
            "inserted_at": self.inserted_at.isoformat().replace("+00:00", "Z"),
        }


class HexSimulator(Simulator):
    """Starts without packages; `cdn_looks` is how often a tarball is not there yet."""

    def __init__(self) -> None:
        super().__init__()
        self.packages: dict[str, dict[str, Published]] = {}
        self.cdn_looks = 0

    def list_routes(self) -> list[Route]:
        release = "/api/packages/([^/]+)/releases/([^/]+)"
        return [
            ("GET", "/api/auth", lambda _: Reply(204)),
            ("POST", "/api/packages/([^/]+)/releases", self._publish),
            ("GET", "/api/packages/([^/]+)", self._tell_package),
            ("GET", release, self._tell_release),
            ("DELETE", release, self._revert),
            ("POST", f"{release}/retire", self._retire),
            ("GET", r"/repo/tarballs/([a-z0-9_]+)-(.+)\.tar", self._read),
        ]

    def refuse(self, request: Seen, path: str) -> Reply | None:
        if not find_header(request, "user-agent"):
            return _say(400, "bad request", "User-Agent header is requried")
        is_private = request.method != "GET" or path == "/api/auth"
        if is_private and find_header(request, "authorization") != KEY:
            return _say(401, "invalid API key")
        return None

    def age(self, package: str, version: str, by: timedelta) -> None:
        """Let a release be older than it is."""
        self.packages[package][version].inserted_at -= by

    def _publish(self, request: Seen, package: str) -> Reply:
        try:
            found = read_hex_package([request.body])
        except ValueError as error:
            return _refuse({"tar": str(error)})
        if found.name != package:
            return _refuse({"name": "metadata does not match package name"})
        releases = self.packages.setdefault(package, {})
        if found.version in releases and read_query(request).get("replace") != "true":
            message = "can only modify a release up to one hour after publication"
            return _refuse({"inserted_at": f"{message} and must include the --replace option"})
        releases[found.version] = Published(request.body, datetime.now(UTC))
        self.effects["publish"] += 1
        return reply_json(releases[found.version].describe(package, found.version), 201)

    def _tell_package(self, _: Seen, package: str) -> Reply:
        versions = sorted(self.packages.get(package, ()), reverse=True)
        if not versions:
            return _say(404, "not found")
        stable = next((version for version in versions if "-" not in version), None)
        return reply_json(
            {
                "name": package,
                "latest_version": versions[0],
                "latest_stable_version": stable,
                "releases": [{"version": version} for version in versions],
            }
        )

    def _tell_release(self, _: Seen, package: str, version: str) -> Reply:
        found = self.packages.get(package, {}).get(version)
        return _say(404, "not found") if found is None else reply_json(found.describe(package, version))

    def _revert(self, _: Seen, package: str, version: str) -> Reply:
        found = self.packages.get(package, {}).get(version)
        if found is None:
            return _say(404, "not found")
        if datetime.now(UTC) - found.inserted_at > _HOUR:
            return _refuse({"inserted_at": "can only delete a release up to one hour after publication"})
        del self.packages[package][version]
        self.effects["revert"] += 1
        return Reply(204)

    def _retire(self, request: Seen, package: str, version: str) -> Reply:
        found = self.packages.get(package, {}).get(version)
        if found is None:
            return _say(404, "not found")
        found.retirement = {"reason": "invalid", "message": request.body.decode()}
        self.effects["retire"] += 1
        return Reply(204)

    def _read(self, _: Seen, package: str, version: str) -> Reply:
        self.cdn_looks -= 1
        found = self.packages.get(package, {}).get(version)
        return reply_file(None if found is None or self.cdn_looks >= 0 else found.data)


def _say(status: int, message: str, explain: str = "") -> Reply:
    return reply_json({"status": status, "message": message, "explain": explain}, status)


def _refuse(errors: dict[str, str]) -> Reply:
    return reply_json({"status": 422, "message": "Validation error(s)", "errors": errors}, 422)
