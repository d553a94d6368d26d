# SPDX-License-Identifier: Apache-2.0
"""The page on mails, from their default wording and the one list of variables."""

from atr.domain.mail_defaults import DEFAULT_TEMPLATES
from atr.domain.mail_template import TemplateKind, list_variables
from tools.reference.page import format_table

INTRODUCTION = """\
# Mail templates

How each mail is worded until a project says otherwise, with `atr project template set PROJECT KIND FILE` or
`PUT /api/v1/projects/{project}/mail-templates/{kind}`, and what may stand in it.

`{{ name }}` stands for a variable. Alone on its line it stands for as many lines as its value has, and the
line goes when the value is empty; within a line its value is one line too. Lines over 72 characters are
broken between words, unless they begin with a space. A wording that names an unknown variable is refused
when it is saved, with every problem at once. Each save is a version of its own.
"""
USES = {
    TemplateKind.VOTE_START: "Begins the thread of a round, at the lists of the vote policy.",
    TemplateKind.REMINDER: "Goes once, at two thirds of the time, to those on the roster who have not voted.",
    TemplateKind.RESULT: "Answers the thread when the vote is closed.",
    TemplateKind.ANNOUNCEMENT: "Drafts the announcement, which the release manager approves.",
    TemplateKind.PHASE_STATUS: "Answers the thread of a vote that gets more time, waits, or is cancelled.",
    TemplateKind.BALLOT_RECEIPT: "Answers the thread when somebody votes otherwise than by mail.",
    TemplateKind.BALLOT_WITHDRAWAL: "Answers the thread when somebody takes a ballot back.",
}


def render_mail_templates() -> str:
    """Return the page: one section a mail."""
    return "\n".join([INTRODUCTION, *map(_render_kind, TemplateKind)])


def _render_kind(kind: TemplateKind) -> str:
    template = DEFAULT_TEMPLATES[kind]
    rows = ((f"`{each.name}`", each.meaning) for each in list_variables(kind))
    wording = f"```\nSubject: {template.subject}\n\n{template.body}```"
    return f"## {kind}\n\n{USES[kind]}\n\n{wording}\n\n{format_table(('variable', 'stands for'), rows)}"
