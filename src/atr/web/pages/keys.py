# SPDX-License-Identifier: Apache-2.0
"""Signing keys: one's own, and finding one by its fingerprint."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Invalid, NotFound
from atr.domain.names import Fingerprint
from atr.domain.people import ActorKind
from atr.services.door import Door
from atr.services.key_views import ListOwnKeys, ShowKey
from atr.services.keys import AddKeys, KeyImport
from atr.web.addresses import locate_key
from atr.web.components import FilterView, Link
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormView, Rejected, UploadData, submit_form
from atr.web.pages.account_frame import OWN_KEYS_PATH, list_account_tabs
from atr.web.pages.key_forms import ImportReport, KeysForm, make_report, show_again
from atr.web.pages.key_rows import KeyRow, make_own_row
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page


@dataclass(frozen=True, slots=True)
class OwnKeysView:
    """The page of one's own keys; `report` is about keys that were refused just now."""

    tabs: tuple[Link, ...]
    keys: tuple[KeyRow, ...]
    form: FormView
    report: ImportReport | None


@dataclass(frozen=True, slots=True)
class FindKeyView:
    """The page on which a key is found; `complaint` says why none was."""

    filter: FilterView
    complaint: str
    own_keys: str


@get(OWN_KEYS_PATH, sync_to_thread=True)
def show_own_keys(request: WebRequest, door: TheDoor) -> Response[bytes]:
    """Show one's own keys."""
    return _show_own(request, door)


@post(OWN_KEYS_PATH, sync_to_thread=True)
def add_keys(request: WebRequest, data: UploadData, door: TheDoor) -> Response[bytes] | Response[None]:
    """Add public keys to one's own; those that were refused are shown with their reasons."""

    def add(form: KeysForm) -> KeyImport:
        return door.perform(request.user, AddKeys(form.read_data()))

    outcome = submit_form(KeysForm, data, add)
    if isinstance(outcome, Rejected):
        return _show_own(request, door, show_again(outcome.form), outcome.status)
    report = make_report(outcome.result)
    if report.rejected:
        return _show_own(request, door, report=report)
    return go_to(request, OWN_KEYS_PATH, Flash(report.summary))


@get("/keys", sync_to_thread=True)
def find_key(
    request: WebRequest, door: TheDoor, actor: TheActor, q: FromQuery[str] = ""
) -> Response[bytes] | Response[None]:
    """Lead to the key with a fingerprint."""
    complaint = ""
    if q:
        try:
            found = door.ask(actor, ShowKey(Fingerprint.parse(q)))
            return go_to(request, locate_key(found.signing.fingerprint))
        except (Invalid, NotFound) as error:
            complaint = str(error)
    own = OWN_KEYS_PATH if actor.kind is ActorKind.PERSON else ""
    view = FindKeyView(FilterView("/keys", q, "Fingerprint of a key"), complaint, own)
    page = Page("pages/keys.html", "Signing keys", view, section="/keys", narrow=True)
    return show_page(request, page, 404 if complaint else 200)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_own_keys, add_keys, find_key)


def _show_own(
    request: WebRequest,
    door: Door,
    form: FormView = EMPTY_FORM,
    status: int = 200,
    report: ImportReport | None = None,
) -> Response[bytes]:
    keys = tuple(make_own_row(each) for each in door.ask(request.user, ListOwnKeys()))
    view = OwnKeysView(list_account_tabs(OWN_KEYS_PATH), keys, form, report)
    return show_page(request, Page("pages/account_keys.html", "My signing keys", view), status)
