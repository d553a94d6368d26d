# SPDX-License-Identifier: Apache-2.0
"""Templates of mails: which there are, what may stand in them, how they are filled in (voting.md, section 3).

`{{ name }}` stands for a variable. Alone on its line it stands for as many lines as the value has, and the
line goes when the value is empty; within a line the value is one line too. Values are never templates.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.errors import Invalid, Problem
from atr.domain.mail import LONGEST_SUBJECT, is_one_line
from atr.domain.mail_layout import WIDTH, Letter, fill, flatten, shorten_subject
from atr.domain.names import ProjectKey, UserId

LONGEST_TEMPLATE = 20_000
_MARK = re.compile(r"\{\{(.*?)\}\}")
_NAME = re.compile(r"\s*([a-z_]{1,40})\s*")
_ALONE = re.compile(r"\s*\{\{\s*([a-z_]{1,40})\s*\}\}\s*")
_STRAY = re.compile(r"\{\{|\}\}")


class TemplateKind(StrEnum):
    """The mails that a project can word itself."""

    VOTE_START = "vote-start"
    REMINDER = "reminder"
    RESULT = "result"
    ANNOUNCEMENT = "announcement"
    PHASE_STATUS = "phase-status"
    BALLOT_RECEIPT = "ballot-receipt"
    BALLOT_WITHDRAWAL = "ballot-withdrawal"


_VOTE = frozenset(TemplateKind) - {TemplateKind.ANNOUNCEMENT}
_START, _RESULT = frozenset({TemplateKind.VOTE_START}), frozenset({TemplateKind.RESULT})
_RECEIPT, _REMINDER = frozenset({TemplateKind.BALLOT_RECEIPT}), frozenset({TemplateKind.REMINDER})
_BALLOT = _RECEIPT | {TemplateKind.BALLOT_WITHDRAWAL}
_STATUS, _ANNOUNCE = frozenset({TemplateKind.PHASE_STATUS}), frozenset({TemplateKind.ANNOUNCEMENT})


@dataclass(frozen=True, slots=True)
class TemplateVariable:
    """Something that a template may name, and the mails that know it; `sample` fills previews."""

    name: str
    meaning: str
    kinds: frozenset[TemplateKind]
    sample: str


VARIABLES: tuple[TemplateVariable, ...] = (
    TemplateVariable("foundation", "The foundation's name", _VOTE | _ANNOUNCE, "The Foundation"),
    TemplateVariable(
        "title", "Project, product line and version as people say them", _VOTE | _ANNOUNCE, "Sample 1.0"
    ),
    TemplateVariable("release", "The release as commands name it", _VOTE | _ANNOUNCE, "sample/1.0"),
    TemplateVariable(
        "vote_name",
        "What is voted on as it stands in every subject of the thread",
        _VOTE,
        "Release Sample 1.0",
    ),
    TemplateVariable("voting_body", "Whose votes are binding", _VOTE, "Sample PMC"),
    TemplateVariable("url", "Address of the candidate's page", _VOTE, "https://atr.example.org/sample/1.0"),
    TemplateVariable(
        "vote_url",
        "Address of the round's page, with every vote and its history",
        _VOTE,
        "https://atr.example.org/sample/1.0/votes/1",
    ),
    TemplateVariable("revision", "Number of the revision that is voted on", _VOTE, "2"),
    TemplateVariable("manifest_digest", "Digest of the bytes that are voted on", _VOTE, "sha512:0123abcd"),
    TemplateVariable("roster_size", "How many people's votes are binding", _VOTE, "7"),
    TemplateVariable("roster_hash", "Digest of who they are, as of the opening", _VOTE, "sha512:4567cdef"),
    TemplateVariable(
        "ballots_root",
        "Digest over all ballots that were counted; empty for a vote held elsewhere",
        _RESULT,
        "sha256:89ab0123",
    ),
    TemplateVariable(
        "deadline",
        "When the time to vote is over; empty when the count alone decides",
        _VOTE,
        "Thursday, 05 March 2026, 09:00 UTC",
    ),
    TemplateVariable(
        "period",
        "Sentences on how long the vote is open and when it passes",
        _VOTE,
        "The vote is open until Thursday, and longer if need be.",
    ),
    TemplateVariable(
        "checklist",
        "The policy's checklist as it was written, under a heading; empty when there is none",
        _START,
        "Please check before voting:\n\n* build it",
    ),
    TemplateVariable(
        "install",
        "Commands that install the candidate for a test, under a heading; empty when it holds no packages",
        _START,
        "To install it for a test:\n\n  pip install sample==1.0",
    ),
    TemplateVariable(
        "earlier_result",
        "In a podling's second round: the result of the first; else empty",
        _START,
        "The podling has voted for it.",
    ),
    TemplateVariable("outcome", "Whether the vote has `passed` or `not passed`", _RESULT, "passed"),
    TemplateVariable(
        "binding_votes", "Binding votes with names, one a line", _RESULT, "Binding votes:\n  +1   Amy"
    ),
    TemplateVariable("community_votes", "All other votes, one a line", _RESULT, "Community votes: none"),
    TemplateVariable("thread", "Message id of the call for votes", _RESULT, "<1@example.org>"),
    TemplateVariable(
        "summary",
        "The counts and what the release manager remarked",
        _RESULT | _STATUS | _ANNOUNCE,
        "Binding +1: 3, 0: 0, -1: 0.",
    ),
    TemplateVariable(
        "status", "What became of the vote: `EXTENDED`, `PAUSED` or `CANCELLED`", _STATUS, "EXTENDED"
    ),
    TemplateVariable("news", "The same in sentences", _STATUS, "There is more time to vote."),
    TemplateVariable("receiver", "Name of the person that is reminded", _REMINDER, "Amy"),
    TemplateVariable(
        "settings_url",
        "Address of the page where reminders are switched off",
        _REMINDER,
        "https://atr.example.org/me/reminders",
    ),
    TemplateVariable("voter", "Name of whoever voted", _BALLOT, "Amy"),
    TemplateVariable("choice", "The vote as it was written", _BALLOT, "+1"),
    TemplateVariable("weight", "`binding` or `non-binding`", _BALLOT, "binding"),
    TemplateVariable("door", "By which way the vote came in", _RECEIPT, "on the web"),
    TemplateVariable(
        "earlier_choice",
        "Which earlier vote this one replaces; else empty",
        _RECEIPT,
        "It replaces the earlier 0.",
    ),
    TemplateVariable("comment", "What the voter remarked, each line quoted", _RECEIPT, "> I built it."),
    TemplateVariable("project", "The project's name", _ANNOUNCE, "Sample"),
    TemplateVariable("description", "What the project says it is; may be empty", _ANNOUNCE, "It samples."),
    TemplateVariable(
        "folder_url", "Address of the files", _ANNOUNCE, "https://atr.example.org/current/sample/1.0"
    ),
    TemplateVariable(
        "checksums", "SHA-512 of each file, under a heading", _ANNOUNCE, "SHA-512:\n0123  sample.tgz"
    ),
    TemplateVariable(
        "verification",
        "How to verify a download",
        _ANNOUNCE,
        "To verify a download:\n\n  gpg --verify sample.tgz.asc",
    ),
    TemplateVariable(
        "more",
        "The project's homepage under a heading; may be empty",
        _ANNOUNCE,
        "More about Sample:\nhttps://s.example",
    ),
)
"""Every variable there is, the one list that pages, errors and documentation show."""


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A subject and a body with variables."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One saved template; without one it says that the foundation's holds again."""

    project: ProjectKey
    kind: TemplateKind
    number: int
    template: MailTemplate | None
    saved_at: datetime
    saved_by: UserId | None


def list_variables(kind: TemplateKind) -> tuple[TemplateVariable, ...]:
    """Return what a template of the kind may name."""
    return tuple(variable for variable in VARIABLES if kind in variable.kinds)


def check_template(kind: TemplateKind, template: MailTemplate) -> None:
    """Raise Invalid with every problem: unknown variables, stray braces, an impossible subject, lengths."""
    problems = [
        *_list_subject_problems(template.subject),
        *_list_body_problems(template.body),
        *_find_unknown(kind, "subject", template.subject),
        *_find_unknown(kind, "body", template.body),
    ]
    if problems:
        raise Invalid(*problems)


def _list_subject_problems(subject: str) -> Iterator[Problem]:
    if not is_one_line(subject):
        yield Problem("subject", "The subject must be one line that is not empty.")
    if len(subject) > LONGEST_SUBJECT:
        yield Problem("subject", f"Keep the subject within {LONGEST_SUBJECT} characters.")


def _list_body_problems(body: str) -> Iterator[Problem]:
    if not body.strip():
        yield Problem("body", "Write a text.")
    if len(body) > LONGEST_TEMPLATE:
        yield Problem("body", f"Keep the text within {LONGEST_TEMPLATE} characters.")
    if any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in body):
        yield Problem("body", "There are characters in it that no mail can hold.")


def _find_unknown(kind: TemplateKind, field: str, text: str) -> Iterator[Problem]:
    known = {variable.name for variable in list_variables(kind)}
    for number, line in enumerate(text.split("\n"), 1):
        place = f"Line {number} of the {field}"
        for mark in _MARK.finditer(line):
            name = _NAME.fullmatch(mark[1])
            if name is None or name[1] not in known:
                yield Problem(field, f"{place}: there is no variable {mark[1].strip()[:40]!r} in this mail.")
        if _STRAY.search(_MARK.sub("", line)):
            yield Problem(field, f"{place}: braces without their counterpart; write {{{{ name }}}}.")


def render_template(template: MailTemplate, values: Mapping[str, str]) -> Letter:
    """Fill the template in; every variable it names must have a value."""
    lines: list[str] = []
    for line in template.body.strip("\n").split("\n"):
        _add_lines(lines, line.rstrip("\r"), values)
    return Letter(shorten_subject(_fill_in(template.subject, values)), "\n".join(lines).strip("\n") + "\n")


def fill_known(text: str, values: Mapping[str, str]) -> str:
    """Return a text that somebody typed with the variables it names; all else stays as it was typed."""
    lines: list[str] = []
    for line in text.split("\n"):
        alone = _ALONE.fullmatch(line.rstrip("\r"))
        if alone is not None and alone[1] in values:
            lines += values[alone[1]].split("\n") if values[alone[1]] else []
        else:
            lines.append(_MARK.sub(lambda mark: _fill_mark(mark, values), line))
    return "\n".join(lines)


def _fill_mark(mark: re.Match[str], values: Mapping[str, str]) -> str:
    name = mark[1].strip()
    return flatten(values[name]) if name in values else mark[0]


def _add_lines(lines: list[str], line: str, values: Mapping[str, str]) -> None:
    alone = _ALONE.fullmatch(line)
    if alone is not None:
        value = values[alone[1]]
        if value:
            lines += value.split("\n")
        elif lines and not lines[-1]:
            lines.pop()  # the paragraph goes with the empty line before it
        return
    filled = _fill_in(line, values)
    is_running = filled != line and len(filled) > WIDTH and not line.startswith(" ")
    lines += fill(filled).split("\n") if is_running or _is_long_text(line) else [filled]


def _is_long_text(line: str) -> bool:
    """Tell whether a line was written as a whole paragraph, to be broken where it has to be."""
    return len(line) > WIDTH and not line.startswith(" ")


def _fill_in(line: str, values: Mapping[str, str]) -> str:
    return _MARK.sub(lambda mark: flatten(values[mark[1].strip()]), line)
