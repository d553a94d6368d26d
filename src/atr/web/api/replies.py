# SPDX-License-Identifier: Apache-2.0
"""Answers to requests that change something: once only, and never over what somebody has not seen."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from litestar import Response

from atr.domain.errors import Invalid
from atr.ports.repositories.effects import KeptReply
from atr.schema.secrets import REMEMBERED
from atr.schema.wire import WireAnswer, WireRequest
from atr.services.door import Command, Door, Once
from atr.web.conditional import require_match
from atr.web.parts import WebRequest

R = TypeVar("R")
T = TypeVar("T", bound=WireAnswer)
IDEMPOTENCY_HEADER = "Idempotency-Key"
_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """An answer before it is sent: 201 with the new thing's address unless said otherwise."""

    body: T
    location: str | None = None
    etag: str | None = None
    status: int = 201

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers that are set."""
        named = (("location", self.location), ("etag", self.etag))
        return tuple((name, value) for name, value in named if value is not None)


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that changes something: where it came in, through which door, and what it says."""

    request: WebRequest
    door: Door
    data: WireRequest | None = field(default=None)


def reply_once(asking: Asking, command: Command[R], describe: Callable[[R], Reply[T]]) -> Response[T]:
    """Perform the command and answer; a repeat with the same Idempotency-Key gets the first answer again.

    Raise Invalid for a key that was used for another request, Conflict while the first is being answered.
    """
    key = asking.request.headers.get(IDEMPOTENCY_HEADER)
    actor = asking.request.user
    if key is None:
        return _send(_render(describe(asking.door.perform(actor, command)), ""))
    if not (1 <= len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid.field(
            IDEMPOTENCY_HEADER, f"Send a key of 1 to {_LONGEST_KEY} printable ASCII characters."
        )
    digest = _digest_request(asking)
    once: Once[R] = Once(key, digest, lambda result: _render(describe(result), digest))
    return _send(asking.door.perform_once(actor, command, once))


def read_expected(request: WebRequest, etag: str, edition: int) -> int | None:
    """Return the edition that a request with `If-Match` insists on, None without the header.

    Raise PreconditionFailed when that is not the present one.
    """
    require_match(request, etag)
    return edition if "if-match" in request.headers else None


def _digest_request(asking: Asking) -> str:
    body = asking.data.model_dump_json(context=REMEMBERED) if asking.data is not None else ""
    text = f"{asking.request.method} {asking.request.url.path}\n{body}"
    return hashlib.sha256(text.encode()).hexdigest()


def _render(reply: Reply[T], digest: str) -> KeptReply:
    return KeptReply(digest, reply.status, reply.body.model_dump_json().encode(), reply.headers)


def _send(kept: KeptReply) -> Response[T]:
    # The bytes are the answer's JSON already; the type says for the description what they hold.
    return Response(
        cast("T", kept.body),
        status_code=kept.status,
        headers=dict(kept.headers),
        media_type="application/json",
    )
