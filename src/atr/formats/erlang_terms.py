# SPDX-License-Identifier: Apache-2.0
"""Reading an Erlang term file, such as a Hex package's metadata: data only, and everything limited."""

import re
from collections.abc import Iterator

LARGEST_TERMS = 1024 * 1024
_DEEPEST = 32
_TOKEN = re.compile(
    r"""(?:\s|%[^\n]*)*(?P<token>
        <<\s*"(?P<text>(?:[^"\\]|\\.)*)"\s*(?:/utf8)?\s*>>
      | <<(?P<bytes>[\d,\s]*)>>
      | "(?P<string>(?:[^"\\]|\\.)*)"
      | (?P<number>[+-]?\d+(?:\.\d+(?:[eE][+-]?\d+)?)?)
      | (?P<atom>[a-z][A-Za-z0-9_@]*|'(?:[^'\\]|\\.)*')
      | \#\{ | => | [\[\]{},.]
    )""",
    re.VERBOSE | re.DOTALL,
)
_BLANK = re.compile(r"(?:\s|%[^\n]*)*")
_ESCAPE = re.compile(r"\\(x\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "b": "\b", "d": "\x7f", "e": "\x1b", "f": "\f", "s": " ", "v": "\v",
}  # fmt: skip
_ATOMS: dict[str, bool | None] = {"true": True, "false": False, "nil": None, "undefined": None}

Term = str | float | bool | None | list["Term"] | tuple["Term", ...]


def read_terms(data: bytes) -> list[Term]:
    """Return the terms of a file, each ended by a dot; binaries, strings and atoms become text.

    Raise ValueError for what is no such file, or too large or deep. No atom is made and nothing evaluated.
    """
    if len(data) > LARGEST_TERMS:
        raise ValueError(f"it has more than {LARGEST_TERMS} bytes")
    parser = _Parser(data.decode("utf-8"))
    terms = []
    while not parser.is_at_end:
        terms.append(parser.take_value())
        parser.expect(".")
    return terms


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = _find_end(text, 0)
        self._depth = 0

    @property
    def is_at_end(self) -> bool:
        """Tell whether nothing but white space and comments is left."""
        return self._at == len(self._text)

    def expect(self, wanted: str) -> None:
        """Take this token; raise ValueError if it is another."""
        found = self._take()["token"]
        if found != wanted:
            raise ValueError(f"it has {found[:20]!r} where {wanted!r} belongs")

    def take_value(self) -> Term:
        """Take one term whole."""
        found = self._take()
        match found["token"]:
            case "[":
                return list(self._take_items("]"))
            case "{":
                return tuple(self._take_items("}"))
            case "#{":
                return list(self._take_pairs())
            case _:
                return _read_token(found, found["token"])

    def _take_items(self, end: str) -> Iterator[Term]:
        self._enter()
        while not self._skip(end):
            yield self.take_value()
            if not self._skip(","):
                self.expect(end)
                break
        self._depth -= 1

    def _take_pairs(self) -> Iterator[Term]:
        self._enter()
        while not self._skip("}"):
            key = self.take_value()
            self.expect("=>")
            yield (key, self.take_value())
            if not self._skip(","):
                self.expect("}")
                break
        self._depth -= 1

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError(f"its terms are more than {_DEEPEST} levels deep")

    def _skip(self, token: str) -> bool:
        if not self._text.startswith(token, self._at):
            return False
        self._at = _find_end(self._text, self._at + len(token))
        return True

    def _take(self) -> re.Match[str]:
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            raise ValueError(f"it has {self._text[self._at : self._at + 20]!r}, which is no term")
        self._at = _find_end(self._text, found.end())
        return found


def _find_end(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _read_token(found: re.Match[str], token: str) -> Term:
    if found["text"] is not None:
        return _unescape(found["text"])
    if found["bytes"] is not None:
        return bytes(int(each) for each in found["bytes"].split(",") if each.strip()).decode("utf-8")
    if found["string"] is not None:
        return _unescape(found["string"])
    if found["number"] is not None:
        return float(token) if "." in token else int(token[:40])
    if found["atom"] is not None:
        return _ATOMS.get(token, _unescape(token.strip("'")))
    raise ValueError(f"it has {token!r} where a value belongs")


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_read_escape, text)


def _read_escape(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] == "x" and len(code) > 1:
        point = int(code[1:].strip("{}"), 16)
        if point > 0x10FFFF:
            raise ValueError("it has a character beyond Unicode")
        return chr(point)
    return chr(int(code, 8)) if code[0] in "01234567" else _ESCAPES.get(code, code)
