# SPDX-License-Identifier: Apache-2.0
"""The simple repository of Python, as HTML and as JSON (PEP 503, 592, 629, 658, 691, 700, 714)."""

import json
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from atr.domain.artifact import FileEntry
from atr.domain.package import PackageFile

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
_API_VERSION = "1.1"


def write_root_json(names: Iterable[str], notice: str) -> bytes:
    """Return the list of projects as JSON."""
    return _dump({"meta": _describe_meta(notice), "projects": [{"name": name} for name in names]})


def write_root_html(names: Iterable[str], path: str, notice: str) -> bytes:
    """Return the list of projects as HTML; `path` is that of the index, with a slash at its end."""
    links = "".join(f'<a href="{escape(path)}{name}/">{name}</a><br>\n' for name in names)
    return _wrap("Simple index", notice, links)


def write_project_json(
    name: str, files: Iterable[PackageFile], locate: Callable[[FileEntry], str], notice: str
) -> bytes:
    """Return the files of a project as JSON."""
    listed = list(files)
    return _dump(
        {
            "meta": _describe_meta(notice),
            "name": name,
            "versions": sorted({each.facts.version for each in listed}),
            "files": [_describe_file(each, locate(each.entry)) for each in listed],
        }
    )


def write_project_html(
    name: str, files: Iterable[PackageFile], locate: Callable[[FileEntry], str], notice: str
) -> bytes:
    """Return the files of a project as HTML."""
    links = "".join(_link_file(_describe_file(each, locate(each.entry))) for each in files)
    return _wrap(f"Links for {name}", notice, links)


def _describe_meta(notice: str) -> dict[str, str]:
    return {"api-version": _API_VERSION, "_candidate": notice}  # names with an underscore are ours (PEP 691)


def _describe_file(file: PackageFile, url: str) -> dict[str, Any]:
    content = file.entry.content
    described: dict[str, Any] = {
        "filename": file.entry.path.name,
        "url": url,
        "hashes": {"sha256": content.sha256.hex},
        "size": content.size,
    }
    details = json.loads(file.facts.details)
    if details["requires_python"]:
        described["requires-python"] = details["requires_python"]
    if details["metadata_sha256"]:
        metadata = {"sha256": details["metadata_sha256"]}
        described |= {"core-metadata": metadata, "dist-info-metadata": metadata}
    return described


def _link_file(file: dict[str, Any]) -> str:
    attributes = {"href": f"{file['url']}#sha256={file['hashes']['sha256']}"}
    if "requires-python" in file:
        attributes["data-requires-python"] = file["requires-python"]
    if "core-metadata" in file:
        digest = f"sha256={file['core-metadata']['sha256']}"
        attributes |= {"data-core-metadata": digest, "data-dist-info-metadata": digest}
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"<a {written}>{escape(file['filename'])}</a><br>\n"


def _wrap(title: str, notice: str, links: str) -> bytes:
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta name="pypi:repository-version" content="{_API_VERSION}">'
        f"<title>{escape(title)}</title></head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n<p>{escape(notice)}</p>\n{links}</body>\n</html>\n"
    ).encode()


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
