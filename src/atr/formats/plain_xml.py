# SPDX-License-Identifier: Apache-2.0
"""XML that only carries texts, such as Maven's: no document type, so no entities, and everything limited."""

from collections.abc import Mapping
from xml.parsers import expat  # no document type passes, see below

LARGEST_XML = 4 * 1024 * 1024
_DEEPEST = 64
_MOST_ELEMENTS = 200_000

Texts = Mapping[str, tuple[str, ...]]
"""The stripped texts of the elements without children, by path such as `project/parent/version`."""


def read_texts(data: bytes) -> Texts:
    """Return every text of a document by the path of its element; namespaces do not count.

    Raise ValueError for what is no such document, or too large, deep or rich.
    """
    if len(data) > LARGEST_XML:
        raise ValueError(f"it has more than {LARGEST_XML} bytes")
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.add_text
    try:
        parser.Parse(data, True)  # the C function has no names
    except expat.ExpatError as error:
        raise ValueError(f"it is no XML: {error}") from error
    return {path: tuple(texts) for path, texts in reader.texts.items()}


def _refuse_doctype(*_: object) -> None:
    raise ValueError("it has a document type, which is not read")


class _Reader:
    """Takes the elements in their order; an element that holds others has no text."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self._path: list[str] = []
        self._text: list[str] = []
        self._is_leaf = False
        self._count = 0

    def begin(self, name: str, _: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._path) >= _DEEPEST:
            raise ValueError("it has too many elements, or too many inside each other")
        self._path.append(name.rpartition(" ")[2])
        self._text = []
        self._is_leaf = True

    def add_text(self, text: str) -> None:
        """Take some of the text of an element."""
        self._text.append(text)

    def end(self, _: str) -> None:
        """Take the end of an element."""
        if self._is_leaf:
            self.texts.setdefault("/".join(self._path), []).append("".join(self._text).strip())
        self._is_leaf = False
        self._path.pop()
