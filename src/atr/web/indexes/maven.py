# SPDX-License-Identifier: Apache-2.0
"""A candidate for Maven and its like: a repository in the usual layout."""

from litestar.params import FromPath

from atr.services.candidate_indexes import OpenMavenPath
from atr.web.api.release_key import TheRelease
from atr.web.indexes.answers import (
    ASK_AGAIN,
    CANDIDATE_PATH,
    Answer,
    answer_at,
    send_file,
    send_index,
)
from atr.web.parts import TheDoor, WebRequest


@answer_at(f"{CANDIDATE_PATH}/maven/{{path:path}}")
def send_path(request: WebRequest, door: TheDoor, release: TheRelease, path: FromPath[str]) -> Answer:
    """Send a file of the repository, its metadata, or a checksum."""
    found = door.ask(request.user, OpenMavenPath(release, path.strip("/")))
    if isinstance(found, bytes):
        media_type = "text/xml" if path.endswith(".xml") else "text/plain"
        return send_index(request, found, f"{media_type}; charset=utf-8", release)
    return send_file(request, found, ASK_AGAIN, release)


HANDLERS = (send_path,)
