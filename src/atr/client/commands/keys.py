# SPDX-License-Identifier: Apache-2.0
"""`atr key`: the public keys with which releases are signed."""

from pathlib import Path

import click

from atr.client.addresses import address_project
from atr.client.arguments import FILE, FINGERPRINT, PROJECT, project_argument
from atr.client.bodies import make_body
from atr.client.failures import Failed
from atr.client.gpg import sign_with_gpg
from atr.client.http import Api
from atr.client.output import (
    count_things,
    json_option,
    print_done,
    print_facts,
    print_items,
    print_json,
    print_table,
    say,
    show_time,
)
from atr.domain.names import Fingerprint, ProjectKey
from atr.schema.keys import (
    LONGEST_ANSWER,
    LONGEST_ARMORED,
    KeyAnswer,
    KeyChallengeAnswer,
    KeyImportAnswer,
    KeyItem,
    KeyProofCreate,
    KeyRevocation,
    KeysCreate,
    KeysImport,
)

_fingerprint_argument = click.argument("fingerprint", type=FINGERPRINT)
_project_option = click.option(
    "--project", type=PROJECT, metavar="PROJECT", help="The project whose releases the keys may sign."
)


@click.group()
def key() -> None:
    """Add signing keys, look at them, and revoke them."""


@key.command("add")
@click.argument("file", type=FILE)
@_project_option
@json_option
def add_key(file: Path, project: ProjectKey | None, as_json: bool) -> None:
    """Add the public key in FILE to your own, and to PROJECT if it is named.

    Export it with: gpg --armor --export YOUR-ADDRESS. A private key is refused and never stored.
    """
    body = make_body(KeysCreate, keys=_read_keys(file), project=project)
    with Api() as api:
        added = api.post("/keys", body, KeyImportAnswer)
    _print_import(added, as_json=as_json)
    if not as_json:
        say(f"Prove once that it is yours: atr key prove {added.accepted[0]} --gpg")


@key.command("import-keys")
@click.argument("file", type=FILE)
@click.option("--project", type=PROJECT, metavar="PROJECT", required=True, help="Whose KEYS file it is.")
@json_option
def import_keys(file: Path, project: ProjectKey, as_json: bool) -> None:
    """Take a whole KEYS file into PROJECT; each key that is left out is reported with the reason."""
    with Api() as api:
        body = make_body(KeysImport, keys=_read_keys(file))
        _print_import(api.post(address_project(project, "keys"), body, KeyImportAnswer), as_json=as_json)


@key.command("list")
@_project_option
@json_option
def list_keys(project: ProjectKey | None, as_json: bool) -> None:
    """List your own keys, or those that may sign for PROJECT."""
    with Api() as api:
        found = list(api.list(address_project(project, "keys") if project else "/keys", KeyItem))
    if as_json:
        print_items(found)
        return
    rows = (
        (each.fingerprint, each.type, each.owner_name or each.owner, each.user_ids, _describe_state(each))
        for each in found
    )
    print_table(("fingerprint", "type", "owner", "user ids", "state"), rows, "There are no keys.")


@key.command("show")
@_fingerprint_argument
@click.option("--armored", is_flag=True, help="Print the public key itself.")
@json_option
def show_key(fingerprint: Fingerprint, armored: bool, as_json: bool) -> None:
    """Show a key with its subkeys."""
    with Api() as api:
        found = api.get(f"/keys/{fingerprint}", KeyAnswer)
    if as_json:
        print_json(found)
    elif armored:
        click.echo(found.armored.rstrip("\n"))
    else:
        _print_key(found)


@key.command("revoke")
@_fingerprint_argument
@click.option("--reason", required=True, help="Why; everybody can read it.")
def revoke_key(fingerprint: Fingerprint, reason: str) -> None:
    """Declare a key revoked: what it signs from now on is refused."""
    with Api() as api:
        api.request("POST", f"/keys/{fingerprint}/revoke", body=make_body(KeyRevocation, reason=reason))
    print_done(f"The key {fingerprint} is revoked.")


@key.command("delete")
@_fingerprint_argument
def delete_key(fingerprint: Fingerprint) -> None:
    """Remove a key of your own that never signed a released file."""
    with Api() as api:
        api.delete(f"/keys/{fingerprint}")
    print_done(f"The key {fingerprint} is removed.")


@key.command("attach")
@_fingerprint_argument
@project_argument
def attach_key(fingerprint: Fingerprint, project: ProjectKey) -> None:
    """Let a key that is known already sign for PROJECT."""
    with Api() as api:
        api.request("PUT", address_project(project, "keys", fingerprint))
    print_done(f"The key {fingerprint} may sign for {project}.")


@key.command("detach")
@_fingerprint_argument
@project_argument
def detach_key(fingerprint: Fingerprint, project: ProjectKey) -> None:
    """Take a key off PROJECT."""
    with Api() as api:
        api.delete(address_project(project, "keys", fingerprint))
    print_done(f"The key {fingerprint} no longer signs for {project}.")


@key.command("prove")
@_fingerprint_argument
@click.option("--gpg", "use_gpg", is_flag=True, help="Have gpg sign the text on this machine now.")
@click.option("--answer", type=FILE, metavar="FILE", help="The signature over a text asked for before.")
@json_option
def prove_key(fingerprint: Fingerprint, use_gpg: bool, answer: Path | None, as_json: bool) -> None:
    """Prove that a key is yours: sign a text with it.

    Without options the text is printed; sign it within an hour with gpg --clearsign, or with
    gpg --armor --detach-sign, and give the file that comes out with --answer.
    """
    with Api() as api:
        if answer is None:
            challenge = api.post(f"/keys/{fingerprint}/challenge", None, KeyChallengeAnswer)
            if not use_gpg:
                _print_challenge(challenge, as_json=as_json)
                return
        signature = sign_with_gpg(fingerprint, challenge.text) if answer is None else _read_answer(answer)
        body = make_body(KeyProofCreate, signature=signature)
        api.request("POST", f"/keys/{fingerprint}/proof", body=body)
        found = api.get(f"/keys/{fingerprint}", KeyAnswer)
    if as_json:
        print_json(found)
    else:
        print_done(f"The key {fingerprint} is proven to be of {found.owner_name or found.owner}.")


def _print_challenge(challenge: KeyChallengeAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(challenge)
        return
    click.echo(challenge.text)
    say(f"Sign this text before {show_time(challenge.expires_at)}, then: ")
    say(f"atr key prove {challenge.fingerprint} --answer FILE")


def _read_answer(file: Path) -> str:
    data = file.read_bytes()
    if len(data) > LONGEST_ANSWER or b"-----BEGIN PGP SIGN" not in data:
        raise Failed(f"{file} holds no armored signature: make it with gpg --clearsign.")
    return data.decode("utf-8", "replace")


def _read_keys(file: Path) -> str:
    data = file.read_bytes()
    if len(data) > LONGEST_ARMORED:
        raise Failed(f"{file} has {len(data)} bytes, more than the {LONGEST_ARMORED} that can be sent.")
    if b"-----BEGIN PGP" not in data:
        raise Failed(f"{file} holds no armored OpenPGP key: export it with gpg --armor --export.")
    try:
        return data.decode()
    except UnicodeDecodeError:  # names between the blocks of old KEYS files are in any encoding
        return data.decode("latin-1")


def _print_import(result: KeyImportAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    for fingerprint in result.accepted:
        print_done(fingerprint)
    for each in result.rejected:
        label = f" ({each.label})" if each.label else ""
        say(f"Key {each.position}{label} is left out: {each.reason}")
    left_out = f", {len(result.rejected)} left out" if result.rejected else ""
    click.echo(f"{count_things(len(result.accepted), 'key')} in{left_out}.")


def _describe_state(found: KeyItem | KeyAnswer) -> str:
    if found.revoked:
        return "revoked"
    if found.expired:
        return "expired"
    return f"until {show_time(found.expires_at)}" if found.expires_at else "good"


def _print_key(found: KeyAnswer) -> None:
    print_facts(
        (
            ("fingerprint", found.fingerprint),
            ("type", found.type),
            ("state", _describe_state(found)),
            ("revoked because", found.revocation_reason),
            ("owner", found.owner_name or found.owner),
            ("owner proven", found.proven_at or "no"),
            ("user ids", found.user_ids),
            ("made", found.created_at),
            ("expires", found.expires_at),
            ("added", found.added_at),
            ("projects", found.projects),
        )
    )
    if found.subkeys:
        click.echo()
        rows = (
            (each.fingerprint, each.type, each.can_sign, each.revoked, each.expires_at)
            for each in found.subkeys
        )
        print_table(("subkey", "type", "signs", "revoked", "expires"), rows, "")
