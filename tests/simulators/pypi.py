# SPDX-License-Identifier: Apache-2.0
"""PyPI as its documentation and its source (warehouse, forklift) have it: what no index for one machine does.

Names that are never taken again, equal bytes taken twice, releases that are closed to new files, refusals as
web pages, yanking, and the JSON interface beside the simple index.
"""

import base64
import hashlib
import html
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from packaging.utils import canonicalize_name

from tests.simulators.lying import Reply, Seen, serve_replies

_SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
_REUSE = "See https://pypi.org/help/#file-name-reuse for more information."


@dataclass(slots=True)
class Stored:
    """One file that was taken."""

    project: str
    version: str
    name: str
    data: bytes
    kind: str
    is_yanked: bool = False

    @property
    def sha256(self) -> str:
        """Return the digest that the index shows."""
        return hashlib.sha256(self.data).hexdigest()


class PyPi:
    """One index with its files; `effects` counts what was taken."""

    def __init__(self, token: str) -> None:
        self._login = base64.b64encode(f"__token__:{token}".encode()).decode()
        self.files: dict[str, Stored] = {}
        self.burnt: set[str] = set()
        self.closed: set[tuple[str, str]] = set()
        self.effects: Counter[str] = Counter()
        self.speaks_html = False
        self.url = ""

    def delete(self, name: str) -> None:
        """Delete a file, as an owner does: its name is burnt."""
        del self.files[name]
        self.burnt.add(name)

    def close(self, project: str, version: str) -> None:
        """Let a release be older than 14 days."""
        self.closed.add((canonicalize_name(project), version))

    def yank(self, project: str, version: str) -> None:
        """Yank a version, as an owner does."""
        for each in self.files.values():
            if (each.project, each.version) == (canonicalize_name(project), version):
                each.is_yanked = True

    def answer(self, request: Seen) -> Reply:
        """Answer one request."""
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["legacy"]:
                return self._take(request)
            case "GET", ["pypi", project, version, "json"]:
                return self._show_json(project, version)
            case "GET", ["simple", project]:
                return self._show_simple(project)
            case "GET", ["files", name] if name in self.files:
                return Reply(200, self.files[name].data, {"content-type": "application/octet-stream"})
        return Reply(404, b"<html><title>Page Not Found</title></html>", {"content-type": "text/html"})

    def _take(self, request: Seen) -> Reply:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if headers.get("authorization") != f"Basic {self._login}":
            return _refuse(403, "Invalid or non-existent authentication information.")
        fields, name, data = _read_form(headers.get("content-type", ""), request.body)
        if (complaint := _complain(fields, name, data)) is not None:
            return _refuse(400, complaint)
        project, version = canonicalize_name(fields["name"]), fields["version"]
        if (
            complaint := self._complain_of_name(name, data, (project, version), fields["filetype"])
        ) is not None:
            return _refuse(400, complaint) if complaint else Reply(200)
        self.files[name] = Stored(project, version, name, data, fields["filetype"])
        self.effects[name] += 1
        return Reply(200)

    def _complain_of_name(self, name: str, data: bytes, release: tuple[str, str], kind: str) -> str | None:
        """Return why the file is not taken; nothing to say ("") where it is there already."""
        there = self.files.get(name)
        if there is not None and there.data == data:
            return ""
        if there is not None:
            digest = hashlib.blake2b(there.data, digest_size=32).hexdigest()
            return f"File already exists ('{name}', with blake2_256 hash '{digest}'). {_REUSE}"
        if name in self.burnt:
            return f"This filename has already been used, use a different version. {_REUSE}"
        if release in self.closed:
            return "Uploading new files to releases older than 14 days is not allowed."
        kinds = [each.kind for each in self.files.values() if (each.project, each.version) == release]
        if kind == "sdist" and "sdist" in kinds:
            return "Only one sdist may be uploaded per release."
        return None

    def _list(self, project: str) -> list[Stored]:
        return [each for each in self.files.values() if each.project == canonicalize_name(project)]

    def _show_json(self, project: str, version: str) -> Reply:
        files = [each for each in self._list(project) if each.version == version]
        if not files:
            return Reply(404, b'{"message": "Not Found"}', {"content-type": "application/json"})
        urls = [
            {
                "filename": each.name,
                "url": f"/files/{each.name}",
                "digests": {"sha256": each.sha256},
                "yanked": each.is_yanked,
                "packagetype": each.kind,
            }
            for each in files
        ]
        body = json.dumps({"info": {"name": project, "version": version}, "urls": urls}).encode()
        return Reply(200, body, {"content-type": "application/json"})

    def _show_simple(self, project: str) -> Reply:
        files = self._list(project)
        if not files:
            return Reply(404, b"<html><title>Not Found</title></html>", {"content-type": "text/html"})
        if self.speaks_html:
            links = "".join(
                f'<a href="../../files/{each.name}#sha256={each.sha256}"'
                f"{' data-yanked=withdrawn' if each.is_yanked else ''}>{each.name}</a><br/>\n"
                for each in files
            )
            return Reply(200, f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), _HTML)
        listed = [
            {
                "filename": each.name,
                "url": f"/files/{each.name}",
                "hashes": {"sha256": each.sha256},
                "yanked": each.is_yanked,
            }
            for each in files
        ]
        body = {"meta": {"api-version": "1.1"}, "name": project, "files": listed}
        return Reply(200, json.dumps(body).encode(), {"content-type": _SIMPLE_JSON})


_HTML = {"content-type": "text/html; charset=UTF-8"}


def _refuse(status: int, message: str) -> Reply:
    text = html.escape(message)
    page = f"<html>\n <head>\n  <title>{status} {text}</title>\n </head>\n <body>{text}</body>\n</html>"
    return Reply(status, page.encode(), _HTML)


def _read_form(content_type: str, body: bytes) -> tuple[dict[str, str], str, bytes]:
    if not content_type.startswith("multipart/form-data"):
        return dict(parse_qsl(body.decode())), "", b""
    head = f"content-type: {content_type}\r\n\r\n".encode()
    fields, name, data = {}, "", b""
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        raw = part.get_payload(decode=True)
        assert isinstance(raw, bytes)
        field = str(part.get_param("name", header="content-disposition"))
        if field == "content":
            name, data = part.get_filename() or "", raw
        else:
            fields[field] = raw.decode()
    return fields, name, data


def _complain(fields: dict[str, str], name: str, data: bytes) -> str | None:
    asked = (fields.get(":action"), fields.get("protocol_version"))
    missing = [key for key in ("metadata_version", "name", "version", "filetype") if not fields.get(key)]
    is_whole = fields.get("sha256_digest") == hashlib.sha256(data).hexdigest()
    rules = (
        (asked == ("file_upload", "1"), "Unknown protocol version."),
        (not missing, f"Invalid value for {missing[:1]}. Error: This field is required."),
        (bool(name), "Upload payload does not have a file."),
        (fields.get("filetype") in {"sdist", "bdist_wheel"}, "Unknown type of file."),
        (name.endswith((".whl", ".tar.gz", ".zip")), "Invalid file extension: Use .tar.gz, .whl or .zip."),
        (is_whole, "The digest supplied does not match a digest calculated from the uploaded file."),
    )
    return next((complaint for holds, complaint in rules if not holds), None)


@contextmanager
def simulate_pypi(token: str) -> Iterator[PyPi]:
    """Serve an index on the loopback; uploads go to its `/legacy/`."""
    index = PyPi(token)
    with serve_replies(index.answer) as index.url:
        yield index
