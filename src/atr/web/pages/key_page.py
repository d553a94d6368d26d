# SPDX-License-Identifier: Apache-2.0
"""The page of one signing key, with revoking and deleting it."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.key import KeyChallenge, KeyProof, Subkey
from atr.domain.names import Fingerprint
from atr.domain.people import ActorKind
from atr.domain.permissions import Activity
from atr.services.account_views import WhoAmI
from atr.services.door import Door
from atr.services.key_proofs import BeginKeyProof, ProveKey, ShowChallenge
from atr.services.key_views import KeyView, ShowKey
from atr.services.keys import DeleteKey, RevokeKey
from atr.web.addresses import locate_key
from atr.web.components import ActionView, Badge, Fact, Link
from atr.web.flash import Flash, Tone
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.account_frame import OWN_KEYS_PATH
from atr.web.pages.key_forms import ProofForm, ReasonForm
from atr.web.pages.key_rows import KeyRow, make_key_row, space_fingerprint
from atr.web.parts import TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page

_NOT_YOURS = "Only the owner of a key, or whoever manages the project's keys if it has none, does this."


@dataclass(frozen=True, slots=True)
class SubkeyRow:
    """A subkey."""

    type: str
    spaced: str
    badge: Badge
    facts: str


@dataclass(frozen=True, slots=True)
class OwnershipView:
    """Whether the owner is proven; `command` signs the text that proves it, once there is one."""

    sentence: str
    badge: Badge
    may_prove: bool
    command: str
    challenge_path: str
    proof_path: str


@dataclass(frozen=True, slots=True)
class KeyPageView:
    """The page of one key; `denials` say why the asker may not revoke or delete it."""

    key: KeyRow
    facts: tuple[Fact, ...]
    user_ids: tuple[str, ...]
    subkeys: tuple[SubkeyRow, ...]
    armored: str
    form: FormView
    revoke_path: str
    delete: ActionView
    denials: tuple[str, ...]
    is_revoked: bool
    ownership: OwnershipView


@get("/keys/{fingerprint:str}", sync_to_thread=True)
def show_key(request: WebRequest, door: TheDoor, fingerprint: FromPath[Fingerprint]) -> Response[bytes]:
    """Show one key with everything it says of itself."""
    return _show_key(request, door, fingerprint)


@post("/keys/{fingerprint:str}/revoke", sync_to_thread=True)
def revoke_key(
    request: WebRequest, data: FormData, door: TheDoor, fingerprint: FromPath[Fingerprint]
) -> Response[bytes] | Response[None]:
    """Declare a key revoked."""
    outcome = submit_form(
        ReasonForm, data, lambda form: door.perform(request.user, RevokeKey(fingerprint, form.reason))
    )
    if isinstance(outcome, Rejected):
        return _show_key(request, door, fingerprint, outcome.form, outcome.status)
    return go_to(request, locate_key(fingerprint), Flash("The key is revoked here.", Tone.WARN))


@post("/keys/{fingerprint:str}/delete", sync_to_thread=True)
def delete_key(request: WebRequest, door: TheDoor, fingerprint: FromPath[Fingerprint]) -> Response[None]:
    """Remove a key from its owner and all projects."""
    door.perform(request.user, DeleteKey(fingerprint))
    return go_to(request, OWN_KEYS_PATH, Flash(f"The key {space_fingerprint(fingerprint)} was deleted."))


@post("/keys/{fingerprint:str}/challenge", sync_to_thread=True)
def begin_proof(request: WebRequest, door: TheDoor, fingerprint: FromPath[Fingerprint]) -> Response[None]:
    """Make up a text to be signed with the key."""
    door.perform(request.user, BeginKeyProof(fingerprint))
    return go_to(request, f"{locate_key(fingerprint)}#ownership")


@post("/keys/{fingerprint:str}/proof", sync_to_thread=True)
def prove_key(
    request: WebRequest, data: FormData, door: TheDoor, fingerprint: FromPath[Fingerprint]
) -> Response[bytes] | Response[None]:
    """Take the signature over the text."""
    outcome = submit_form(
        ProofForm, data, lambda form: door.perform(request.user, ProveKey(fingerprint, form.read_answer()))
    )
    if isinstance(outcome, Rejected):
        return _show_key(request, door, fingerprint, outcome.form, outcome.status)
    return go_to(request, locate_key(fingerprint), Flash("The key is proven to be yours.", Tone.GOOD))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    show_key,
    revoke_key,
    delete_key,
    begin_proof,
    prove_key,
)


def _show_key(
    request: WebRequest, door: Door, fingerprint: Fingerprint, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    found = door.ask(request.user, ShowKey(fingerprint))
    key, here = found.signing.key, locate_key(fingerprint)
    denials = _explain_denials(request, door, found)
    view = KeyPageView(
        key=make_key_row(found),
        facts=_list_facts(found),
        user_ids=key.user_ids,
        subkeys=tuple(map(_make_subkey, key.subkeys)),
        armored=key.armored,
        form=form,
        revoke_path=f"{here}/revoke",
        delete=ActionView("Delete", f"{here}/delete", found.delete_reasons, "danger", "trash-2"),
        denials=denials,
        is_revoked=found.signing.is_revoked(),
        ownership=_describe_ownership(request, door, found),
    )
    page = Page("pages/key.html", view.key.name, view, (Link("Keys", "/keys"),), section="/keys")
    return show_page(request, page, status)


def _explain_denials(request: WebRequest, door: Door, found: KeyView) -> tuple[str, ...]:
    actor, owner = request.user, found.signing.owner
    if actor.kind is not ActorKind.PERSON:
        return ("Sign in first.",)
    if owner is not None:
        return () if owner == actor.user else (_NOT_YOURS,)
    roles = door.ask(actor, WhoAmI()).projects
    manages = {each.project for each in roles if Activity.MANAGE_KEY in each.permitted}
    return () if manages & set(found.projects) else (_NOT_YOURS,)


def _describe_ownership(request: WebRequest, door: Door, found: KeyView) -> OwnershipView:
    signing, actor = found.signing, request.user
    here = locate_key(signing.fingerprint)
    name = found.owner_name or signing.owner or "nobody"
    match signing.proof:
        case KeyProof.CHALLENGE:
            how = f"{name} proved it on {signing.proven_at:%Y-%m-%d} by a signature."
        case KeyProof.DIRECTORY:
            how = f"The directory of the foundation lists it for {name}, since {signing.proven_at:%Y-%m-%d}."
        case None:
            how = f"{name} says to own it; nothing proves it yet." if signing.owner else "Nobody claims it."
    may_prove = signing.proof is None and not signing.is_revoked() and actor.kind is ActorKind.PERSON
    challenge = door.ask(actor, ShowChallenge(signing.fingerprint)) if may_prove else None
    return OwnershipView(
        sentence=how,
        badge=Badge("Proven", Tone.GOOD) if signing.proof else Badge("Not proven", Tone.WARN),
        may_prove=may_prove,
        command=_write_command(challenge) if challenge else "",
        challenge_path=f"{here}/challenge",
        proof_path=f"{here}/proof",
    )


def _write_command(challenge: KeyChallenge) -> str:
    return f"echo '{challenge.text}' | gpg --local-user {challenge.fingerprint} --armor --detach-sign"


def _list_facts(found: KeyView) -> tuple[Fact, ...]:
    signing, key = found.signing, found.signing.key
    ends = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "never"
    owner = found.owner_name or "nobody here; it came with a KEYS file"
    facts = [
        Fact("Owner", owner),
        Fact("Type", key.type),
        Fact("Made on", f"{key.created_at:%Y-%m-%d}"),
        Fact("Ends on", ends),
        Fact("Added here", f"{signing.added_at:%Y-%m-%d}"),
    ]
    return tuple(facts)


def _make_subkey(part: Subkey) -> SubkeyRow:
    ends = f"ends on {part.expires_at:%Y-%m-%d}" if part.expires_at else "never ends"
    badge = Badge("Signs", Tone.GOOD) if part.can_sign else Badge("Other use")
    return SubkeyRow(
        type=part.algorithm if part.bits is None else f"{part.algorithm} {part.bits}",
        spaced=space_fingerprint(part.fingerprint),
        badge=Badge("Revoked", Tone.BAD) if part.revoked else badge,
        facts=f"made on {part.created_at:%Y-%m-%d}, {ends}",
    )
