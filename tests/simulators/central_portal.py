# SPDX-License-Identifier: Apache-2.0
"""The Central Portal's publisher API: bundles are validated once uploaded, and published when asked to."""

import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.simulators.lying import Reply, Seen
from tests.simulators.maven_rules import find_public, list_violations
from tests.simulators.routing import (
    Route,
    Simulator,
    find_header,
    read_login,
    read_query,
    reply_file,
    reply_json,
)

LOGIN = ("tokenuser", "portal-secret-word")
_API = "/api/v1/publisher"


@dataclass(slots=True)
class Uploaded:
    """One deployment; the state after `looks` more looks at it is `following`."""

    id: str
    name: str
    files: dict[str, bytes]
    automatic: bool
    state: str = "PENDING"
    looks: int = 0
    errors: dict[str, list[str]] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """Return it as the status does."""
        return {
            "deploymentId": self.id,
            "deploymentName": self.name,
            "deploymentState": self.state,
            "purls": [],
            **({"errors": self.errors} if self.errors else {}),
        }


class PortalSimulator(Simulator):
    """Starts without any deployment; `delay` is how many looks at the status a change takes."""

    def __init__(self, delay: int = 1) -> None:
        super().__init__()
        self.delay = delay
        self.deployments: dict[str, Uploaded] = {}
        self.bundles: list[bytes] = []
        self.published: dict[str, bytes] = {}
        self.hides_public = False

    def list_routes(self) -> list[Route]:
        return [
            ("POST", f"{_API}/upload", self._upload),
            ("POST", f"{_API}/status", self._tell_status),
            ("POST", f"{_API}/deployments/files", self._list),
            ("POST", f"{_API}/deployment/([^/]+)", self._publish),
            ("DELETE", f"{_API}/deployment/([^/]+)", self._drop),
            ("GET", f"{_API}/deployment/([^/]+)/download/(.+)", self._download),
            ("GET", "/maven2/(.+)", self._read_public),
        ]

    def refuse(self, request: Seen, path: str) -> Reply | None:
        if path.startswith("/maven2/") or read_login(request) == ":".join(LOGIN):
            return None
        return reply_json({"httpStatus": 401, "errorCode": 10401, "message": "Wrong authorization data"}, 401)

    def publish_by_hand(self, deployment: str) -> None:
        """Do what a person does in the web interface."""
        self._finish_publication(self.deployments[deployment])

    def _upload(self, request: Seen) -> Reply:
        query = read_query(request)
        kind = query.get("publishingType", "AUTOMATIC")
        bundle = _read_part(request)
        if bundle is None or kind not in {"AUTOMATIC", "USER_MANAGED"}:
            return reply_json({"message": "Bad Request"}, 400)
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        number = str(UUID(int=0x28570F16_DA32_4C14_BD2E_C1ACC0782365 + len(self.bundles)))
        uploaded = Uploaded(number, query.get("name", ""), files, kind == "AUTOMATIC", looks=self.delay)
        self.deployments[number] = uploaded
        self.bundles.append(bundle)
        self.effects["upload"] += 1
        return Reply(201, number.encode(), {"content-type": "text/plain"})

    def _tell_status(self, request: Seen) -> Reply:
        uploaded = self.deployments.get(read_query(request).get("id", ""))
        if uploaded is None:
            return reply_json({"message": "Deployment not found"}, 404)
        uploaded.looks -= 1
        if uploaded.looks < 0:
            self._advance(uploaded)
        return reply_json(uploaded.describe())

    def _advance(self, uploaded: Uploaded) -> None:
        uploaded.looks = self.delay
        match uploaded.state:
            case "PENDING":
                uploaded.state = "VALIDATING"
            case "VALIDATING":
                self._validate(uploaded)
            case "PUBLISHING":
                self._finish_publication(uploaded)
            case _:
                return

    def _validate(self, uploaded: Uploaded) -> None:
        broken = [message for _, message in list_violations(uploaded.files)]
        broken += [f"Component already exists: {path}" for path in uploaded.files if path in self.published]
        uploaded.state = "FAILED" if broken else "VALIDATED"
        uploaded.errors = {"common": broken} if broken else {}
        if uploaded.automatic and not broken:
            self._finish_publication(uploaded)

    def _finish_publication(self, uploaded: Uploaded) -> None:
        uploaded.state = "PUBLISHED"
        self.published |= uploaded.files

    def _list(self, request: Seen) -> Reply:
        wanted = json.loads(request.body)
        if not wanted.get("sortField"):
            return reply_json({"message": "sortField is required"}, 400)
        start = wanted["pathStarting"]
        found = [
            {**each.describe(), "deploymentType": "BUNDLE", "createTimestamp": index}
            for index, each in enumerate(self.deployments.values())
            if any(path.startswith(start) for path in each.files)
        ]
        page, size = wanted["page"], wanted["size"]
        return reply_json(
            {
                "deployments": found[::-1][page * size : (page + 1) * size],
                "page": page,
                "pageSize": size,
                "pageCount": -(-len(found) // size),
                "totalResultCount": len(found),
            }
        )

    def _publish(self, _: Seen, deployment: str) -> Reply:
        uploaded = self.deployments.get(deployment)
        if uploaded is None or uploaded.state != "VALIDATED":
            return reply_json({"message": "only validated deployments can be published"}, 400)
        uploaded.state, uploaded.looks = "PUBLISHING", self.delay
        self.effects["publish"] += 1
        return Reply(204)

    def _drop(self, _: Seen, deployment: str) -> Reply:
        uploaded = self.deployments.get(deployment)
        if uploaded is None or uploaded.state not in {"VALIDATED", "FAILED"}:
            return reply_json({"message": "only validated and failed deployments can be dropped"}, 400)
        del self.deployments[deployment]
        self.effects["drop"] += 1
        return Reply(204)

    def _download(self, _: Seen, deployment: str, path: str) -> Reply:
        uploaded = self.deployments.get(deployment)
        return reply_file(None if uploaded is None else uploaded.files.get(path))

    def _read_public(self, _: Seen, path: str) -> Reply:
        return reply_file(None if self.hides_public else find_public(self.published, path))


def _read_part(request: Seen) -> bytes | None:
    found = re.fullmatch(r"multipart/form-data; boundary=(\S+)", find_header(request, "content-type"))
    if found is None:
        return None
    parts = request.body.split(b"--" + found[1].encode())
    head, _, body = parts[1].partition(b"\r\n\r\n")
    is_bundle = b'name="bundle"' in head and b"filename=" in head and parts[-1].strip() == b"--"
    return body.removesuffix(b"\r\n") if is_bundle else None
