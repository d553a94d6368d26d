# SPDX-License-Identifier: Apache-2.0
"""Files inside an archive that hold the licence of a part: LICENSE, COPYING, MIT-LICENSE.txt and the like."""

import hashlib
import re
from collections.abc import Callable

from atr.formats.licence_index import find_licences
from atr.formats.licence_sections import name_licences

_NAME = re.compile(r"(?:[\w.@+-]*[-_.])?(?:un)?(?:licen[sc]es?|copying)(?:[-_.][\w.@+-]*)?")
_OTHER_KINDS = re.compile(
    r"\.(?:py|java|js|mjs|jsx|ts|tsx|vue|go|c|h|cc|cpp|hpp|cs|rs|rb|php|scala|kt|sh|bat|xml|xsl|json|ya?ml|toml|svg|png"
    r"|css|scss|less|properties|ftl|vm|mustache|template|tmpl|groovy|gradle|pl|sql|po|class|gz|zip|sha\d+|asc)$"
)
_BINARY_ONLY = re.compile(r"(?:^|/)(?:licen[sc]es?|license)[-_.]bin(?:ary)?(?:[/.]|$)", re.IGNORECASE)
_CHOICE = re.compile(
    r"\bdual(?:ly)?\b|\byour choice\b|\bcddl ?\+ ?gpl|\bor,? the (?:apache|mit|bsd)\b", re.IGNORECASE
)
_LONGEST = 256 * 1024
_MOST_TEXTS = 5000
_MOST_BYTES = 16 * 1024 * 1024  # of different texts
_LEAST_WORDS = 25  # what is shorter points elsewhere
NAMES_WITHIN = 4000  # characters


def is_licence_name(name: str) -> bool:
    """Tell whether a file has the name of a licence text."""
    lower = name.lower()
    if "licen" not in lower and "copying" not in lower:
        return False
    return _NAME.fullmatch(lower) is not None and _OTHER_KINDS.search(lower) is None


class LicenceTexts:
    """Recognises licence files one after the other, keeping the answers and not the texts."""

    def __init__(self, own: str) -> None:
        self.found: dict[str, tuple[str, ...]] = {}
        self.unknown: list[str] = []
        self._own = own
        self._left = _MOST_BYTES
        self._answers: dict[bytes, tuple[str, ...] | None] = {}
        self._open: tuple[str, bytearray] | None = None

    def take(self, path: str, size: int) -> Callable[[bytes], object] | None:
        """Begin a file; return what wants its content."""
        self.finish()
        if size == 0 or self._left <= 0 or len(self.found) >= _MOST_TEXTS or _BINARY_ONLY.search(path):
            return None
        content = bytearray()
        self._open = (path, content)
        return lambda chunk: content.extend(chunk[: _LONGEST - len(content)])

    def finish(self) -> None:
        """Recognise the file that was begun."""
        if self._open is None:
            return
        path, content = self._open
        self._open = None
        key = hashlib.blake2b(content, digest_size=16).digest()
        if key not in self._answers:
            self._left -= len(content)
            self._answers[key] = self._recognise(content.decode("utf-8-sig", "replace"))
        answer = self._answers[key]
        if answer is None:
            self.unknown.append(path)
        elif answer:
            self.found[path] = answer

    def _recognise(self, text: str) -> tuple[str, ...] | None:
        """Return the licences, none for the project's own or a few words, None for a text nobody knows."""
        matches = find_licences(text)
        if matches and self._own in matches[0].ids:
            return ()
        licences = tuple(dict.fromkeys(match.id for match in matches)) or name_licences(text[:NAMES_WITHIN])
        if self._own in licences and len(licences) == 1:
            return ()
        if licences and _CHOICE.search(text):
            return (" OR ".join(licences),)
        if licences:
            return licences
        return None if len(text.split()) >= _LEAST_WORDS else ()
