# SPDX-License-Identifier: Apache-2.0
"""The calls of the Central Portal's publisher API.

Source: central.sonatype.org, "Publishing By Using the Portal Publisher API", and its OpenAPI description.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from atr.domain.errors import Invalid
from atr.formats.zip_writer import ZipMember, measure_zip, write_zip
from atr.platforms._http import RegistryClient
from atr.platforms.maven.shipment import Shipment
from atr.ports.platforms import RegistryDown

API = "/api/v1/publisher"
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_PAGE = 100
_MOST_PAGES = 100
_MOST_REASONS = 20
_LARGEST_BUNDLE = 1 << 30  # what the portal takes


class DeploymentState(StrEnum):
    """How far a deployment is."""

    PENDING = "PENDING"
    VALIDATING = "VALIDATING"
    VALIDATED = "VALIDATED"
    PUBLISHING = "PUBLISHING"
    PUBLISHED = "PUBLISHED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment as it is now; `errors` say why it failed."""

    id: str
    name: str
    state: DeploymentState
    errors: tuple[str, ...] = ()


class Deployments:
    """The publisher API at one site."""

    def __init__(self, client: RegistryClient) -> None:
        self._client = client

    def walk_usable(self, path: str) -> Iterator[Deployment]:
        """Yield the deployments with files below a path that did not fail, newest first.

        The API has no search by name: the pages of deployments are read as far as they are asked for.
        """
        for page in range(_MOST_PAGES):
            told = self._browse(page, _PAGE, path)
            found = map(_read_deployment, told["deployments"])
            yield from (each for each in found if each.state is not DeploymentState.FAILED)
            if page + 1 >= told.get("pageCount", 0):
                return
        raise RegistryDown(f"The portal lists more than {_MOST_PAGES * _PAGE} deployments below {path}.")

    def check_access(self) -> None:
        """Read a page of deployments, which asks for credentials."""
        self._browse(0, 1, "")

    def upload(self, shipment: Shipment) -> str:
        """Send the bundle, which stays private until it is published; return the deployment's id."""
        members = list_members(shipment)
        size = _measure_bundle(members)
        before, after, kind = _frame(shipment)

        def read() -> Iterator[bytes]:
            yield before
            yield from write_zip(members)
            yield after

        answer = self._client.upload(
            "POST",
            name_upload(shipment),
            read,
            len(before) + size + len(after),
            headers={"content-type": kind},
            expect={201},
        )
        return _check_id(answer.body.decode("ascii", "replace").strip())

    def look_at(self, deployment: str) -> Deployment | None:
        """Return the deployment as it is now, None if there is none."""
        path = f"{API}/status?{urlencode({'id': deployment})}"
        answer = self._client.send("POST", path, expect={200, 404}, idempotent=True)
        if answer.status == 404:
            return None
        seen = _read_deployment(answer.parse_object())
        if seen.id != deployment:
            raise RegistryDown(f"Asked for the deployment {deployment}, the portal told of {seen.id}.")
        return seen

    def publish(self, deployment: str) -> None:
        """Publish a validated deployment; this is accepted, not done."""
        self._client.send("POST", f"{API}/deployment/{deployment}", expect={200, 204})

    def drop(self, deployment: str) -> None:
        """Take away a deployment that is not published."""
        self._client.send("DELETE", f"{API}/deployment/{deployment}", expect={200, 204}, idempotent=False)

    def _browse(self, page: int, size: int, path: str) -> dict[str, Any]:
        """Return a page of deployments, newest first; it is a POST that changes nothing."""
        body = {
            "page": page,
            "size": size,
            "sortField": "createTimestamp",
            "sortDirection": "desc",
            "deploymentIds": [],
            "pathStarting": path,
        }
        answer = self._client.send("POST", f"{API}/deployments/files", json=body, idempotent=True)
        told = answer.parse_object()
        if not isinstance(told.get("deployments"), list) or not isinstance(told.get("pageCount", 0), int):
            raise RegistryDown("The portal listed its deployments in an unknown form.")
        return told


def name_upload(shipment: Shipment) -> str:
    """Return the address of the upload; the default would publish at once."""
    query = urlencode({"name": shipment.mark, "publishingType": "USER_MANAGED"})
    return f"{API}/upload?{query}"


def locate_download(deployment: str) -> str:
    """Return where the files of a validated deployment are, for those with its account."""
    return f"{API}/deployment/{quote(deployment)}/download"


def list_members(shipment: Shipment) -> Sequence[ZipMember]:
    """Return everything in the bundle, in order of the places; the same for the same voted bytes."""
    outgoing = [each for piece in shipment.pieces for each in piece.list_outgoing()]
    return [
        ZipMember(each.target, each.size, each.crc, each.read)
        for each in sorted(outgoing, key=lambda each: each.target)
    ]


def _measure_bundle(members: Sequence[ZipMember]) -> int:
    try:
        size = measure_zip(members)
    except ValueError as error:
        raise Invalid.field("files", f"It cannot be sent: {error}.") from None
    if size > _LARGEST_BUNDLE:
        raise Invalid.field("files", f"The bundle would have {size} bytes; the portal takes 1 GB.")
    return size


def _frame(shipment: Shipment) -> tuple[bytes, bytes, str]:
    """Return what stands before and after the bundle, and the content type (RFC 7578)."""
    boundary = f"atr-{zlib.crc32(shipment.title.encode()):08x}-{shipment.key.rpartition(' ')[2]}"
    head = (
        f"--{boundary}\r\n"
        'content-disposition: form-data; name="bundle"; filename="bundle.zip"\r\n'
        "content-type: application/octet-stream\r\n\r\n"
    )
    return head.encode(), f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _read_deployment(told: Any) -> Deployment:
    match told:
        case {"deploymentId": str() as name, "deploymentState": str() as state}:
            if state not in tuple(DeploymentState):
                raise RegistryDown(f"The portal says that {name} is {state[:40]!r}, which is unknown.")
            errors = tuple(dict.fromkeys(_list_errors(told.get("errors"))))[:_MOST_REASONS]
            title = str(told.get("deploymentName") or "")
            return Deployment(_check_id(name), title, DeploymentState(state), errors)
        case _:
            raise RegistryDown("The portal told of a deployment in an unknown form.")


def _list_errors(told: Any, subject: str = "") -> Iterator[str]:
    """Yield the sentences, wherever they stand: by component, or for all of them."""
    match told:
        case str():
            yield f"{subject}{told.strip().rstrip('.')[:300]}."
        case list():
            for each in told:
                yield from _list_errors(each, subject)
        case dict():
            for name, each in told.items():
                yield from _list_errors(each, "" if name == "common" else f"{name}: ")
        case _:
            return


def _check_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise RegistryDown("The portal answered with something that is no id of a deployment.")
    return text
