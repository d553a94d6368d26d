# SPDX-License-Identifier: Apache-2.0
"""`atr events`: who did what, when."""

from collections.abc import Mapping
from itertools import islice

import click

from atr.client.arguments import MOMENT, PROJECT, RELEASE
from atr.client.http import Api
from atr.client.output import json_option, print_items, print_table, show_time
from atr.domain.names import ProjectKey, ReleaseKey
from atr.schema.events import DetailValue, EventAnswer

_LARGEST_PAGE = 200
_LONGEST_DETAIL = 60


@click.command()
@click.option("--project", type=PROJECT, metavar="PROJECT", help="Only what happened in this project.")
@click.option("--release", type=RELEASE, metavar="RELEASE", help="Only what happened to this release.")
@click.option("--actor", metavar="USER", help="Only what this person, or `atr` itself, did.")
@click.option("--since", type=MOMENT, metavar="TIME", help="Only from this time on; 3d means 3 days ago.")
@click.option("--until", type=MOMENT, metavar="TIME", help="Only before this time.")
@click.option("--name", metavar="EVENT", help="Only this event, such as vote.opened.")
@click.option("--search", "-q", "q", metavar="WORDS", help="Only those with these words.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
@json_option
def events(
    project: ProjectKey | None, release: ReleaseKey | None, limit: int, as_json: bool, **wanted: str | None
) -> None:
    """List what happened, newest first.

    Everything at once is for foundation members and sysadmins; name a project or a release otherwise.
    """
    subject = release or project
    parameters = {**wanted, "subject": str(subject) if subject else None, "limit": min(limit, _LARGEST_PAGE)}
    with Api() as api:
        found = list(islice(api.list("/events", EventAnswer, parameters), limit))
    if as_json:
        print_items(found)
        return
    rows = ((show_time(each.at), each.actor, each.name, each.subject.name, _show(each)) for each in found)
    print_table(("when", "who", "what", "about", "details"), rows, "Nothing happened.")


def _show(event: EventAnswer) -> str:
    return ", ".join(f"{name}: {_shorten(value)}" for name, value in _known(event.details).items())


def _known(details: Mapping[str, DetailValue]) -> Mapping[str, DetailValue]:
    return {name: value for name, value in details.items() if value not in (None, "", ())}


def _shorten(value: DetailValue) -> str:
    text = " ".join(value) if isinstance(value, tuple) else str(value)
    return text if len(text) <= _LONGEST_DETAIL else f"{text[: _LONGEST_DETAIL - 1]}…"
