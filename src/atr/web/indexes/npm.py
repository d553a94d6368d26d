# SPDX-License-Identifier: Apache-2.0
"""A candidate for npm and its like: what a registry answers about a package, without anything to write."""

import json

from litestar.params import FromPath

from atr.domain.artifact import FileEntry
from atr.domain.candidate_address import CandidateAddress
from atr.domain.errors import NotFound
from atr.domain.package import Ecosystem, PackageFile
from atr.formats.packument import describe_version, write_packument
from atr.services.candidate_indexes import CandidateIndex, ShowCandidateIndex
from atr.web.api.release_key import TheRelease
from atr.web.indexes.answers import CANDIDATE_PATH, Answer, answer_at, say_changed, send_index
from atr.web.parts import TheDoor, TheParts, WebRequest

_JSON = "application/json"
_LATEST = "latest"
_PING = "-/ping"


@answer_at(f"{CANDIDATE_PATH}/npm/{{path:path}}")
def show_package(
    request: WebRequest, door: TheDoor, parts: TheParts, release: TheRelease, path: FromPath[str]
) -> Answer:
    """Describe a package (`NAME`, `@SCOPE/NAME`), or one version of it."""
    index = door.ask(request.user, ShowCandidateIndex(release))
    wanted = path.strip("/")
    data = b"{}" if wanted == _PING else _Registry(index, parts.public_url).describe(wanted)
    return send_index(request, data, _JSON, release)


HANDLERS = (show_package,)


class _Registry:
    """Writes what the registry says; addresses of tarballs are whole, as npm wants them."""

    def __init__(self, index: CandidateIndex, public_url: str) -> None:
        self._index = index
        self._address = CandidateAddress(index.release.key)
        self._public_url = public_url.rstrip("/")

    def describe(self, wanted: str) -> bytes:
        """Return the document; raise NotFound."""
        name, _, version = _split_name(wanted)
        files = self._index.find_package(Ecosystem.NPM, name)
        if not version:
            return write_packument(files, self._locate, self._index.notice, say_changed(self._index))
        described = describe_version(_find_version(files, version), self._locate, self._index.notice)
        return json.dumps(described, ensure_ascii=False).encode()

    def _locate(self, entry: FileEntry) -> str:
        return f"{self._public_url}{self._address.file(entry)}"


def _split_name(path: str) -> tuple[str, str, str]:
    """Return name and version; the slash of a scoped name belongs to it, however it was encoded."""
    if not path.startswith("@"):
        return path.partition("/")
    scope, slash, rest = path.partition("/")
    name, gap, version = rest.partition("/")
    return f"{scope}{slash}{name}", gap, version


def _find_version(files: tuple[PackageFile, ...], version: str) -> PackageFile:
    if version == _LATEST:
        return files[-1]
    for each in files:
        if each.facts.version == version:
            return each
    raise NotFound("version", f"{version} of {files[0].facts.name}")
