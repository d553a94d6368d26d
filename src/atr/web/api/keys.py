# SPDX-License-Identifier: Apache-2.0
"""Signing keys in the API."""

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from atr.domain.key import KeyChallenge, Subkey
from atr.domain.names import Fingerprint, ProjectKey
from atr.schema.keys import (
    KeyAnswer,
    KeyChallengeAnswer,
    KeyImportAnswer,
    KeyItem,
    KeyProofCreate,
    KeyRevocation,
    KeysCreate,
    KeysImport,
    RejectedAnswer,
    SubkeyAnswer,
)
from atr.schema.pages import ItemPage
from atr.services.key_calendar import ListEndingKeys
from atr.services.key_proofs import BeginKeyProof, ProveKey
from atr.services.key_views import KeyView, ListOwnKeys, ListProjectKeys, ShowKey
from atr.services.keys import AddKeys, AttachKey, DeleteKey, DetachKey, ImportKeys, KeyImport, RevokeKey
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.parts import TheActor, TheDoor, WebRequest

_Project = Annotated[
    str | None, QueryParameter(name="project", description="Only keys of this project", required=False)
]


@get("/keys", sync_to_thread=True)
def list_own_keys(actor: TheActor, door: TheDoor) -> ItemPage[KeyItem]:
    """List one's own keys, newest first."""
    return _describe_list(door.ask(actor, ListOwnKeys()))


@get("/keys/ending", sync_to_thread=True)
def list_ending_keys(actor: TheActor, door: TheDoor, project: _Project = None) -> ItemPage[KeyItem]:
    """List keys that projects sign with and that end within a year, or did within three months."""
    key = None if project is None else ProjectKey(project)
    return _describe_list(door.ask(actor, ListEndingKeys(key)))


@post("/keys", sync_to_thread=True)
def add_keys(request: WebRequest, door: TheDoor, data: JSONBody[KeysCreate]) -> Response[KeyImportAnswer]:
    """Add public keys to one's own, and to a project when one is named; private keys are refused."""
    project = ProjectKey(data.project) if data.project is not None else None
    return reply_once(Asking(request, door, data), AddKeys(data.keys.encode(), project), _reply_import)


@get("/keys/{fingerprint:str}", sync_to_thread=True)
def show_key(actor: TheActor, door: TheDoor, fingerprint: FromPath[str]) -> KeyAnswer:
    """Show a key."""
    return _describe_key(door.ask(actor, ShowKey(Fingerprint.parse(fingerprint))))


@delete("/keys/{fingerprint:str}", sync_to_thread=True)
def delete_key(actor: TheActor, door: TheDoor, fingerprint: FromPath[str]) -> None:
    """Remove one's own key; one that signed a released artifact can only be revoked."""
    door.perform(actor, DeleteKey(Fingerprint.parse(fingerprint)))


@post("/keys/{fingerprint:str}/revoke", status_code=204, sync_to_thread=True)
def revoke_key(
    actor: TheActor, door: TheDoor, fingerprint: FromPath[str], data: JSONBody[KeyRevocation]
) -> None:
    """Declare a key revoked here; a repeat changes nothing, for the first revocation stands."""
    door.perform(actor, RevokeKey(Fingerprint.parse(fingerprint), data.reason))


@post("/keys/{fingerprint:str}/challenge", sync_to_thread=True)
def begin_key_proof(
    request: WebRequest, door: TheDoor, fingerprint: FromPath[str]
) -> Response[KeyChallengeAnswer]:
    """Ask for a text to be signed with a key, good for an hour; it takes the place of an earlier one."""
    command = BeginKeyProof(Fingerprint.parse(fingerprint))
    return reply_once(Asking(request, door), command, _reply_challenge)


@post("/keys/{fingerprint:str}/proof", status_code=204, sync_to_thread=True)
def prove_key(
    actor: TheActor, door: TheDoor, fingerprint: FromPath[str], data: JSONBody[KeyProofCreate]
) -> None:
    """Prove to own a key by the signature over the text; a repeat changes nothing but needs another text."""
    door.perform(actor, ProveKey(Fingerprint.parse(fingerprint), data.signature.encode()))


@get("/projects/{project:str}/keys", sync_to_thread=True)
def list_project_keys(actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]) -> ItemPage[KeyItem]:
    """List the keys that may sign for a project."""
    return _describe_list(door.ask(actor, ListProjectKeys(project)))


@post("/projects/{project:str}/keys", sync_to_thread=True)
def import_keys(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], data: JSONBody[KeysImport]
) -> Response[KeyImportAnswer]:
    """Take a whole KEYS file into a project: good keys come in, each bad one is reported."""
    return reply_once(Asking(request, door, data), ImportKeys(project, data.keys.encode()), _reply_import)


@put("/projects/{project:str}/keys/{fingerprint:str}", status_code=204, sync_to_thread=True)
def attach_key(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], fingerprint: FromPath[str]
) -> None:
    """Let a known key sign for a project."""
    door.perform(actor, AttachKey(project, Fingerprint.parse(fingerprint)))


@delete("/projects/{project:str}/keys/{fingerprint:str}", sync_to_thread=True)
def detach_key(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], fingerprint: FromPath[str]
) -> None:
    """Take a key off a project."""
    door.perform(actor, DetachKey(project, Fingerprint.parse(fingerprint)))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    list_own_keys,
    list_ending_keys,
    add_keys,
    show_key,
    delete_key,
    revoke_key,
    begin_key_proof,
    prove_key,
    list_project_keys,
    import_keys,
    attach_key,
    detach_key,
)


def _reply_import(result: KeyImport) -> Reply[KeyImportAnswer]:
    return Reply(
        KeyImportAnswer(
            accepted=tuple(str(key.fingerprint) for key in result.accepted),
            rejected=tuple(map(RejectedAnswer.of, result.rejected)),
        ),
        f"/api/v1/keys/{result.accepted[0].fingerprint}",
    )


def _reply_challenge(challenge: KeyChallenge) -> Reply[KeyChallengeAnswer]:
    answer = KeyChallengeAnswer(
        fingerprint=challenge.fingerprint, text=challenge.text, expires_at=challenge.expires_at
    )
    return Reply(answer, f"/api/v1/keys/{challenge.fingerprint}")


def _describe_list(views: tuple[KeyView, ...]) -> ItemPage[KeyItem]:
    return ItemPage[KeyItem](items=tuple(map(_describe_item, views)), next=None)


def _describe_item(view: KeyView) -> KeyItem:
    signing = view.signing
    return KeyItem(
        fingerprint=signing.fingerprint,
        owner=signing.owner,
        owner_name=view.owner_name,
        type=signing.key.type,
        user_ids=signing.key.user_ids,
        expires_at=signing.key.expires_at,
        expired=view.expired,
        revoked=signing.is_revoked(),
        proof=signing.proof,
        proven_at=signing.proven_at,
    )


def _describe_key(view: KeyView) -> KeyAnswer:
    signing, key = view.signing, view.signing.key
    return KeyAnswer(
        **_describe_item(view).model_dump(),
        created_at=key.created_at,
        expires_soon=view.expires_soon,
        revocation_reason=signing.revocation_reason,
        added_at=signing.added_at,
        projects=tuple(map(str, view.projects)),
        subkeys=tuple(map(_describe_subkey, key.subkeys)),
        armored=key.armored,
    )


def _describe_subkey(part: Subkey) -> SubkeyAnswer:
    return SubkeyAnswer(
        fingerprint=part.fingerprint,
        type=part.algorithm if part.bits is None else f"{part.algorithm} {part.bits}",
        created_at=part.created_at,
        expires_at=part.expires_at,
        revoked=part.revoked,
        can_sign=part.can_sign,
    )
