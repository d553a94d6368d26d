# SPDX-License-Identifier: Apache-2.0
"""The XML report of Apache RAT, in the form before version 0.16 and in the one since.

Read event by event with the parser of the standard library: no document type, so no entities, is accepted,
and nothing is kept but what is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat  # no document type passes, see below

LARGEST_REPORT = 256 * 1024 * 1024
_ROOT, _FILE = "rat-report", "resource"
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class RatFile:
    """One file as Apache RAT sees it: approved or not, its type, and the licence that it found."""

    name: str
    approved: bool
    type: str
    licence: str


@dataclass(slots=True)
class _Draft:
    """A file while its element is open; several licences are approved only together."""

    name: str
    type: str
    approved: bool = True
    licence: str = ""


def read_rat_report(said: bytes) -> tuple[RatFile, ...]:
    """Return the files of a report; what the program says before and after it does not count.

    Raise ValueError when there is no whole report of a known form.
    """
    start, end = said.find(b"<rat-report"), said.rfind(b"</rat-report>")
    if start < 0 or end < start or b"<!DOCTYPE" in said[:start]:
        raise ValueError("it printed no report")
    reader = _Reader()
    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(said[start : end + len(b"</rat-report>")], True)  # the C function has no names
    except expat.ExpatError as error:
        raise ValueError(f"its report is no XML: {error}") from error
    return tuple(reader.files)


def _refuse_doctype(*_: object) -> None:
    raise ValueError("its report has a document type, which no report has")


class _Reader:
    """Takes the elements of a report in their order."""

    def __init__(self) -> None:
        self.files: list[RatFile] = []
        self._depth = 0
        self._draft: _Draft | None = None

    def begin(self, name: str, given: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        self._depth += 1
        if self._depth == 1 and name != _ROOT:
            raise ValueError(f"its report begins with {name}")
        if self._depth == 2 and name == _FILE:
            self._draft = _Draft(_require(given, "name"), given.get("type", ""))
        elif self._depth == 3 and self._draft is not None:
            self._take(name, given, self._draft)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        draft = self._draft
        if self._depth == 2 and name == _FILE and draft is not None:
            self.files.append(RatFile(draft.name, draft.approved, draft.type.lower(), draft.licence))
            self._draft = None
        self._depth -= 1

    def _take(self, name: str, given: Mapping[str, str], draft: _Draft) -> None:
        match name:
            case "license-approval":
                draft.approved = draft.approved and _read_truth(_require(given, "name"))
            case "license-family":
                draft.licence = _require(given, "name").strip()
            case "type":
                draft.type = _require(given, "name")
            case "license":
                approved = _read_truth(_require(given, "approval"))
                if not approved or not draft.licence:
                    draft.licence = _require(given, "name").strip()
                draft.approved = draft.approved and approved
            case _:
                return


def _require(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise ValueError(f"its report has an element without {name}")
    return given[name]


def _read_truth(text: str) -> bool:
    if text not in _TRUTHS:
        raise ValueError(f"its report says {text!r} instead of true or false")
    return _TRUTHS[text]
