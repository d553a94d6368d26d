# SPDX-License-Identifier: Apache-2.0
"""Sending files over HTTP as the command line does."""

import hashlib
from collections.abc import Mapping

from httpx import Response

from tests.support.website import Client

RELEASE = "/api/v1/releases/demo/main/1.0"
OCTETS = {"content-type": "application/offset+octet-stream"}


def name_content(data: bytes) -> str:
    """Return the digest of the bytes as it is written."""
    return f"sha512:{hashlib.sha512(data).hexdigest()}"


def begin_upload(api: Client, who: Mapping[str, str], path: str, data: bytes) -> Response:
    """Announce a file."""
    body = {"path": path, "size": len(data), "sha512": name_content(data)}
    return api.post(f"{RELEASE}/uploads", json=body, headers=dict(who))


def send_part(api: Client, who: Mapping[str, str], address: str, offset: int, part: bytes) -> Response:
    """Send bytes of a file."""
    headers = dict(who) | OCTETS | {"upload-offset": str(offset)}
    return api.patch(address, content=part, headers=headers)


def upload_file(api: Client, who: Mapping[str, str], path: str, data: bytes) -> str:
    """Return the digest of a file that ATR has from now on."""
    begun = begin_upload(api, who, path, data)
    if begun.status_code == 201:
        sent = send_part(api, who, begun.headers["location"], 0, data)
        assert sent.status_code == 200, sent.text
    else:
        assert begun.status_code == 200, begun.text
    return name_content(data)


def add_files(
    api: Client,
    who: Mapping[str, str],
    files: Mapping[str, bytes],
    base: int = 0,
    remove: tuple[str, ...] = (),
) -> Response:
    """Upload files and make one revision of them."""
    add = {path: upload_file(api, who, path, data) for path, data in files.items()}
    body = {"base": base, "add": add, "remove": list(remove)}
    return api.post(f"{RELEASE}/revisions", json=body, headers=dict(who))
