# SPDX-License-Identifier: Apache-2.0
"""`atr announce`."""

from collections.abc import Mapping
from pathlib import Path

import click

from atr.client.addresses import address_release
from atr.client.arguments import FILE, Parsed, release_argument
from atr.client.bodies import make_body
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.output import json_option, print_done, print_facts, print_json, print_text
from atr.client.waiting import watch_release
from atr.domain.announcement import AnnouncementState
from atr.domain.lifecycle import Phase
from atr.domain.names import MailAddress, ReleaseKey
from atr.schema.announcements import AnnouncementAnswer, AnnouncementPatch
from atr.schema.releases import ReleaseAnswer


@click.command()
@release_argument
@click.option("--preview", is_flag=True, help="Only show the mail; nothing is sent.")
@click.option("--reopen", is_flag=True, help="Take the approval back, as long as the mail has not left.")
@click.option("--wait", is_flag=True, help="Wait until it can be announced, and then until it is sent.")
@click.option("--subject", help="Give the mail another subject first.")
@click.option("--text", type=FILE, metavar="FILE", help="Give the mail another text first.")
@click.option(
    "--to", type=Parsed("address", MailAddress), multiple=True, help="Send it there instead; may be repeated."
)
@json_option
def announce(release: ReleaseKey, preview: bool, wait: bool, as_json: bool, **changes: object) -> None:
    """Approve the announcement; it is sent once the public downloads are found to be the voted bytes."""
    address = address_release(release, "announcement")
    if changes.pop("reopen"):
        _reopen(release, as_json=as_json)
        return
    with Api() as api:
        if wait and not preview:
            watch_release(api, release, _may_be_announced)
        patch = _read_changes(changes)
        if patch is not None:
            api.patch(address, patch, AnnouncementAnswer)
        found = api.get(address, AnnouncementAnswer) if preview else _approve(api, release, wait=wait)
    if as_json:
        print_json(found)
    elif preview:
        _print_mail(found)
    else:
        _print_state(found)


def _reopen(release: ReleaseKey, *, as_json: bool) -> None:
    with Api() as api:
        found = api.post(address_release(release, "announcement", "reopen"), None, AnnouncementAnswer)
    if as_json:
        print_json(found)
    else:
        print_done(f"The announcement of {found.release} is a draft again.")


def _may_be_announced(release: ReleaseAnswer) -> bool:
    return release.phase not in {Phase.VOTE, Phase.DISTRIBUTE}


def _read_changes(changes: Mapping[str, object]) -> AnnouncementPatch | None:
    given = {name: value for name, value in changes.items() if value}
    if isinstance(changes["text"], Path):
        del given["text"]
        given["body"] = changes["text"].read_text(encoding="utf-8")
    return make_body(AnnouncementPatch, **given) if given else None


def _approve(api: Api, release: ReleaseKey, *, wait: bool) -> AnnouncementAnswer:
    address = address_release(release, "announcement")
    approved = api.post(address, None, AnnouncementAnswer)
    if not wait:
        return approved
    watch_release(api, release, _has_ended)
    found = api.get(address, AnnouncementAnswer)
    if found.state is not AnnouncementState.SENT:
        raise Failed(found.last_problem or f"The announcement is {found.state}.")
    return found


def _has_ended(release: ReleaseAnswer) -> bool:
    waits = release.phase is Phase.ANNOUNCE
    return not waits or (release.announcement is not None and release.announcement.last_problem is not None)


def _print_mail(found: AnnouncementAnswer) -> None:
    print_facts((("to", found.to), ("subject", found.subject), ("state", found.state)))
    click.echo()
    print_text(found.body)


def _print_state(found: AnnouncementAnswer) -> None:
    to = ", ".join(found.to)
    if found.state is AnnouncementState.SENT:
        print_done(f"{found.release} is announced at {to}.")
    else:
        print_done(f"The announcement of {found.release} is {found.state}; it goes to {to}.")
