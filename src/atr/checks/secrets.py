# SPDX-License-Identifier: Apache-2.0
"""What got into an archive by accident: keys, tokens, and what tools leave behind in a working copy."""

import re
from collections.abc import Iterable
from functools import partial

from atr.checks.contract import ArchiveCheck, ArchiveView, Consumer, Inputs, PassOutcome
from atr.checks.finding_list import FindingList
from atr.checks.member_places import RootFinder, is_for_show, is_test_file
from atr.domain.check import Finding, Rule, Severity
from atr.formats.member import Member, MemberKind
from atr.formats.secret_forms import SecretFind, find_secrets
from atr.formats.tree import simplify_path

_MOST_KEPT = 5000
_HYGIENE = "ATR: a release holds nothing that was not meant to be public"


def _rule(name: str, title: str, fix: str, severity: Severity = Severity.CONCERN) -> Rule:
    return Rule(f"secret.{name}", severity, title, _HYGIENE, fix)


PRIVATE_KEY = _rule(
    "private-key",
    "There is a private key in an archive",
    "Remove it and replace the key wherever it is used; what was published stays known.",
)
TOKEN = _rule(
    "token",
    "There is an access token in an archive",
    "Revoke it where it was issued, at once, and remove it; what was published stays known.",
)
AMONG_TESTS = _rule(
    "among-tests",
    "There is a key or token among tests or examples",
    "Make sure that it was made for them and opens nothing.",
    Severity.SUGGESTION,
)
REPOSITORY = _rule(
    "repository",
    "An archive holds the folder of a version control system",
    "Make the archive with an export, as git archive does; a history may hold what nobody meant to publish.",
)
LEFTOVER = _rule(
    "leftover",
    "An archive holds a file that an editor or tool left behind",
    "Remove it.",
    Severity.SUGGESTION,
)
SETTINGS = _rule(
    "settings",
    "An archive holds a file that usually holds somebody's own settings or passwords",
    "Make sure that nothing in it is secret; an example is better named .env.example.",
    Severity.SUGGESTION,
)

_LARGEST = 64 * 1024
_REPOSITORIES = frozenset({".git", ".svn", ".hg", ".bzr", "_darcs"})
_SETTINGS = frozenset(
    {".env", ".env.local", ".env.production", ".netrc", ".pypirc", ".htpasswd", ".dockercfg"}
)
_LEFTOVER = re.compile(r".*~|#.+#|\.#.+|\..+\.sw[a-p]|.+\.(?:rej|bak)|Thumbs\.db|desktop\.ini|nohup\.out")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_KEY_STORES = {b"\xfe\xed\xfe\xed": "Java key store", b"\xce\xce\xce\xce": "Java key store"}


class _Secrets:
    """Follows a pass; looks at small files as a whole and at the beginning of large ones."""

    def __init__(self, view: ArchiveView) -> None:
        self._found = FindingList(view.entry.path)
        self._finds: list[tuple[str, SecretFind]] = []
        self._root = RootFinder()
        self._repositories: set[str] = set()

    def meet(self, member: Member, head: bytes) -> Consumer | None:
        path = simplify_path(member.path)
        segments = path.split("/")
        if not _REPOSITORIES.isdisjoint(segments):
            self._note_repository(segments)
        if member.kind is not MemberKind.FILE:
            return None
        self._root.note(path)
        self._weigh_name(path, segments[-1])
        if b"\0" in head and head[:4] not in _KEY_STORES and not head.startswith(_WIDE):
            return None
        if len(head) < member.size <= _LARGEST:
            return partial(self._gather, path, bytearray(), member.size)
        self._search(path, head)
        return None

    def _note_repository(self, segments: list[str]) -> None:
        place = next(at for at, segment in enumerate(segments) if segment in _REPOSITORIES)
        folder = "/".join(segments[: place + 1])
        if folder not in self._repositories:
            self._repositories.add(folder)
            self._found.add(REPOSITORY, folder, "belongs to a version control system.")

    def _weigh_name(self, path: str, name: str) -> None:
        if name in _SETTINGS:
            self._found.add(SETTINGS, path, "usually holds somebody's own settings.")
        elif _LEFTOVER.fullmatch(name) is not None:
            self._found.add(LEFTOVER, path, "was left behind by an editor or tool.")

    def _gather(self, path: str, content: bytearray, size: int, chunk: bytes) -> None:
        """Take a piece of a small file, and search in it once it is whole."""
        if content or len(chunk) < size:
            content += chunk
            chunk = bytes(content)
        if len(chunk) >= size:
            self._search(path, chunk)

    def _search(self, path: str, content: bytes) -> None:
        if content.startswith(_WIDE):
            content = content.decode("utf-16", "ignore").encode()
        store = _KEY_STORES.get(content[:4])
        finds = find_secrets(content) if store is None else [SecretFind(store, 0, "")]
        if finds and len(self._finds) < _MOST_KEPT:
            self._finds += ((path, find) for find in finds)

    def conclude(self, outcome: PassOutcome) -> Iterable[Finding]:
        del outcome
        for path, find in self._finds:
            place = self._root.drop_root(path)
            rule = PRIVATE_KEY if "private key" in find.kind or "store" in find.kind else TOKEN
            if is_test_file(place) or is_for_show(place):
                rule = AMONG_TESTS
            where = f" in line {find.line}" if find.line else ""
            where += f", beginning with '{find.start}'" if find.start.strip("-") else ""
            self._found.add(
                rule, path, f"holds a {find.kind}{where}.", {"kind": find.kind, "line": find.line}
            )
        yield from self._found.conclude()


def inputs(view: ArchiveView) -> Inputs:
    """Return what the result depends on: nothing but the content."""
    del view
    return ()


SECRETS = ArchiveCheck(
    "secrets", (PRIVATE_KEY, TOKEN, AMONG_TESTS, REPOSITORY, LEFTOVER, SETTINGS), inputs, _Secrets
)
