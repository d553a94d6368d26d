# SPDX-License-Identifier: Apache-2.0
"""Candidates for clients of container images (OCI distribution specification 1.1), for reading only."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.types import ExceptionHandlersMap

from atr.domain.candidate_address import parse_image
from atr.domain.errors import DomainError, Invalid, NotFound
from atr.services.candidate_indexes import (
    ImageName,
    IndexedBytes,
    ListImageTags,
    OpenImageBlob,
    OpenManifest,
)
from atr.web.explain import explain_error
from atr.web.indexes.answers import ASK_AGAIN, OWN_COPY, Answer, answer_at, send_index, send_part
from atr.web.parts import TheDoor, WebRequest

_VERSION = MappingProxyType({"docker-distribution-api-version": "registry/2.0"})
_CODES: Mapping[str, str] = MappingProxyType(
    {"manifests": "MANIFEST_UNKNOWN", "blobs": "BLOB_UNKNOWN", "tags": "NAME_UNKNOWN"}
)
_DIGEST = "sha256:"


def handle_error(request: WebRequest, error: Exception) -> Response[bytes]:
    """Return the failure in the words of the specification ("Error Codes")."""
    explanation = explain_error(error)
    kind = next((each for each in _CODES if f"/{each}/" in request.scope["path"]), "tags")
    code = _CODES[kind] if explanation.status in {404, 410} else "UNSUPPORTED"
    body = {"errors": [{"code": code, "message": explanation.detail, "detail": None}]}
    headers = {**_VERSION, **explanation.headers}
    data = json.dumps(body).encode()
    return Response(data, status_code=explanation.status, headers=headers, media_type="application/json")


_HANDLE: ExceptionHandlersMap = {DomainError: handle_error, HTTPException: handle_error}


@answer_at("/v2", exception_handlers=_HANDLE)
def greet() -> Answer:
    """Say that this version of the interface is spoken here."""
    return Response(b"{}", headers=dict(_VERSION), media_type="application/json")


@answer_at("/v2/{path:path}", exception_handlers=_HANDLE)
def send_resource(request: WebRequest, door: TheDoor, path: FromPath[str]) -> Answer:
    """Send a manifest, a blob, or the tags of an image."""
    match path.strip("/").rsplit("/", 2):
        case [name, "tags", "list"]:
            return _send_tags(request, door, name)
        case [name, "manifests", reference]:
            image = _parse_name(name)
            return _send_manifest(
                request, image, reference, door.ask(request.user, OpenManifest(image, reference))
            )
        case [name, "blobs", digest] if digest.startswith(_DIGEST):
            image = _parse_name(name)
            return _send_blob(request, image, digest, door.ask(request.user, OpenImageBlob(image, digest)))
        case _:
            raise NotFound("resource", path)


HANDLERS = (greet, send_resource)


def _parse_name(name: str) -> ImageName:
    try:
        return ImageName(*parse_image(name))
    except Invalid:
        raise NotFound("image", name) from None


def _send_tags(request: WebRequest, door: TheDoor, name: str) -> Response[bytes]:
    image = _parse_name(name)
    tags = door.ask(request.user, ListImageTags(image))
    data = json.dumps({"name": name, "tags": tags}).encode()
    answer = send_index(request, data, "application/json", image.release)
    answer.headers.update(_VERSION)
    return answer


def _send_manifest(request: WebRequest, image: ImageName, reference: str, found: IndexedBytes) -> Answer:
    """Send the very bytes; their digest was compared when the layout was read."""
    lifetime = OWN_COPY if reference.startswith(_DIGEST) else ASK_AGAIN
    headers = _describe(found.digest) | {"cache-control": lifetime}
    return send_part(request, found, headers, image.release)


def _send_blob(request: WebRequest, image: ImageName, digest: str, found: IndexedBytes) -> Answer:
    return send_part(request, found, _describe(digest), image.release)


def _describe(digest: str) -> dict[str, str]:
    return {**_VERSION, "docker-content-digest": digest, "etag": f'"{digest}"'}
