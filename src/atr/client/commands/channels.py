# SPDX-License-Identifier: Apache-2.0
"""`atr channel`: the places that releases are distributed to."""

import time
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import click
from pydantic import BaseModel

from atr.client.arguments import FILE, Parsed
from atr.client.bodies import make_body
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.output import json_option, print_done, print_facts, print_items, print_json, print_table
from atr.client.secret_input import read_given_secret
from atr.client.structured_file import read_fields
from atr.domain.names import ChannelKey
from atr.schema.channels import ChannelAnswer, ChannelCreate, ChannelItem, ChannelPatch

_BEAT_SECONDS = 0.2
_CHANNELS = "/channels"
Body = TypeVar("Body", bound=BaseModel)
_key_argument = click.argument("key", type=Parsed("channel", ChannelKey), metavar="KEY")
_stdin_option = click.option(
    "--secret-from-stdin",
    is_flag=True,
    help="Read the credentials from the standard input: a token, or lines field=value.",
)


@click.group()
def channel() -> None:
    """Look at channels, set them up and test them.

    Credentials stand in FILE under `credentials`, or come from the standard input, or from the environment
    as ATR_CHANNEL_TOKEN, or ATR_CHANNEL_USERNAME and ATR_CHANNEL_PASSWORD. The server never shows them again.
    """


@channel.command("list")
@json_option
def list_channels(as_json: bool) -> None:
    """List the channels that product lines can choose from."""
    with Api() as api:
        found = tuple(api.list(_CHANNELS, ChannelItem))
    if as_json:
        print_items(found)
        return
    rows = (
        (each.key, each.platform, each.url, each.is_test, each.has_credentials, _say_test(each))
        for each in found
    )
    print_table(
        ("channel", "platform", "address", "test", "credentials", "last test"), rows, "No channels yet."
    )


@channel.command("show")
@_key_argument
@json_option
def show_channel(key: ChannelKey, as_json: bool) -> None:
    """Show a channel and who uses it."""
    with Api() as api:
        _print_channel(api.get(_address(key), ChannelAnswer), as_json=as_json)


@channel.command("create")
@click.argument("file", type=FILE)
@_stdin_option
@json_option
def create_channel(file: Path, secret_from_stdin: bool, as_json: bool) -> None:
    """Add the channel that FILE describes, in YAML, TOML or JSON: key, name, platform, url and so on."""
    body = _read_body(ChannelCreate, file, from_stdin=secret_from_stdin)
    with Api() as api:
        made = api.post(_CHANNELS, body, ChannelAnswer)
    if not as_json:
        print_done(f"There is a channel {made.key} now; try it with: atr channel test {made.key}")
    _print_channel(made, as_json=as_json)


@channel.command("change")
@_key_argument
@click.argument("file", type=FILE, required=False)
@_stdin_option
@click.option("--remove-secret", is_flag=True, help="Forget the credentials.")
@json_option
def change_channel(
    key: ChannelKey, file: Path | None, secret_from_stdin: bool, remove_secret: bool, as_json: bool
) -> None:
    """Change the fields that FILE names, the credentials, or both; the others stay as they are."""
    body = _read_body(ChannelPatch, file, from_stdin=secret_from_stdin, without=remove_secret)
    if not body.model_fields_set:
        raise click.UsageError("Say what to change: FILE, --secret-from-stdin or --remove-secret.")
    with Api() as api:
        changed = api.patch(_address(key), body, ChannelAnswer)
    if not as_json:
        print_done(f"The channel {changed.key} is changed.")
    _print_channel(changed, as_json=as_json)


@channel.command("delete")
@_key_argument
def delete_channel(key: ChannelKey) -> None:
    """Remove a channel that nothing uses, with its credentials."""
    with Api() as api:
        api.delete(_address(key))
    print_done(f"The channel {key} is removed.")


@channel.command("test")
@_key_argument
@click.option(
    "--timeout", type=click.IntRange(1, 3600), default=60, show_default=True, help="Seconds to wait at most."
)
@json_option
def test_channel(key: ChannelKey, timeout: int, as_json: bool) -> None:
    """Have the server sign in to the channel, reading only, and say what came of it."""
    with Api() as api:
        found = _await_test(api, api.post(f"{_address(key)}/test", None, ChannelAnswer), timeout)
    test = found.test
    if as_json:
        print_json(found)
    if test is None:
        raise Failed(f"{key} was changed while it was tested: test it again.")
    if not test.passed:
        raise Failed(f"{key}: {test.result}")
    if not as_json:
        print_done(f"{key} lets us in: {test.result}")


def _await_test(api: Api, asked: ChannelAnswer, timeout: int) -> ChannelAnswer:
    found, patience_ends = asked, time.monotonic() + timeout
    while found.test is not None and found.test.tested_at is None:
        if time.monotonic() > patience_ends:
            raise Failed(f"No worker tested {asked.key} within {timeout} seconds.")
        time.sleep(_BEAT_SECONDS)
        found = api.get(_address(ChannelKey(asked.key)), ChannelAnswer)
    return found


def _read_body(kind: type[Body], file: Path | None, *, from_stdin: bool, without: bool = False) -> Body:
    fields = read_fields(file) if file is not None else {}
    given = read_given_secret(from_stdin=from_stdin)
    if without:
        fields["credentials"] = None
    elif given is not None:
        fields["credentials"] = given
    return make_body(kind, **fields)


def _address(key: ChannelKey) -> str:
    return f"{_CHANNELS}/{quote(key, safe='')}"


def _print_channel(found: ChannelAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_facts(
        (
            ("channel", found.key),
            ("name", found.name),
            ("platform", found.platform),
            ("address", found.url),
            ("for tests", found.is_test),
            ("private addresses", found.local),
            ("promotes", "by itself" if found.promotes else "by a person"),
            ("automation", found.automation_endpoint),
            ("credentials", "stored" if found.has_credentials else "none"),
            ("last test", _say_test(found)),
            ("lines", found.lines),
            ("releases", found.releases),
            ("you may", found.permitted),
        )
    )


def _say_test(found: ChannelItem) -> str | None:
    match found.test:
        case None:
            return None
        case test if test.tested_at is None:
            return "under way"
        case test:
            return f"{'passed' if test.passed else 'failed'}: {test.result}"
