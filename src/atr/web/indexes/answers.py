# SPDX-License-Identifier: Apache-2.0
"""What all views of a candidate share: routes, headers, and how bytes are sent."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from litestar import HttpMethod, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from litestar.types import ExceptionHandlersMap

from atr.domain.names import ReleaseKey
from atr.ports.blobs import BlobReader
from atr.services.candidate_indexes import CandidateIndex, IndexedBytes
from atr.web.api.release_key import RELEASE_DEPENDENCY
from atr.web.parts import WebRequest
from atr.web.sending import StoredBytes, send_bytes, send_ranges, send_small

Answer = Response[bytes] | Stream
CANDIDATE_PATH = "/candidates/{project:str}/{product:str}/{version:str}"
ASK_AGAIN = "no-cache"
"""An index is asked for anew each time: a dropped candidate is not installed from a memory."""
OWN_COPY = "private, max-age=31536000, immutable"
"""What is named by its digest never changes; only whoever fetched it keeps it, so that dropping it works."""
NOTICE_HEADER = "atr-candidate"
OCTETS = "application/octet-stream"
_NO_HANDLERS: ExceptionHandlersMap = {}


def answer_at(
    path: str, exception_handlers: ExceptionHandlersMap = _NO_HANDLERS
) -> Callable[[Callable[..., Answer]], HTTPRouteHandler]:
    """Return the decorator of a read-only handler outside the API's description."""
    return route(
        path,
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        sync_to_thread=True,
        include_in_schema=False,
        dependencies=RELEASE_DEPENDENCY if "{version:str}" in path else {},
        exception_handlers=exception_handlers,
    )


@dataclass(frozen=True, slots=True)
class _PartReader:
    """Reads what stands inside a file from an offset on, as if it were a file."""

    whole: BlobReader
    start: int
    size: int

    def read_range(self, start: int, length: int) -> bytes:
        return b"".join(self.iterate(start, length))

    def iterate(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        end = self.size if length is None else min(start + length, self.size)
        return self.whole.iterate(self.start + start, max(0, end - start))


def send_file(request: WebRequest, found: IndexedBytes, lifetime: str, key: ReleaseKey) -> Stream:
    """Send a whole file of a candidate."""
    answer = send_bytes(request, StoredBytes(found.entry, found.reader, lifetime))
    answer.headers[NOTICE_HEADER] = write_notice(key)
    return answer


def send_part(
    request: WebRequest, found: IndexedBytes, headers: Mapping[str, str], key: ReleaseKey
) -> Stream:
    """Send what stands inside a file; `headers` name it by its digest in `etag`."""
    reader = _PartReader(found.reader, found.span.start, found.span.length)
    marked = {"cache-control": OWN_COPY, NOTICE_HEADER: write_notice(key), **headers}
    return send_ranges(request, reader, marked, found.media_type or OCTETS)


def send_index(request: WebRequest, data: bytes, media_type: str, key: ReleaseKey) -> Response[bytes]:
    """Send a document that was made for this answer."""
    answer = send_small(request, data, media_type, ASK_AGAIN)
    answer.headers[NOTICE_HEADER] = write_notice(key)
    return answer


def write_notice(key: ReleaseKey) -> str:
    """Return the header that every answer about a candidate carries."""
    return f"{key.storage_key}; not a release"


def say_changed(index: CandidateIndex) -> str:
    """Return when the revision was made, as registries write it."""
    return f"{index.revision.created_at:%Y-%m-%dT%H:%M:%S.000Z}"
