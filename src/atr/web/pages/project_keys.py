# SPDX-License-Identifier: Apache-2.0
"""The keys that may sign for a project: attached, taken off, imported from a KEYS file."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Invalid
from atr.domain.key import SigningKey
from atr.domain.names import Fingerprint, ProjectKey
from atr.domain.people import ActorKind
from atr.domain.permissions import Activity, explain_denial
from atr.services.door import Door
from atr.services.key_views import KeyView, ListOwnKeys, ListProjectKeys
from atr.services.keys import AttachKey, DetachKey, ImportKeys, KeyImport
from atr.services.project_views import ShowProject
from atr.web.addresses import locate_keys_file, locate_project
from atr.web.components import ActionView, Link, Option
from atr.web.fields import PageForm
from atr.web.flash import Flash, Tone
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, UploadData, submit_form
from atr.web.pages.key_forms import ImportReport, KeysForm, make_report, show_again
from atr.web.pages.key_rows import KeyRow, make_key_row, name_key, space_fingerprint
from atr.web.parts import TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page


class AttachForm(PageForm):
    """A known key by its fingerprint: one's own from the list, or any other."""

    own: str = ""
    fingerprint: str = ""

    def read_fingerprint(self) -> Fingerprint:
        """Return the one that was given; raise Invalid when none was."""
        try:
            return Fingerprint.parse(self.fingerprint or self.own)
        except Invalid:
            raise Invalid.field("fingerprint", f"Give a fingerprint: {Fingerprint.hint}.") from None


class DetachForm(PageForm):
    """A key of the project."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a form of the page: each that was rejected stands in its own place."""

    attach: FormView = EMPTY_FORM
    keys: FormView = EMPTY_FORM
    report: ImportReport | None = None
    status: int = 200


_NOTHING_SENT = Sent()


@dataclass(frozen=True, slots=True)
class ProjectKeysView:
    """The page of a project's keys."""

    project: str
    path: str
    keys_file: str
    keys: tuple[KeyRow, ...]
    may_manage: bool
    denials: tuple[str, ...]
    own: tuple[Option, ...]
    form: Sent


@get("/projects/{project:str}/keys", sync_to_thread=True)
def show_project_keys(request: WebRequest, door: TheDoor, project: FromPath[ProjectKey]) -> Response[bytes]:
    """Show the keys that may sign for a project."""
    return _show(request, door, project)


@post("/projects/{project:str}/keys/attach", sync_to_thread=True)
def attach_key(
    request: WebRequest, data: FormData, door: TheDoor, project: FromPath[ProjectKey]
) -> Response[bytes] | Response[None]:
    """Let a known key sign for the project."""

    def attach(form: AttachForm) -> SigningKey:
        return door.perform(request.user, AttachKey(project, form.read_fingerprint()))

    outcome = submit_form(AttachForm, data, attach)
    if isinstance(outcome, Rejected):
        return _show(request, door, project, Sent(attach=outcome.form, status=outcome.status))
    attached = space_fingerprint(outcome.result.fingerprint)
    return go_to(request, _locate(project), Flash(f"The key {attached} may sign for the project now."))


@post("/projects/{project:str}/keys/detach", sync_to_thread=True)
def detach_key(
    request: WebRequest, data: FormData, door: TheDoor, project: FromPath[ProjectKey]
) -> Response[bytes] | Response[None]:
    """Take a key off the project."""

    def detach(form: DetachForm) -> None:
        door.perform(request.user, DetachKey(project, Fingerprint.parse(form.fingerprint)))

    outcome = submit_form(DetachForm, data, detach)
    if isinstance(outcome, Rejected):
        return _show(request, door, project, Sent(attach=outcome.form, status=outcome.status))
    return go_to(request, _locate(project), Flash("The key was taken off the project.", Tone.WARN))


@post("/projects/{project:str}/keys/import", sync_to_thread=True)
def import_keys(
    request: WebRequest, data: UploadData, door: TheDoor, project: FromPath[ProjectKey]
) -> Response[bytes] | Response[None]:
    """Take a KEYS file into the project; each key that was refused is shown with its reason."""

    def take(form: KeysForm) -> KeyImport:
        return door.perform(request.user, ImportKeys(project, form.read_data()))

    outcome = submit_form(KeysForm, data, take)
    if isinstance(outcome, Rejected):
        rejected = Sent(keys=show_again(outcome.form), status=outcome.status)
        return _show(request, door, project, rejected)
    report = make_report(outcome.result)
    if report.rejected:
        return _show(request, door, project, Sent(report=report))
    return go_to(request, _locate(project), Flash(report.summary))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_project_keys, attach_key, detach_key, import_keys)


def _locate(project: ProjectKey) -> str:
    return f"{locate_project(project)}/keys"


def _show(request: WebRequest, door: Door, key: ProjectKey, sent: Sent = _NOTHING_SENT) -> Response[bytes]:
    found = door.ask(request.user, ShowProject(key))
    keys = door.ask(request.user, ListProjectKeys(key))
    may_manage = Activity.MANAGE_KEY in found.permitted
    view = ProjectKeysView(
        project=found.project.name,
        path=_locate(key),
        keys_file=locate_keys_file(key),
        keys=tuple(make_key_row(each, _list_actions(each, key, may_manage=may_manage)) for each in keys),
        may_manage=may_manage,
        denials=() if may_manage else (explain_denial(Activity.MANAGE_KEY),),
        own=_list_own(request, door, keys) if may_manage else (),
        form=sent,
    )
    crumbs = (Link("Projects", "/projects"), Link(found.project.name, locate_project(key)))
    page = Page("pages/project_keys.html", "Signing keys", view, crumbs, section="/projects")
    return show_page(request, page, sent.status)


def _list_actions(view: KeyView, key: ProjectKey, *, may_manage: bool) -> tuple[ActionView, ...]:
    if not may_manage:
        return ()
    fingerprint = view.signing.fingerprint
    return (
        ActionView(
            "Take off", f"{_locate(key)}/detach", style="small", name="fingerprint", value=fingerprint
        ),
    )


def _list_own(request: WebRequest, door: Door, attached: tuple[KeyView, ...]) -> tuple[Option, ...]:
    if request.user.kind is not ActorKind.PERSON:
        return ()
    known = {each.signing.fingerprint for each in attached}
    own = (each for each in door.ask(request.user, ListOwnKeys()) if not each.signing.is_revoked())
    return tuple(
        Option(each.signing.fingerprint, f"{name_key(each)}, {each.signing.fingerprint[-16:].upper()}")
        for each in own
        if each.signing.fingerprint not in known
    )
