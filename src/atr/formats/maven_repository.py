# SPDX-License-Identifier: Apache-2.0
"""The layout of a Maven repository made of a candidate's files, with its metadata and checksums."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from atr.domain.artifact import Digest, FileEntry
from atr.domain.package import Ecosystem, PackageFile, order_versions
from atr.formats.maven_file import POM_SUFFIX
from atr.formats.maven_layout import name_folder

METADATA = "maven-metadata.xml"
_DIGESTS = ("md5", "sha1", "sha256", "sha512")


@dataclass(frozen=True, slots=True)
class MavenTree:
    """Every path of a repository: stored files, and small texts that are made for it."""

    files: Mapping[str, FileEntry] = field(default_factory=dict)
    texts: Mapping[str, bytes] = field(default_factory=dict)


def build_tree(
    entries: Iterable[FileEntry], packages: Iterable[PackageFile], notice: str, changed: str
) -> MavenTree:
    """Return the repository; `changed` is when these files were sealed, as `yyyyMMddHHmmss`.

    What stands beside a POM and begins with its artifact and version belongs to it. Checksums that came with
    the files are served as they are.
    """
    known = [each for each in packages if each.facts.ecosystem is Ecosystem.MAVEN]
    poms = {_make_stem(each): each for each in known if each.entry.path.endswith(POM_SUFFIX)}
    files: dict[str, FileEntry] = {}
    for entry in entries:
        pom = _find_pom(entry, poms)
        if pom is not None:
            files[f"{_locate(pom)}/{pom.facts.version}/{entry.path.name}"] = entry
    sha1: dict[Digest, str] = {
        each.entry.content.sha512: json.loads(each.facts.details)["sha1"] for each in known
    }
    made = _write_checksums(files, sha1) | _write_metadata(poms.values(), notice, changed)
    return MavenTree(files, {path: data for path, data in made.items() if path not in files})


def _make_stem(pom: PackageFile) -> str:
    """Return what the paths of all files of an artifact begin with."""
    folder, slash, _ = pom.entry.path.rpartition("/")
    artifact = pom.facts.name.partition(":")[2]
    return f"{folder}{slash}{artifact}-{pom.facts.version}"


def _find_pom(entry: FileEntry, poms: Mapping[str, PackageFile]) -> PackageFile | None:
    """Return the POM with the longest stem: `demo-1.0` is no part of `demo-1.0-extra`'s."""
    fitting = [stem for stem in poms if entry.path.startswith((f"{stem}.", f"{stem}-"))]
    return poms[max(fitting, key=len)] if fitting else None


def _locate(pom: PackageFile) -> str:
    group, _, artifact = pom.facts.name.partition(":")
    return name_folder(group, artifact)


def _write_checksums(files: Mapping[str, FileEntry], sha1: Mapping[Digest, str]) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    for path, entry in files.items():
        known = sha1.get(entry.content.sha512)
        if known is None:
            continue  # signatures and checksums, which nobody compares with a checksum of their own
        texts = {"sha1": known, "sha256": entry.content.sha256.hex, "sha512": entry.content.sha512.hex}
        made |= {f"{path}.{name}": text.encode() for name, text in texts.items()}
    return made


def _write_metadata(poms: Iterable[PackageFile], notice: str, changed: str) -> dict[str, bytes]:
    versions: dict[str, list[PackageFile]] = {}
    for pom in poms:
        versions.setdefault(_locate(pom), []).append(pom)
    made: dict[str, bytes] = {}
    for place, found in versions.items():
        data = _write_versions(found, notice, changed)
        path = f"{place}/{METADATA}"
        made[path] = data
        made |= {f"{path}.{name}": _digest(name, data) for name in _DIGESTS}
    return made


def _write_versions(poms: list[PackageFile], notice: str, changed: str) -> bytes:
    group, _, artifact = poms[0].facts.name.partition(":")
    listed = order_versions(each.facts.version for each in poms)
    versions = "".join(f"      <version>{escape(each)}</version>\n" for each in listed)
    newest = escape(listed[-1])
    comment = notice.replace("--", "- -")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {comment} -->\n<metadata>\n'
        f"  <groupId>{escape(group)}</groupId>\n  <artifactId>{escape(artifact)}</artifactId>\n"
        f"  <versioning>\n    <latest>{newest}</latest>\n    <release>{newest}</release>\n"
        f"    <versions>\n{versions}    </versions>\n"
        f"    <lastUpdated>{changed}</lastUpdated>\n  </versioning>\n</metadata>\n"
    ).encode()


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).hexdigest().encode()
