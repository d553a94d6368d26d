# SPDX-License-Identifier: Apache-2.0
"""Checksum files: each must be readable, name the file it stands beside, and fit it."""

from collections.abc import Iterator

from atr.checks.contract import FileCheck, FileView, Inputs, make_finding
from atr.domain.artifact import CHECKSUM_SUFFIXES, Digest, FileEntry
from atr.domain.artifact_names import find_subject
from atr.domain.check import Finding, Rule, Severity
from atr.domain.errors import Invalid, TooLarge
from atr.formats.checksums import HEX_DIGITS, LARGEST_FILE, find_entry, read_checksums

_POLICY = "Release distribution policy: signatures and checksums"

UNREADABLE = Rule(
    "checksum.unreadable",
    Severity.BLOCKER,
    "A checksum file cannot be read",
    _POLICY,
    "Write it again with sha512sum FILE > FILE.sha512.",
)
WRONG_LENGTH = Rule(
    "checksum.wrong-length",
    Severity.BLOCKER,
    "A checksum has the length of another hash",
    _POLICY,
    "Use the hash that the suffix names.",
)
OTHER_FILE = Rule(
    "checksum.other-file",
    Severity.BLOCKER,
    "A checksum file names another file",
    _POLICY,
    "Write it again beside the file it is of, without renaming either afterwards.",
)
MISMATCH = Rule(
    "checksum.mismatch",
    Severity.BLOCKER,
    "A checksum does not fit its file",
    _POLICY,
    "Upload the file again if it was damaged, or write its checksum again if the file is right.",
)


def _find_artifact(view: FileView) -> FileEntry | None:
    subject = find_subject(view.entry.path)
    return None if subject is None else view.files.get(subject)


def applies(view: FileView) -> bool:
    """Tell whether the file is a checksum whose artifact is there."""
    return view.entry.path.endswith(CHECKSUM_SUFFIXES) and _find_artifact(view) is not None


def inputs(view: FileView) -> Inputs | None:
    """Return what the result depends on: the artifact's name and content."""
    artifact = _find_artifact(view)
    return None if artifact is None else (view.entry.path, str(artifact.content.sha512))


def examine(view: FileView) -> Iterator[Finding]:
    """Yield what is wrong with one checksum file."""
    artifact = _find_artifact(view)
    if artifact is None:
        return
    path, place, name = view.entry.path, artifact.path, artifact.path.name
    try:
        entries = read_checksums(view.read(view.entry, LARGEST_FILE))
    except (Invalid, TooLarge) as error:
        yield make_finding(UNREADABLE, place, f"{path.name} cannot be read. {error}")
        return
    entry = find_entry(entries, name)
    if entry is None:
        named = tuple(each.name or "no file" for each in entries[:5])
        message = f"{path.name} has no checksum of {name}, but of {', '.join(named)}."
        yield make_finding(OTHER_FILE, place, message, data={"named": named})
        return
    digest = _choose_digest(view, artifact)
    if len(entry.hex) != HEX_DIGITS[digest.algorithm]:
        right = HEX_DIGITS[digest.algorithm]
        message = f"{path.name} has {len(entry.hex)} digits, but {digest.algorithm} has {right}."
        yield make_finding(WRONG_LENGTH, place, message)
    elif entry.hex != digest.hex:
        message = f"{path.name} does not fit {name}, whose {digest.algorithm} is {digest.hex}."
        yield make_finding(MISMATCH, place, message, data={"expected": entry.hex, "actual": digest.hex})


def _choose_digest(view: FileView, artifact: FileEntry) -> Digest:
    is_short = view.entry.path.endswith(".sha256")
    return artifact.content.sha256 if is_short else artifact.content.sha512


CHECKSUMS = FileCheck("checksums", (UNREADABLE, WRONG_LENGTH, OTHER_FILE, MISMATCH), applies, inputs, examine)
