# SPDX-License-Identifier: Apache-2.0
"""From an address to the blobs and the published tree that are kept there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from obstore.store import LocalStore, MemoryStore, S3Store

from atr.domain.errors import Invalid, Problem
from atr.ports.published import Published
from atr.storage.blobs import BlobStore
from atr.storage.disk_tree import DiskTree
from atr.storage.object_tree import ObjectTree

if TYPE_CHECKING:
    from obstore.store import S3Config

S3_OPTIONS = frozenset({"endpoint", "region", "access_key_id", "secret_access_key", "session_token"})
# A request of a sweep must not last longer than others wait for it: see `claims`.
_REQUEST_TIMEOUT = timedelta(seconds=120)
_RETRY_TIMEOUT = timedelta(seconds=30)
_RETRIES = 5


@dataclass(frozen=True, slots=True)
class Storage:
    """Where bytes are kept, and where they are published."""

    blobs: BlobStore
    published: Published


def open_storage(
    url: str, options: Mapping[str, str], scratch: Path, published: Path | None = None
) -> Storage:
    """Open `file:///folder`, `memory://` or `s3://bucket/prefix`.

    `options` are for S3 alone (`S3_OPTIONS`); with an `endpoint` the bucket stands in the path, not in the
    host name. `scratch` takes files while they are written, for a local store on the same file system.
    `published` puts the readable tree into a folder of this machine; otherwise it is beside the blobs.
    Raise Invalid for what cannot be opened.
    """
    parts = urlsplit(url)
    match parts.scheme:
        case "file" if parts.path.strip("/") and not parts.netloc:
            root = Path(unquote(parts.path))
            blobs = BlobStore(LocalStore(root, mkdir=True), scratch, root)
            return Storage(blobs, DiskTree(published or root / "published", blobs))
        case "memory":
            blobs = BlobStore(MemoryStore(), scratch)
        case "s3" if parts.netloc:
            blobs = BlobStore(_open_bucket(url, options), scratch)
        case _:
            raise Invalid.field(
                "store_url", f"{url!r} is not a store: write file:///FOLDER or s3://BUCKET[/PREFIX]."
            )
    return Storage(blobs, ObjectTree(blobs) if published is None else DiskTree(published, blobs))


def _open_bucket(url: str, options: Mapping[str, str]) -> S3Store:
    unknown = sorted(options.keys() - S3_OPTIONS)
    if unknown:
        known = ", ".join(sorted(S3_OPTIONS))
        raise Invalid(
            *(Problem(name, f"{name} is no option of a store; there are: {known}.") for name in unknown)
        )
    config = dict(options)
    if "endpoint" in config:
        config["virtual_hosted_style_request"] = "false"
    return S3Store.from_url(
        url,
        config=cast("S3Config", config),
        client_options={
            "allow_http": config.get("endpoint", "").startswith("http://"),
            "timeout": _REQUEST_TIMEOUT,
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_TIMEOUT},
    )
