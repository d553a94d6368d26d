# SPDX-License-Identifier: Apache-2.0
"""Resumable uploads in the API: begun, continued at the offset where they stand, given up."""

from litestar import Response, Router, delete, head, patch, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid, TooLarge
from atr.domain.names import FilePath
from atr.ports.repositories.releases import Upload
from atr.ports.spool import OffsetMismatch
from atr.schema.uploads import UploadAnswer, UploadCreate
from atr.services.uploads import (
    BeginUpload,
    ForgetUpload,
    Intake,
    OpenUpload,
    UploadBegun,
    receive_bytes,
    tell_offset,
)
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.errors import handle_error
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.receiving import gather_blocks
from atr.web.security import BODY_TYPES_KEY

OFFSET_HEADER = "Upload-Offset"
_BODY_TYPES = frozenset({"application/offset+octet-stream", "application/octet-stream"})


@post("/uploads", sync_to_thread=True)
def begin_upload(
    request: WebRequest, door: TheDoor, release: TheRelease, data: JSONBody[UploadCreate]
) -> Response[UploadAnswer]:
    """Announce a file: 201 with the address to send it to, or 200 when ATR has these bytes already."""
    command = BeginUpload(release, FilePath(data.path), data.size, Digest.parse(data.sha512))

    def describe(begun: UploadBegun) -> Reply[UploadAnswer]:
        if begun.upload is None:
            known = UploadAnswer(
                have=True, path=data.path, size=data.size, sha512=data.sha512, offset=data.size, complete=True
            )
            return Reply(known, status=200)
        address = f"/api/v1/releases/{release.storage_key}/uploads/{begun.upload.id}"
        return Reply(_describe_upload(begun.upload, 0), address)

    return reply_once(Asking(request, door, data), command, describe)


@patch("/uploads/{upload_id:str}", opt={BODY_TYPES_KEY: _BODY_TYPES}, request_max_body_size=None)
async def append_bytes(
    request: WebRequest, actor: TheActor, door: TheDoor, release: TheRelease, upload_id: FromPath[str]
) -> Response[UploadAnswer]:
    """Add bytes at `Upload-Offset`; the last ones are compared with the announced digest.

    The body is of type `application/offset+octet-stream`. At another offset than the upload's the answer is
    409, with the right one in the same header.
    """
    offset = _read_offset(request)
    intake = await sync_to_thread(door.ask, actor, OpenUpload(release, upload_id))
    _refuse_excess(request, intake, offset)
    async for block in gather_blocks(request):
        offset = await sync_to_thread(receive_bytes, door, intake, offset, (block,))
    return _send_state(intake.upload, offset)


@head("/uploads/{upload_id:str}", sync_to_thread=True)
def show_offset(
    actor: TheActor, door: TheDoor, release: TheRelease, upload_id: FromPath[str]
) -> Response[None]:
    """Tell in `Upload-Offset` how many bytes have arrived; all of them only when they are stored."""
    intake = door.ask(actor, OpenUpload(release, upload_id))
    return Response(None, headers=_describe_state(intake.upload, tell_offset(door, intake)))


@delete("/uploads/{upload_id:str}", sync_to_thread=True)
def give_up(actor: TheActor, door: TheDoor, release: TheRelease, upload_id: FromPath[str]) -> None:
    """Let go of the upload and of what has arrived of it."""
    door.keep(ForgetUpload(door.ask(actor, OpenUpload(release, upload_id)).upload))


def explain_offset(request: WebRequest, error: OffsetMismatch) -> Response[bytes] | Response[None]:
    """Return the problem with the right offset in the header."""
    answer = handle_error(request, error)
    answer.headers[OFFSET_HEADER] = str(error.offset)
    return answer


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        RELEASE_PATH,
        route_handlers=[begin_upload, append_bytes, show_offset, give_up],
        dependencies=RELEASE_DEPENDENCY,
        exception_handlers={OffsetMismatch: explain_offset},
    ),
)


def _read_offset(request: WebRequest) -> int:
    text = request.headers.get(OFFSET_HEADER, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise Invalid.field(OFFSET_HEADER, f"Say in {OFFSET_HEADER} at which byte the body continues.")
    return int(text)


def _refuse_excess(request: WebRequest, intake: Intake, offset: int) -> None:
    """Raise TooLarge before a body is read that says it is longer than what was announced."""
    length = request.headers.get("content-length", "0")
    if length.isdigit() and offset + int(length) > intake.upload.size:
        raise TooLarge(f"More than the declared {intake.upload.size} bytes would arrive.")


def _describe_upload(upload: Upload, offset: int) -> UploadAnswer:
    return UploadAnswer(
        have=False,
        id=upload.id,
        path=upload.path,
        size=upload.size,
        sha512=str(upload.sha512),
        offset=offset,
        complete=offset == upload.size,
        created_at=upload.created_at,
    )


def _describe_state(upload: Upload, offset: int) -> dict[str, str]:
    return {OFFSET_HEADER: str(offset), "Upload-Length": str(upload.size), "Cache-Control": "no-store"}


def _send_state(upload: Upload, offset: int) -> Response[UploadAnswer]:
    return Response(_describe_upload(upload, offset), headers=_describe_state(upload, offset))
