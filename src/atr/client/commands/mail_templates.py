# SPDX-License-Identifier: Apache-2.0
"""`atr project template`: how a project words its mails."""

from pathlib import Path

import click

from atr.client.addresses import address_project
from atr.client.arguments import FILE, project_argument
from atr.client.bodies import make_body
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.output import json_option, print_done, print_facts, print_heading, print_json, print_table
from atr.domain.mail_template import TemplateKind
from atr.domain.names import ProjectKey
from atr.schema.mail_templates import (
    MailPreviewAnswer,
    TemplateAnswer,
    TemplatePreviewPost,
    TemplatePut,
)

_SUBJECT = "Subject:"
_kind_argument = click.argument(
    "kind", type=click.Choice([str(kind) for kind in TemplateKind]), metavar="KIND"
)


@click.group()
def template() -> None:
    """Show or change how a project words its mails.

    KIND is vote-start, reminder, result, announcement, phase-status, ballot-receipt
    or ballot-withdrawal.
    """


@template.command("show")
@project_argument
@_kind_argument
@json_option
def show_template(project: ProjectKey, kind: str, as_json: bool) -> None:
    """Show the wording in force, in the form that `set` reads, and what may stand in it."""
    with Api() as api:
        found = api.get(_address_template(project, kind), TemplateAnswer)
    if as_json:
        print_json(found)
        return
    click.echo(f"{_SUBJECT} {found.subject}\n\n{found.body}")
    print_heading("Variables")
    print_table(("name", "stands for"), ((each.name, each.meaning) for each in found.variables), "")


@template.command("set")
@project_argument
@_kind_argument
@click.argument("file", type=FILE, required=False)
@json_option
def set_template(project: ProjectKey, kind: str, file: Path | None, as_json: bool) -> None:
    """Word a mail as FILE does: a line `Subject: ...`, an empty line, the text.

    Without FILE the foundation's wording holds again. Every problem is told at once.
    """
    body = make_body(TemplatePut, **_read_wording(file))
    with Api() as api:
        saved = api.put(_address_template(project, kind), body, TemplateAnswer)
    if as_json:
        print_json(saved)
        return
    whose = "the project's own" if saved.own else "the foundation's"
    print_done(f"The {kind} mail of {project} is version {saved.version} now, in {whose} wording.")


@template.command("preview")
@project_argument
@_kind_argument
@click.argument("file", type=FILE, required=False)
@click.option("--release", help="Fill it in for PROJECT[/PRODUCT]/VERSION instead of with sample values.")
@json_option
def preview_template(
    project: ProjectKey, kind: str, file: Path | None, release: str | None, as_json: bool
) -> None:
    """Show a mail as it would be sent, worded by FILE or as it is saved; nothing leaves."""
    body = make_body(TemplatePreviewPost, release=release, **_read_wording(file))
    with Api() as api:
        shown = api.post(_address_template(project, kind, "preview"), body, MailPreviewAnswer)
    if as_json:
        print_json(shown)
        return
    print_facts((("to", shown.to), ("subject", shown.subject)))
    click.echo(f"\n{shown.body}")


def _address_template(project: ProjectKey, kind: str, *parts: str) -> str:
    return address_project(project, "mail-templates", kind, *parts)


def _read_wording(file: Path | None) -> dict[str, str]:
    """Return subject and body of a file; without one nothing, which stands for what is saved."""
    if file is None:
        return {}
    head, _, body = file.read_text(encoding="utf-8").partition("\n\n")
    if not head.startswith(_SUBJECT) or "\n" in head:
        raise Failed(f"{file} has to begin with a line '{_SUBJECT} ...' and an empty line.")
    return {"subject": head.removeprefix(_SUBJECT).strip(), "body": body}
