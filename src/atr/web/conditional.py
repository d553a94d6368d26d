# SPDX-License-Identifier: Apache-2.0
"""Entity tags: nobody overwrites what he has not seen (RFC 9110, sections 8.8.3 and 13.1)."""

import hashlib

from litestar.exceptions import ClientException

from atr.web.parts import Connection


class PreconditionFailed(ClientException):
    """Raised when `If-Match` names another state than the present one."""

    status_code = 412


def make_etag(*parts: object) -> str:
    """Return the strong tag of a state, named by whatever distinguishes it, such as kind, key and edition."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode())
    return f'"{digest.hexdigest()[:24]}"'


def require_match(connection: Connection, etag: str) -> None:
    """Raise PreconditionFailed if the request insists on a state that is over."""
    wanted = connection.headers.get("if-match")
    if wanted is not None and wanted.strip() != "*" and etag not in _split_tags(wanted):
        raise PreconditionFailed(
            "It was changed since you read it: read it again and repeat your change.", headers={"etag": etag}
        )


def is_unchanged(connection: Connection, etag: str) -> bool:
    """Tell whether the asker has this state already, so that 304 is the answer."""
    known = connection.headers.get("if-none-match")
    if known is None:
        return False
    return known.strip() == "*" or etag in {tag.removeprefix("W/") for tag in _split_tags(known)}


def _split_tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}
