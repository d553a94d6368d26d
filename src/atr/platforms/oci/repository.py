# SPDX-License-Identifier: Apache-2.0
"""One repository of a registry: its blobs, manifests and tags (OCI distribution specification 1.1)."""

import hashlib
from dataclasses import dataclass, field
from typing import Unpack
from urllib.parse import urlencode, urljoin, urlsplit

from atr.domain.artifact import Content, Digest
from atr.domain.errors import NotFound
from atr.formats.oci_manifest import MANIFEST_TYPES, Descriptor, Manifest, parse_manifest
from atr.platforms._http import Answer, SendOptions
from atr.platforms.oci.signed import Read, SignedClient
from atr.platforms.oci.tokens import Scope
from atr.ports.platforms import BadCredentials, OtherBytes, RegistryDown

ACCEPT = {"accept": ", ".join(MANIFEST_TYPES)}
_DIGEST = "docker-content-digest"


@dataclass(frozen=True, slots=True)
class Found:
    """A manifest as the registry hands it out; `announced` is the digest that its header states."""

    data: bytes = field(repr=False)
    media_type: str
    digest: Digest
    announced: str | None

    def parse(self) -> Manifest:
        """Read it; raise Invalid when it is none."""
        return parse_manifest(self.data, Descriptor(self.media_type, self.digest, len(self.data)))


class Repository:
    """Speaks with one repository; `anonymous` leaves the account out."""

    def __init__(self, client: SignedClient, name: str, *, anonymous: bool = False) -> None:
        self.path = f"/v2/{name}"
        self._client = client
        rights = "pull" if anonymous else "pull,push"
        self._scope = Scope((f"repository:{name}:{rights}",), anonymous)
        self._delete_scope = Scope((f"repository:{name}:delete,{rights}",), anonymous)

    def locate(self, path: str) -> str:
        """Return the whole address of something in the repository."""
        return f"{self._client.base}{self.path}{path}"

    def locate_manifest(self, reference: str) -> str:
        """Return the whole address of a manifest."""
        return self.locate(f"/manifests/{reference}")

    def fetch_manifest(self, reference: str) -> Found | None:
        """Return what a tag or digest leads to, with its digest computed here; None when there is nothing."""
        answer = self._send("GET", f"/manifests/{reference}", headers=ACCEPT, expect={200, 404})
        if answer.status == 404:
            return None
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip()
        digest = Digest("sha256", hashlib.sha256(answer.body).hexdigest())
        return Found(answer.body, media_type, digest, answer.headers.get(_DIGEST))

    def find_announced(self, reference: str) -> str | None:
        """Return the digest that the registry states for a tag without sending it; None if it states none."""
        answer = self._send("HEAD", f"/manifests/{reference}", headers=ACCEPT, expect={200, 404})
        return answer.headers.get(_DIGEST) if answer.status == 200 else None

    def put_manifest(self, reference: str, data: bytes, media_type: str) -> Digest:
        """Store these bytes under a tag or their digest; raise OtherBytes if the registry changed them."""
        headers = {"content-type": media_type}
        path = f"/manifests/{reference}"
        answer = self._send("PUT", path, content=data, headers=headers, expect={201})
        digest = Digest("sha256", hashlib.sha256(data).hexdigest())
        _check_stored(answer, digest)
        return digest

    def delete_tag(self, tag: str) -> bool:
        """Remove a tag alone; False when this registry removes none, which OCI permits."""
        expect = {200, 202, 204, 400, 404, 405}
        self._send("DELETE", f"/manifests/{tag}", scope=self._delete_scope, expect=expect)
        return self.fetch_manifest(tag) is None

    def has_blob(self, blob: Descriptor) -> bool:
        """Ask whether a blob of that size is there; only downloading it proves its bytes."""
        answer = self._send("HEAD", f"/blobs/{blob.digest}", expect={200, 404})
        return answer.status == 200 and answer.headers.get("content-length") in {None, str(blob.size)}

    def digest_blob(self, digest: Digest) -> Content | None:
        """Download a blob and return what it is; None when there is nothing."""
        try:
            return self._client.digest(f"{self.path}/blobs/{digest}", self._scope)
        except NotFound:
            return None

    def fetch_blob(self, digest: Digest) -> bytes | None:
        """Return a small blob whole, such as a configuration; None when there is nothing."""
        answer = self._send("GET", f"/blobs/{digest}", expect={200, 404})
        return answer.body if answer.status == 200 else None

    def push_blob(self, blob: Descriptor, read: Read, source: str | None = None) -> None:
        """Upload a blob in one piece, or link it from the repository `source` of the same registry."""
        location = self._mount(blob, source) if source else self._open_upload()
        if location is None:
            return
        separator = "&" if urlsplit(location).query else "?"
        url = f"{location}{separator}{urlencode({'digest': str(blob.digest)})}"
        _check_stored(self._client.upload(url, self._scope, read, blob.size), blob.digest)

    def list_tags(self, most: int) -> tuple[str, ...]:
        """Return up to `most` tags."""
        answer = self._send("GET", f"/tags/list?n={most}", expect={200, 404})
        tags = answer.parse_object().get("tags") if answer.status == 200 else None
        return tuple(tag for tag in tags or () if isinstance(tag, str))[:most]

    def _mount(self, blob: Descriptor, source: str) -> str | None:
        """Return None when it is linked, otherwise where to upload it after all."""
        query = urlencode({"mount": str(blob.digest), "from": source})
        scope = Scope((*self._scope.names, f"repository:{source}:pull"))
        try:
            answer = self._send("POST", f"/blobs/uploads/?{query}", scope=scope, expect={201, 202})
        except BadCredentials:  # the other repository is not ours to read
            return self._open_upload()
        return None if answer.status == 201 else _find_location(answer)

    def _open_upload(self) -> str:
        return _find_location(self._send("POST", "/blobs/uploads/", expect={202}))

    def _send(
        self, method: str, path: str, *, scope: Scope | None = None, **options: Unpack[SendOptions]
    ) -> Answer:
        return self._client.send(method, f"{self.path}{path}", scope or self._scope, **options)


def _find_location(answer: Answer) -> str:
    location = answer.headers.get("location", "")
    if not location:
        raise RegistryDown(f"{answer.source} was answered without a place to upload to.")
    return urljoin(answer.source.partition(" ")[2], location)


def _check_stored(answer: Answer, digest: Digest) -> None:
    stored = answer.headers.get(_DIGEST, str(digest))
    if stored != str(digest):
        raise OtherBytes(f"The registry says that it stored {digest} as {stored}.")
