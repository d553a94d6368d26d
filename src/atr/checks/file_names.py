# SPDX-License-Identifier: Apache-2.0
"""Names and layout of a revision: what stands beside what, and what must not be there."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from atr.checks.contract import RevisionCheck, RevisionView, make_finding
from atr.checks.known_names import is_understood
from atr.domain.artifact import CHECKSUM_SUFFIXES, SIGNATURE_SUFFIX
from atr.domain.artifact_names import WEAK_CHECKSUMS, find_subject, is_artifact
from atr.domain.check import Finding, Rule, Severity
from atr.domain.check_policy import ArtifactKind
from atr.domain.names import FilePath

_POLICY = "Release distribution policy: signatures and checksums"
_CONTENT = "Release distribution policy: content of the download area"

SIGNATURE_MISSING = Rule(
    "names.signature-missing",
    Severity.BLOCKER,
    "An artifact has no detached signature",
    _POLICY,
    "Sign the file (gpg --armor --detach-sign FILE) and add FILE.asc.",
)
CHECKSUM_MISSING = Rule(
    "names.checksum-missing",
    Severity.BLOCKER,
    "An artifact has no SHA-512 or SHA-256 checksum",
    _POLICY,
    "Add FILE.sha512 (sha512sum FILE > FILE.sha512), or have ATR make it: atr release checksums RELEASE, "
    "the button on the page of the files, or on your machine atr check --write-checksums.",
)
MD5 = Rule(
    "names.md5",
    Severity.BLOCKER,
    "There is an MD5 checksum",
    _POLICY,
    "Remove the .md5 file; MD5 proves nothing any more.",
)
SIG_FILE = Rule(
    "names.sig-file",
    Severity.BLOCKER,
    "There is a binary signature",
    _POLICY,
    "Remove the .sig file; the signature must be an armored .asc file.",
)
KEYS_FILE = Rule(
    "names.keys-file",
    Severity.BLOCKER,
    "There is a KEYS file among the artifacts",
    _CONTENT,
    "Remove it; the project's KEYS file is published from its keys.",
)
HIDDEN = Rule(
    "names.hidden-file",
    Severity.BLOCKER,
    "There is a hidden file",
    _CONTENT,
    "Remove files and folders whose names begin with a dot; only .atr/ may stay.",
)
ORPHAN_SIGNATURE = Rule(
    "names.orphan-signature",
    Severity.BLOCKER,
    "A signature belongs to no file",
    _POLICY,
    "Add the file that was signed, or remove the signature.",
)
ORPHAN_CHECKSUM = Rule(
    "names.orphan-checksum",
    Severity.BLOCKER,
    "A checksum belongs to no file",
    _POLICY,
    "Add the file it is of, or remove the checksum.",
)
WEAK_CHECKSUM = Rule(
    "names.weak-checksum",
    Severity.CONCERN,
    "There is a checksum of an unclear or weak kind",
    _POLICY,
    "Replace .sha and .sha1 files by .sha512.",
)
CHECKSUM_CASE = Rule(
    "names.checksum-case",
    Severity.CONCERN,
    "A checksum or signature suffix is in upper case",
    _POLICY,
    "Rename the file so that its suffix is in lower case.",
)
NOT_INCUBATING = Rule(
    "names.not-incubating",
    Severity.BLOCKER,
    "An artifact of a podling is not named as incubating",
    "Incubator policy: releases",
    "Put 'incubating' into the file name.",
)
NO_SOURCE = Rule(
    "names.no-source",
    Severity.BLOCKER,
    "There is no source artifact",
    "Release policy: what is a release",
    "Add the source archive; a release is its source, binaries are a convenience.",
)
VERSION_DIFFERS = Rule(
    "names.version-differs",
    Severity.CONCERN,
    "A file name does not carry the version of the release",
    "ATR: one release, one version",
    "Rename the file, or upload it to the release it belongs to.",
)
UNKNOWN_FILE = Rule(
    "names.unknown-file",
    Severity.SUGGESTION,
    "A top-level file is of no known kind",
    _CONTENT,
    "Check that it is meant to be published.",
)
COLLISION = Rule(
    "names.collision",
    Severity.BLOCKER,
    "Two names differ only in case or Unicode form",
    "ATR: every file system must be able to hold the release",
    "Rename one of them.",
)
RESERVED = Rule(
    "names.reserved",
    Severity.BLOCKER,
    "A name cannot be used on every file system",
    "ATR: every file system must be able to hold the release",
    "Rename the file.",
)
EMPTY_FILE = Rule(
    "names.empty-file",
    Severity.BLOCKER,
    "A file is empty",
    "ATR: nothing empty is published",
    "Upload the file again, or remove it.",
)
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def examine(view: RevisionView) -> Iterator[Finding]:
    """Yield every finding about the names of a revision's files."""
    for path in view.files:
        yield from _examine_path(path)
        yield from _examine_companion(path, view)
        if is_artifact(path):
            yield from _examine_artifact(path, view)
        if view.files[path].content.size == 0:
            yield make_finding(EMPTY_FILE, path, f"{path} is empty.")
    yield from _find_collisions(view.files)
    if view.files and not any(
        is_artifact(path) and view.facts.policy.classify(path) is ArtifactKind.SOURCE for path in view.files
    ):
        globs = " ".join(view.facts.policy.source_globs)
        yield make_finding(NO_SOURCE, "", f"No file of the release is a source artifact ({globs}).")


def describe_unusable(raw: str, reason: str) -> Finding:
    """Return the finding for a name that cannot even be a path of a release."""
    return make_finding(RESERVED, raw, reason)


def _examine_path(path: FilePath) -> Iterator[Finding]:
    segments = path.split("/")
    if segments[-1] == "KEYS":
        yield make_finding(KEYS_FILE, path, f"{path} must not be among the artifacts.")
    if any(segment.startswith(".") for segment in segments) and segments[0] != ".atr":
        yield make_finding(HIDDEN, path, f"{path} is hidden.")
    if reserved := [segment for segment in segments if _DEVICES.match(segment)]:
        yield make_finding(RESERVED, path, f"{reserved[0]} is the name of a device on Windows.")
    if len(segments) == 1 and not is_understood(path) and not path.startswith("."):
        yield make_finding(UNKNOWN_FILE, path, f"{path} is of no known kind.")


def _examine_companion(path: FilePath, view: RevisionView) -> Iterator[Finding]:
    lower = path.lower()
    subject = find_subject(path)
    if subject is None:
        return
    if lower.endswith(".md5"):
        yield make_finding(MD5, path, f"{path} is an MD5 checksum.")
    elif lower.endswith(".sig"):
        yield make_finding(SIG_FILE, path, f"{path} is not an armored signature.")
    elif lower.endswith(WEAK_CHECKSUMS):
        yield make_finding(WEAK_CHECKSUM, path, f"{path} should be a .sha512 file.")
    suffix = path[len(subject) :]
    if suffix != suffix.lower():
        yield make_finding(CHECKSUM_CASE, path, f"{suffix} should be {suffix.lower()}.")
    if subject not in view.files:
        rule = ORPHAN_SIGNATURE if lower.endswith((SIGNATURE_SUFFIX, ".sig")) else ORPHAN_CHECKSUM
        yield make_finding(rule, path, f"{path} is there, but {subject} is not.")


def _examine_artifact(path: FilePath, view: RevisionView) -> Iterator[Finding]:
    if f"{path}{SIGNATURE_SUFFIX}" not in view.files:
        yield make_finding(SIGNATURE_MISSING, path, f"{path} has no signature {path}.asc.")
    if not any(f"{path}{suffix}" in view.files for suffix in CHECKSUM_SUFFIXES):
        yield make_finding(CHECKSUM_MISSING, path, f"{path} has neither {path}.sha512 nor {path}.sha256.")
    if view.facts.podling and "incubating" not in path.name.lower():
        yield make_finding(NOT_INCUBATING, path, f"{path} does not have 'incubating' in its name.")
    version = view.facts.version
    if version and not carries_version(path.name, version):
        message = f"{path} does not carry the version {version}."
        yield make_finding(VERSION_DIFFERS, path, message, data={"version": version})


def carries_version(name: str, version: str) -> bool:
    """Tell whether a file name holds the version as a whole, however its parts are joined."""
    words = re.split(r"[.\-_+~]+", version.lower().removeprefix("v"))
    joined = r"[.\-_+~]*".join(map(re.escape, words))
    return re.search(rf"(?<![0-9])(?<![0-9][.]){joined}(?![0-9])(?![.][0-9])", name.lower()) is not None


def _find_collisions(paths: Iterable[FilePath]) -> Iterator[Finding]:
    groups: defaultdict[str, list[FilePath]] = defaultdict(list)
    for path in paths:
        groups[path.folded].append(path)
    for group in groups.values():
        for path in group[1:]:
            yield make_finding(COLLISION, path, f"{path} and {group[0]} are one name on some file systems.")


FILE_NAMES = RevisionCheck(
    "file names",
    (
        SIGNATURE_MISSING,
        CHECKSUM_MISSING,
        MD5,
        SIG_FILE,
        KEYS_FILE,
        HIDDEN,
        ORPHAN_SIGNATURE,
        ORPHAN_CHECKSUM,
        WEAK_CHECKSUM,
        CHECKSUM_CASE,
        NOT_INCUBATING,
        NO_SOURCE,
        VERSION_DIFFERS,
        UNKNOWN_FILE,
        COLLISION,
        RESERVED,
        EMPTY_FILE,
    ),
    examine,
)
