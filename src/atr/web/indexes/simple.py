# SPDX-License-Identifier: Apache-2.0
"""A candidate for pip and its like: the simple repository, as HTML or JSON, whichever is asked for."""

from litestar import Response
from litestar.params import FromPath
from packaging.utils import canonicalize_name

from atr.domain.candidate_address import CandidateAddress
from atr.domain.package import Ecosystem, list_packages
from atr.formats.simple_index import (
    HTML_TYPE,
    JSON_TYPE,
    write_project_html,
    write_project_json,
    write_root_html,
    write_root_json,
)
from atr.services.candidate_indexes import ShowCandidateIndex
from atr.web.api.release_key import TheRelease
from atr.web.indexes.answers import CANDIDATE_PATH, Answer, answer_at, send_index
from atr.web.parts import TheDoor, WebRequest

_LATEST_JSON = "application/vnd.pypi.simple.latest+json"


@answer_at(f"{CANDIDATE_PATH}/simple")
def show_root(request: WebRequest, door: TheDoor, release: TheRelease) -> Answer:
    """List the packages of Python."""
    index = door.ask(request.user, ShowCandidateIndex(release))
    names = list_packages(index.packages, Ecosystem.PYTHON)
    media_type = _choose_type(request)
    if media_type == JSON_TYPE:
        return send_index(request, write_root_json(names, index.notice), media_type, release)
    page = write_root_html(names, CandidateAddress(release).simple, index.notice)
    return send_index(request, page, media_type, release)


@answer_at(f"{CANDIDATE_PATH}/simple/{{name:str}}")
def show_package(request: WebRequest, door: TheDoor, release: TheRelease, name: FromPath[str]) -> Answer:
    """List the files of a package; another spelling of its name leads to the usual one."""
    address = CandidateAddress(release)
    usual = canonicalize_name(name)
    if name != usual:
        location = f"{address.simple}{usual}/"
        return Response(b"", status_code=308, headers={"location": location}, media_type="text/plain")
    index = door.ask(request.user, ShowCandidateIndex(release))
    files = index.find_package(Ecosystem.PYTHON, usual)
    media_type = _choose_type(request)
    write = write_project_json if media_type == JSON_TYPE else write_project_html
    return send_index(request, write(usual, files, address.file, index.notice), media_type, release)


HANDLERS = (show_root, show_package)


def _choose_type(request: WebRequest) -> str:
    """Return the media type: JSON for whoever knows it, HTML by its own name or by the one of pages."""
    accepted = request.headers.get("accept", "")
    if JSON_TYPE in accepted or _LATEST_JSON in accepted:
        return JSON_TYPE
    return HTML_TYPE if HTML_TYPE in accepted else "text/html; charset=utf-8"
