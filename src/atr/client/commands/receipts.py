# SPDX-License-Identifier: Apache-2.0
"""`atr vote receipt`: fetching the receipt of one's ballot, and checking one without trusting the server."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import click
from pydantic import BaseModel, JsonValue, RootModel, ValidationError

from atr.client.addresses import address_release
from atr.client.arguments import FILE, release_argument
from atr.client.commands.rounds import find_round, round_option
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.output import json_option, print_done, print_facts, print_json
from atr.domain.artifact import Digest
from atr.domain.ballot_hash import combine_hashes
from atr.domain.errors import Invalid
from atr.domain.names import ReleaseKey
from atr.formats.dsse import read_envelope
from atr.formats.receipt import Receipt, read_receipt
from atr.schema.pages import ItemPage
from atr.schema.votes import RoundAnswer, ServiceKeyAnswer

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_KEYS = "What GET /api/v1/service-keys answered, kept earlier; unless given, the server is asked now."
_ROUND = "What atr vote show --json printed after the end: proves that the ballot is in the result."


class Envelope(RootModel[dict[str, JsonValue]]):
    """A receipt as the server gives it."""


class Checked(BaseModel):
    """What was found about a receipt."""

    ballot: str
    cast_at: str
    choice: str
    manifest_digest: str
    release: str
    round: int
    server: str
    voter: str
    counted: bool | None


@click.group()
def receipt() -> None:
    """Fetch the signed receipt of your ballot, or check one."""


@receipt.command("get")
@release_argument
@click.option("--out", type=NEW_FILE, help="Write it to a file rather than to the terminal.")
@round_option
def get_receipt(release: ReleaseKey, number: int | None, out: Path | None) -> None:
    """Fetch the receipt of your current ballot."""
    with Api() as api:
        item = find_round(api, release, number)
        found = api.get(address_release(release, "votes", item.round, "receipt"), Envelope)
    if out is None:
        print_json(found)
        return
    write_receipt_file(out, found.root)
    print_done(f"The receipt of your ballot on {release}, round {item.round}, is in {out}.")


@receipt.command("verify")
@click.argument("file", type=FILE)
@click.option("--keys", "keys_file", type=FILE, help=_KEYS)
@click.option("--result", type=FILE, help=_ROUND)
@json_option
def verify_receipt(file: Path, keys_file: Path | None, result: Path | None, as_json: bool) -> None:
    """Check that a receipt was signed by the server and not changed; exit code 1 if not.

    With --keys nothing is asked of any server. With --result the ballot is looked for among all ballots of
    the round, whose root is computed anew.
    """
    keys = _read_keys(keys_file) if keys_file else _fetch_keys()
    try:
        found = read_receipt(read_envelope(file.read_bytes()), keys)
    except Invalid as error:
        raise Failed(*error.reasons) from None
    counted = _find_ballot(found, result) if result else None
    if as_json:
        print_json(Checked(**{name: getattr(found, name) for name in Receipt.__slots__}, counted=counted))
        return
    print_done(f"{found.voter} voted {found.choice} on {found.release}, round {found.round}.")
    print_facts((("ballot", found.ballot), ("on the bytes", found.manifest_digest), ("at", found.cast_at)))
    if counted:
        print_done("The ballot is among those of the result, and their root is the published one.")


def write_receipt_file(path: Path, envelope: Mapping[str, JsonValue]) -> None:
    """Write a receipt as it is verified later."""
    path.write_text(json.dumps(envelope, indent=2) + "\n", encoding="utf-8")


def _fetch_keys() -> dict[str, bytes]:
    with Api() as api:
        return _decode_keys(api.get("/service-keys", ItemPage[ServiceKeyAnswer]))


def _read_keys(file: Path) -> dict[str, bytes]:
    try:
        return _decode_keys(ItemPage[ServiceKeyAnswer].model_validate_json(file.read_bytes()))
    except ValidationError:
        raise Failed(f"{file} has no keys: keep what GET /api/v1/service-keys answers.") from None


def _decode_keys(page: ItemPage[ServiceKeyAnswer]) -> dict[str, bytes]:
    return {key.key_id: base64.b64decode(key.public_key) for key in page.items}


def _find_ballot(found: Receipt, result: Path) -> bool:
    """Return True; raise Failed when the ballot is not among those whose root was published."""
    try:
        vote = RoundAnswer.model_validate_json(result.read_bytes())
    except ValidationError:
        raise Failed(f"{result} is no round: keep what atr vote show --json prints.") from None
    if vote.ballots_root is None:
        raise Failed(f"Round {vote.round} of {vote.release} is not closed yet: nothing is proven.")
    hashes = [each.hash for ballot in vote.ballots for each in (ballot, *ballot.earlier)]
    if str(combine_hashes(map(Digest.parse, hashes))) != vote.ballots_root:
        raise Failed("The ballots do not make the published root: some were added, taken away or changed.")
    if found.ballot not in hashes:
        raise Failed("The ballot is NOT among those of the result.")
    return True
