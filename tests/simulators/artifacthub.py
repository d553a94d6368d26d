# SPDX-License-Identifier: Apache-2.0
"""Artifact Hub: it shows what it finds in a repository of charts, once it has read it again."""

import hashlib
from typing import Any

from atr.formats.helm_chart import read_helm_chart
from tests.simulators.lying import Reply, Seen
from tests.simulators.routing import Route, Simulator, find_header, reply_file, reply_json

_API = "/api/v1/packages"
Place = tuple[str, str, str]


class HubSimulator(Simulator):
    """Knows the charts of some repositories, and shows those it has read; it can be lied to about them."""

    def __init__(self) -> None:
        super().__init__()
        self.charts: dict[Place, bytes] = {}
        self.shown: dict[Place, dict[str, Any]] = {}
        self.offers_content = True

    def list_routes(self) -> list[Route]:
        return [
            ("GET", f"{_API}/stats", lambda _: reply_json({"packages": 1, "releases": len(self.shown)})),
            ("GET", f"{_API}/helm/([^/]+)/([^/]+)/([^/]+)", self._tell_version),
            ("GET", f"{_API}/helm/([^/]+)/([^/]+)", self._tell_package),
            ("GET", "/charts/([^/]+)/([^/]+)/([^/]+)", self._read),
        ]

    def refuse(self, request: Seen, path: str) -> Reply | None:  # noqa: ARG002 -- everybody may read all
        return None

    def add_chart(self, repository: str, data: bytes) -> None:
        """Put a chart into the repository, as its own publication does; versions never change there."""
        chart = read_helm_chart(data)
        self.charts.setdefault((repository, chart.name, chart.version), data)

    def crawl(self) -> None:
        """Read the repositories again."""
        for place, data in self.charts.items():
            chart = read_helm_chart(data)
            self.shown.setdefault(
                place,
                {
                    "name": chart.name,
                    "normalized_name": chart.name,
                    "version": chart.version,
                    "digest": hashlib.sha256(data).hexdigest(),
                    "prerelease": bool(chart.prerelease),
                    "repository": {"name": place[0], "kind": 0},
                },
            )
        for place in [place for place in self.shown if place not in self.charts]:
            del self.shown[place]

    def _tell_version(self, request: Seen, repository: str, name: str, version: str) -> Reply:
        found = self.shown.get((repository, name, version))
        if found is None:
            return reply_json({"message": "not found"}, 404)
        return reply_json(self._describe(request, (repository, name, version), found))

    def _tell_package(self, request: Seen, repository: str, name: str) -> Reply:
        places = sorted(place for place in self.shown if place[:2] == (repository, name))
        if not places:
            return reply_json({"message": "not found"}, 404)
        return reply_json(self._describe(request, places[-1], self.shown[places[-1]]))

    def _describe(self, request: Seen, place: Place, found: dict[str, Any]) -> dict[str, Any]:
        same = [each for each in self.shown if each[:2] == place[:2]]
        told = {**found, "available_versions": [{"version": each[2], "ts": 0} for each in same]}
        if self.offers_content:
            told["content_url"] = f"http://{find_header(request, 'host')}/charts/{'/'.join(place)}"
        return told

    def _read(self, _: Seen, repository: str, name: str, version: str) -> Reply:
        return reply_file(self.charts.get((repository, name, version)))
