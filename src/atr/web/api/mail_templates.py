# SPDX-License-Identifier: Apache-2.0
"""The wording of a project's mails in the API."""

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Invalid, Problem
from atr.domain.mail_template import MailTemplate, TemplateKind, TemplateVersion, list_variables
from atr.domain.names import ProjectKey, ReleaseKey
from atr.schema.mail_templates import (
    MailPreviewAnswer,
    TemplateAnswer,
    TemplatePreviewPost,
    TemplatePut,
    TemplateVersionAnswer,
    VariableAnswer,
)
from atr.schema.pages import ItemPage
from atr.services.mail_previews import PreviewMail
from atr.services.mail_templates import ListTemplateVersions, SetTemplate, ShowTemplate, TemplateView
from atr.web.api.replies import read_expected
from atr.web.conditional import make_etag
from atr.web.parts import TheActor, TheDoor, WebRequest

_PATH = "/projects/{project:str}/mail-templates/{kind:str}"


@get(_PATH, sync_to_thread=True)
def show_template(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], kind: FromPath[TemplateKind]
) -> Response[TemplateAnswer]:
    """Show how a project words one of its mails, with the variables that may stand in it."""
    return _send_template(door.ask(actor, ShowTemplate(project, kind)))


@put(_PATH, sync_to_thread=True)
def set_template(
    request: WebRequest,
    door: TheDoor,
    project: FromPath[ProjectKey],
    kind: FromPath[TemplateKind],
    data: JSONBody[TemplatePut],
) -> Response[TemplateAnswer]:
    """Word a mail; every problem of the wording is told at once, and each save is a version."""
    expected = None
    if "if-match" in request.headers:
        known = door.ask(request.user, ShowTemplate(project, kind))
        expected = read_expected(request, _tag_template(known), known.number)
    command = SetTemplate(project, kind, _read_template(data), expected)
    return _send_template(door.perform(request.user, command))


@get(f"{_PATH}/versions", sync_to_thread=True)
def list_template_versions(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], kind: FromPath[TemplateKind]
) -> ItemPage[TemplateVersionAnswer]:
    """List every wording a project ever saved, newest first."""
    versions = door.ask(actor, ListTemplateVersions(project, kind))
    return ItemPage[TemplateVersionAnswer](items=tuple(map(_describe_version, versions)))


@post(f"{_PATH}/preview", sync_to_thread=True, status_code=200)
def preview_mail(
    actor: TheActor,
    door: TheDoor,
    project: FromPath[ProjectKey],
    kind: FromPath[TemplateKind],
    data: JSONBody[TemplatePreviewPost],
) -> MailPreviewAnswer:
    """Show a mail as it would be sent; nothing is saved and nothing leaves."""
    release = None if data.release is None else ReleaseKey.parse(data.release)
    shown = door.ask(actor, PreviewMail(project, kind, _read_template(data), release))
    return MailPreviewAnswer(
        kind=shown.kind, to=shown.to, subject=shown.letter.subject, body=shown.letter.body
    )


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    show_template,
    set_template,
    list_template_versions,
    preview_mail,
)


def _read_template(data: TemplatePut) -> MailTemplate | None:
    given = {"subject": data.subject, "body": data.body}
    if data.subject is not None and data.body is not None:
        return MailTemplate(data.subject, data.body)
    if data.subject is None and data.body is None:
        return None
    missing = (name for name, value in given.items() if value is None)
    raise Invalid(*(Problem(name, "Give subject and body, or neither of them.") for name in missing))


def _tag_template(view: TemplateView) -> str:
    return make_etag("mail-template", f"{view.project}/{view.kind}", view.number)


def _send_template(view: TemplateView) -> Response[TemplateAnswer]:
    answer = TemplateAnswer(
        project=view.project,
        kind=view.kind,
        subject=view.template.subject,
        body=view.template.body,
        version=view.number,
        own=view.is_own,
        variables=tuple(
            VariableAnswer(name=variable.name, meaning=variable.meaning)
            for variable in list_variables(view.kind)
        ),
        permitted=tuple(sorted(view.permitted)),
    )
    return Response(answer, headers={"etag": _tag_template(view)})


def _describe_version(version: TemplateVersion) -> TemplateVersionAnswer:
    return TemplateVersionAnswer(
        version=version.number,
        subject=version.template.subject if version.template else None,
        body=version.template.body if version.template else None,
        saved_at=version.saved_at,
        saved_by=version.saved_by,
    )
