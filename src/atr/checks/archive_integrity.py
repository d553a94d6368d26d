# SPDX-License-Identifier: Apache-2.0
"""Whether an archive is whole, and whether unpacking it can do harm."""

import posixpath
import unicodedata
from collections.abc import Iterable, Sequence

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome, make_finding
from atr.checks.member_links import find_detours, find_passages
from atr.checks.member_names import find_collisions, find_repeats
from atr.domain.check import Finding, Rule, Severity
from atr.formats.archive import find_suffix
from atr.formats.member import DefectKind, Member, MemberKind
from atr.formats.tree import simplify_path

_WHOLE = "ATR: every program must unpack the same files"
_SAFE = "ATR: unpacking a release must be harmless"
_MOST_PER_RULE = 100
_SET_ID_BITS = 0o6000


def _rule(name: str, title: str, clause: str, fix: str, severity: Severity = Severity.BLOCKER) -> Rule:
    return Rule(f"archive.{name}", severity, title, clause, fix, version=2)


WRONG_FORMAT = _rule("wrong-format", "An archive is not what its name says", _WHOLE, "Rename or rebuild it.")
TRUNCATED = _rule("truncated", "An archive ends too early", _WHOLE, "Upload it again, or rebuild it.")
DAMAGED = _rule("damaged", "An archive is damaged", _WHOLE, "Upload it again, or rebuild it.")
TRAILING_DATA = _rule(
    "trailing-data", "There is data after the end of an archive", _WHOLE, "Rebuild it without the extra data."
)
LEADING_DATA = _rule(
    "leading-data",
    "There is data before an archive",
    _WHOLE,
    "Rebuild it without the program that stands before it.",
    Severity.CONCERN,
)
CONFUSING = _rule(
    "confusing",
    "An archive contradicts itself",
    _WHOLE,
    "Rebuild it with a plain archiver; programs will differ.",
)
ENCRYPTED = _rule("encrypted", "A member is encrypted", _WHOLE, "Rebuild the archive without encryption.")
UNSUPPORTED = _rule(
    "unsupported", "A member is stored in a way that few programs read", _WHOLE, "Rebuild it with deflate."
)
OVER_BUDGET = _rule("over-budget", "An archive costs too much to be read", _SAFE, "Make it smaller.")
DUPLICATE = _rule(
    "duplicate-member", "Two different members have the same path", _WHOLE, "Rebuild it with each path once."
)
REPEATED = _rule(
    "repeated-member",
    "A member is in an archive twice, with the same content",
    _WHOLE,
    "Rebuild it with each path once.",
    Severity.CONCERN,
)
UNSAFE_PATH = _rule(
    "unsafe-path",
    "A member would be unpacked outside of the folder",
    _SAFE,
    "Rebuild it with relative paths.",
)
UNSAFE_LINK = _rule(
    "unsafe-link", "A link leaves the archive", _SAFE, "Remove the link, or make it relative."
)
SPECIAL_FILE = _rule(
    "special-file", "A member is a device or pipe", _SAFE, "Rebuild it without special files."
)
SET_ID = _rule(
    "set-id", "A member would run with another's rights", _SAFE, "Remove the set-uid and set-gid bits."
)
MEMBER_NAME = _rule(
    "member-name",
    "A member's name cannot be used everywhere",
    _WHOLE,
    "Rename it: UTF-8, without control characters.",
    Severity.CONCERN,
)
MEMBER_COLLISION = _rule(
    "member-collision",
    "Two members differ only in case or Unicode form",
    _WHOLE,
    "Rename one of them.",
    Severity.CONCERN,
)
MACOS = _rule(
    "macos-metadata",
    "There is metadata of macOS in an archive",
    _WHOLE,
    "Rebuild it with COPYFILE_DISABLE=1.",
    Severity.CONCERN,
)
NESTED = _rule(
    "nested-unreadable",
    "An archive inside an archive was not looked into",
    "ATR: what was not examined is said",
    "Check that it is meant to be like that, as test data may be.",
    Severity.NOTE,
)
CONTENTS = _rule(
    "contents", "What is in an archive", "ATR: a voter knows what is voted on", "", Severity.NOTE
)

_BY_DEFECT = {
    DefectKind.WRONG_FORMAT: WRONG_FORMAT,
    DefectKind.TRUNCATED: TRUNCATED,
    DefectKind.DAMAGED: DAMAGED,
    DefectKind.TRAILING_DATA: TRAILING_DATA,
    DefectKind.LEADING_DATA: LEADING_DATA,
    DefectKind.OVERLAPPING: CONFUSING,
    DefectKind.INCONSISTENT: CONFUSING,
    DefectKind.ENCRYPTED: ENCRYPTED,
    DefectKind.UNSUPPORTED: UNSUPPORTED,
    DefectKind.OVER_BUDGET: OVER_BUDGET,
}


class _Integrity:
    """Follows a pass; looks closely at members of the archive itself, not at those of nested ones."""

    def __init__(self, view: ArchiveView) -> None:
        self._artifact = view.entry.path
        self._found: list[Finding] = []
        self._counts: dict[str, int] = {}
        self._has_links = False

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        del head
        if member.containers:
            return None
        path = simplify_path(member.path)
        self._examine_path(member, path)
        self._examine_kind(member, path)
        return None

    def _examine_path(self, member: Member, path: str) -> None:
        segments = path.split("/")
        name = segments[-1]
        if member.path.startswith(("/", "\\")) or member.path[1:2] == ":" or ".." in segments:
            self._add(UNSAFE_PATH, member.path, "would be unpacked outside of the folder.")
        if not path.isascii() or not path.isprintable():
            self._examine_characters(member, path)
        if "\\" in path:
            self._add(MEMBER_NAME, member.path, "has a backslash in its name.")
        if ("\\" in path or ".. " in path) and ".." not in segments and _climbs_on_windows(path):
            self._add(UNSAFE_PATH, member.path, "would be unpacked outside of the folder on Windows.")
        if name.startswith("._") or "__MACOSX" in segments or name == ".DS_Store":
            self._add(MACOS, member.path, "is metadata of macOS.")

    def _examine_characters(self, member: Member, path: str) -> None:
        if any("\udc80" <= character <= "\udcff" for character in path):
            self._add(MEMBER_NAME, member.path, "has a name that is not UTF-8.")
        elif any(unicodedata.category(character) in {"Cc", "Cf"} for character in path):
            self._add(MEMBER_NAME, member.path, "has a control character in its name.")

    def _examine_kind(self, member: Member, path: str) -> None:
        if member.kind in {MemberKind.DEVICE, MemberKind.FIFO, MemberKind.OTHER}:
            self._add(SPECIAL_FILE, member.path, f"is no file, folder or link but a {member.kind}.")
        if member.mode & _SET_ID_BITS and member.kind is MemberKind.FILE:
            self._add(SET_ID, member.path, f"has the mode {member.mode:o}.")
        self._has_links |= member.link is not None
        if member.link is not None and _escapes(member, path):
            self._add(
                UNSAFE_LINK, member.path, f"is a link to {member.link[:200]!r}, outside of the archive."
            )

    def _examine_names(self, rows: Sequence[bytes]) -> None:
        for path, is_same in find_repeats(rows):
            words = (
                "is there twice, with the same content."
                if is_same
                else "is there twice, with different content."
            )
            self._add(REPEATED if is_same else DUPLICATE, path, words)
        for path in find_collisions(rows):
            self._add(MEMBER_COLLISION, path, "is the same as another one where case does not count.")
        if not self._has_links:
            return
        for path, link in find_passages(rows):
            self._add(UNSAFE_PATH, path, f"would be unpacked through the link {link[:200]}.")
        for path in find_detours(rows):
            self._add(UNSAFE_LINK, path, "is a link that turns around behind another link.")

    def _add(self, rule: Rule, place: str, words: str) -> None:
        count = self._counts[rule.id] = self._counts.get(rule.id, 0) + 1
        if count <= _MOST_PER_RULE:
            self._found.append(make_finding(rule, self._artifact, f"{place} {words}", member=place))

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        self._examine_names(outcome.rows)
        yield from self._found
        for rule_id, count in self._counts.items():
            if count > _MOST_PER_RULE:
                yield self._summarise(rule_id, count)
        for defect in outcome.defects:
            member = defect.member
            message = defect.message if member is None else f"{member}: {defect.message}"
            yield make_finding(_BY_DEFECT[defect.kind], self._artifact, message, member=member)
        for defect in outcome.nested:
            message = f"{defect.member}: {defect.message}"
            yield make_finding(NESTED, self._artifact, message, member=defect.member)
        if outcome.complete:
            message = f"It holds {outcome.members} members and unpacks to {outcome.unpacked} bytes."
            sizes = {"members": outcome.members, "bytes": outcome.unpacked}
            yield make_finding(CONTENTS, self._artifact, message, data=sizes)

    def _summarise(self, rule_id: str, count: int) -> Finding:
        rule = next(rule for rule in ARCHIVE_INTEGRITY.rules if rule.id == rule_id)
        message = f"There are {count - _MOST_PER_RULE} more of these."
        return make_finding(rule, self._artifact, message, data={"count": count})


def _climbs_on_windows(path: str) -> bool:
    """Tell whether there is a way up where a backslash separates and blanks at the end do not count."""
    return any(segment.rstrip(" ") == ".." for segment in path.replace("\\", "/").split("/"))


def _escapes(member: Member, path: str) -> bool:
    """Tell whether a link points out of the archive; a hard link names its target from the root."""
    link = (member.link or "").replace("\\", "/")
    if link.startswith("/") or link[1:2] == ":":
        return True
    base = posixpath.dirname(path) if member.kind is MemberKind.SYMLINK else ""
    return posixpath.normpath(posixpath.join(base, link)).split("/")[0] == ".."


def inputs(view: ArchiveView) -> Inputs:
    """Return what the result depends on: the suffix alone, which the content must fit."""
    return (find_suffix(view.name) or "",)


ARCHIVE_INTEGRITY = ArchiveCheck(
    "archive integrity",
    (
        WRONG_FORMAT,
        TRUNCATED,
        DAMAGED,
        TRAILING_DATA,
        LEADING_DATA,
        CONFUSING,
        ENCRYPTED,
        UNSUPPORTED,
        OVER_BUDGET,
        DUPLICATE,
        REPEATED,
        UNSAFE_PATH,
        UNSAFE_LINK,
        SPECIAL_FILE,
        SET_ID,
        MEMBER_NAME,
        MEMBER_COLLISION,
        MACOS,
        NESTED,
        CONTENTS,
    ),
    inputs,
    _Integrity,
)
