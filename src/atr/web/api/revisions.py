# SPDX-License-Identifier: Apache-2.0
"""Revisions in the API: changing files as a whole, and reading what is there and what changed."""

from typing import Annotated

from litestar import HttpMethod, Response, Router, get, post, route
from litestar.params import FromPath, JSONBody, PathParameter
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid, NotFound
from atr.domain.names import FilePath
from atr.domain.revision import Revision
from atr.schema.files import FileAnswer
from atr.schema.pages import ItemPage
from atr.schema.revisions import RevisionAnswer, RevisionCreate, RevisionItem, RevisionRestore
from atr.services.checksum_files import CreateChecksums
from atr.services.revision_restores import RestoreRevision
from atr.services.revisions import AddRevision, FindFile, ListRevisions, ShowRevision
from atr.web.api.release_answers import describe_summary
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.sending import StoredBytes, send_bytes

_Number = Annotated[int, PathParameter(ge=0, le=2**31 - 1, description="The number of a revision.")]


@get("/revisions", sync_to_thread=True)
def list_revisions(actor: TheActor, door: TheDoor, release: TheRelease) -> ItemPage[RevisionItem]:
    """List all revisions, newest first, without their files."""
    found = door.ask(actor, ListRevisions(release))
    return ItemPage[RevisionItem](items=tuple(map(describe_summary, found)))


@post("/revisions", sync_to_thread=True)
def add_revision(
    request: WebRequest, door: TheDoor, release: TheRelease, data: JSONBody[RevisionCreate]
) -> Response[RevisionAnswer]:
    """Change the candidate's files: all of it becomes one new revision, or nothing happens."""
    command = AddRevision(
        release,
        data.base,
        {FilePath(path): Digest.parse(digest) for path, digest in data.add.items()},
        tuple(map(FilePath, data.remove)),
        data.description,
    )
    return reply_once(Asking(request, door, data), command, _reply_added)


@post("/checksums", sync_to_thread=True)
def create_checksums(request: WebRequest, door: TheDoor, release: TheRelease) -> Response[RevisionAnswer]:
    """Have ATR make a .sha512 for every artifact without a checksum; they become one new revision."""
    return reply_once(Asking(request, door), CreateChecksums(release), _reply_added)


@get("/revisions/{number:int}", sync_to_thread=True)
def show_revision(
    actor: TheActor, door: TheDoor, release: TheRelease, number: _Number
) -> Response[RevisionAnswer]:
    """Show a revision with its files; it never changes."""
    return Response(_describe_revision(door.ask(actor, ShowRevision(release, number))))


@post("/revisions/{number:int}/restore", sync_to_thread=True)
def restore_revision(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    number: _Number,
    data: JSONBody[RevisionRestore],
) -> Response[RevisionAnswer]:
    """Make the files of an earlier revision the newest ones, as a new revision."""
    command = RestoreRevision(release, number, data.base)
    return reply_once(Asking(request, door, data), command, _reply_added)


@route(
    "/revisions/{number:int}/files/{path:path}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    sync_to_thread=True,
)
def send_file(
    request: WebRequest,
    actor: TheActor,
    door: TheDoor,
    release: TheRelease,
    number: _Number,
    path: FromPath[str],
) -> Stream:
    """Send a file of a revision; ranges and conditions work as for public downloads."""
    found = door.ask(actor, FindFile(release, number, read_file_path(path)))
    return send_bytes(request, StoredBytes(found.entry, found.reader, "private, no-cache"))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        RELEASE_PATH,
        route_handlers=[
            list_revisions,
            add_revision,
            create_checksums,
            show_revision,
            restore_revision,
            send_file,
        ],
        dependencies=RELEASE_DEPENDENCY,
    ),
)


def read_file_path(text: str) -> FilePath:
    """Return the path of a file in an address; raise NotFound for one that no file can have."""
    bare = text.removeprefix("/")
    try:
        return FilePath(bare)
    except Invalid:
        raise NotFound("file", bare) from None


def _reply_added(revision: Revision) -> Reply[RevisionAnswer]:
    address = f"/api/v1/releases/{revision.release.storage_key}/revisions/{revision.number}"
    return Reply(_describe_revision(revision), address)


def _describe_revision(revision: Revision) -> RevisionAnswer:
    return RevisionAnswer(
        number=revision.number,
        manifest_digest=str(revision.manifest_digest),
        file_count=len(revision.files),
        total_size=sum(entry.content.size for entry in revision.files),
        created_at=revision.created_at,
        created_by=revision.created_by,
        description=revision.description,
        files=tuple(map(FileAnswer.describe, revision.files)),
    )
