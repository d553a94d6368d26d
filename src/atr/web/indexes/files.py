# SPDX-License-Identifier: Apache-2.0
"""The files that indexes lead to, each under its digest; and the way from an index to the people's page."""

from litestar import Response
from litestar.params import FromPath

from atr.services.candidate_indexes import OpenIndexedFile, ShowCandidateIndex
from atr.web.addresses import locate_release
from atr.web.api.release_key import TheRelease
from atr.web.indexes.answers import CANDIDATE_PATH, OWN_COPY, Answer, answer_at, send_file, send_index
from atr.web.parts import TheDoor, WebRequest


@answer_at(f"{CANDIDATE_PATH}/files/{{sha256:str}}/{{name:str}}")
def send_indexed(
    request: WebRequest, door: TheDoor, release: TheRelease, sha256: FromPath[str], name: FromPath[str]
) -> Answer:
    """Send a file of the candidate, or the metadata beside a wheel (PEP 658)."""
    found = door.ask(request.user, OpenIndexedFile(release, sha256, name))
    if isinstance(found, bytes):
        return send_index(request, found, "text/plain; charset=utf-8", release)
    return send_file(request, found, OWN_COPY, release)


@answer_at(CANDIDATE_PATH)
def leave_indexes(request: WebRequest, door: TheDoor, release: TheRelease) -> Answer:
    """Lead to the candidate's page, as long as there is something to install."""
    door.ask(request.user, ShowCandidateIndex(release))
    headers = {"location": locate_release(release), "cache-control": "no-cache"}
    return Response(b"", status_code=303, headers=headers, media_type="text/plain")


HANDLERS = (send_indexed, leave_indexes)
