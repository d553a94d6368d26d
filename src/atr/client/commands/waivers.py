# SPDX-License-Identifier: Apache-2.0
"""`atr waive`: what a rule finds is accepted, for blockers by two people."""

from datetime import datetime
from typing import TypedDict, Unpack

import click

from atr.client.addresses import address_project
from atr.client.arguments import MOMENT, release_argument
from atr.client.bodies import make_body
from atr.client.http import Api
from atr.client.output import (
    count_things,
    json_option,
    print_done,
    print_items,
    print_json,
    print_table,
    print_text,
    say,
    show_time,
)
from atr.domain.names import ProjectKey, ReleaseKey
from atr.schema.checks import (
    WaiverAnswer,
    WaiverCreate,
    WaiverPreviewAnswer,
    WaiverPreviewCreate,
)

_MOST_SHOWN = 20
_USAGE = "Name the rule and give a --reason, or use --preview, --list, --confirm ID or --drop ID."


class WaiveOptions(TypedDict):
    """What `atr waive` is told besides release and rule."""

    reason: str | None
    paths: tuple[str, ...]
    until: datetime | None
    versions: str
    preview: bool
    as_list: bool
    confirm: int | None
    drop: int | None
    as_json: bool


@click.command()
@release_argument
@click.argument("rule", required=False)
@click.option("--reason", help="Why; everybody can read it.")
@click.option("--path", "paths", multiple=True, metavar="GLOB", help="Only there; may be repeated.")
@click.option("--until", type=MOMENT, metavar="TIME", help="Only until this time.")
@click.option("--versions", default="", metavar="RANGE", help="Only for these, such as '>=1.2 <2' or '1.*'.")
@click.option("--preview", is_flag=True, help="Show what it would match, and keep nothing.")
@click.option("--list", "as_list", is_flag=True, help="List the waivers of the project.")
@click.option("--confirm", type=int, metavar="ID", help="Be the second person behind this waiver.")
@click.option("--drop", type=int, metavar="ID", help="Take this waiver back.")
@json_option
def waive(release: ReleaseKey, rule: str | None, **options: Unpack[WaiveOptions]) -> None:
    """Accept what RULE finds, in all releases of the project; a blocker needs a second person's --confirm."""
    chosen = [
        name for name in ("preview", "as_list", "confirm", "drop") if options[name] not in (None, False)
    ]
    if len(chosen) > 1 or (rule is None and chosen in ([], ["preview"])):
        raise click.UsageError(_USAGE)
    with Api() as api:
        match chosen:
            case ["as_list"]:
                _list_waivers(api, release.project, as_json=options["as_json"])
            case ["drop"]:
                api.delete(address_project(release.project, "waivers", options["drop"] or 0))
                print_done(f"Waiver {options['drop']} is taken back.")
            case ["confirm"]:
                address = address_project(release.project, "waivers", options["confirm"] or 0, "confirm")
                _print_waiver(release, api.post(address, None, WaiverAnswer), as_json=options["as_json"])
            case ["preview"]:
                _preview_waiver(api, release.project, rule or "", options)
            case _:
                _make_waiver(api, release, rule or "", options)


def _make_waiver(api: Api, release: ReleaseKey, rule: str, options: WaiveOptions) -> None:
    if options["reason"] is None:
        raise click.UsageError(_USAGE)
    limit = {"expires_at": options["until"]} if options["until"] else {}
    body = make_body(WaiverCreate, reason=options["reason"], **_read_scope(rule, options), **limit)
    made = api.post(address_project(release.project, "waivers"), body, WaiverAnswer)
    _print_waiver(release, made, as_json=options["as_json"])


def _read_scope(rule: str, options: WaiveOptions) -> dict[str, object]:
    return {"rule": rule, "paths": options["paths"] or ("*",), "versions": options["versions"]}


def _print_waiver(release: ReleaseKey, waiver: WaiverAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(waiver)
        return
    confirmed = f", confirmed by {waiver.confirmed_by}" if waiver.confirmed_by else ""
    versions = f" in versions {waiver.versions}" if waiver.versions else ""
    places = ", ".join(waiver.paths)
    print_done(
        f"Waiver {waiver.id}: {waiver.rule} at {places}{versions} is accepted by {waiver.by}{confirmed}."
    )
    if not waiver.confirmed_by:
        click.echo(f"For a blocker somebody else says: atr waive {release} --confirm {waiver.id}")


def _list_waivers(api: Api, project: ProjectKey, *, as_json: bool) -> None:
    found = tuple(api.list(address_project(project, "waivers"), WaiverAnswer))
    if as_json:
        print_items(found)
        return
    rows = [
        (
            each.id,
            each.state,
            each.rule,
            each.paths,
            each.versions or "all",
            _name_people(each),
            _say_end(each),
        )
        for each in found
    ]
    print_table(("id", "state", "rule", "paths", "versions", "by", "until"), rows, "There are no waivers.")


def _name_people(waiver: WaiverAnswer) -> str:
    return waiver.by if waiver.confirmed_by is None else f"{waiver.by}, {waiver.confirmed_by}"


def _say_end(waiver: WaiverAnswer) -> str:
    return show_time(waiver.expires_at)


def _preview_waiver(api: Api, project: ProjectKey, rule: str, options: WaiveOptions) -> None:
    body = make_body(WaiverPreviewCreate, **_read_scope(rule, options))
    preview = api.post(address_project(project, "waivers", "preview"), body, WaiverPreviewAnswer)
    if options["as_json"]:
        print_json(preview)
        return
    for each in preview.releases:
        click.echo(
            f"{each.release} ({each.phase}, revision {each.revision}): {count_things(each.total, 'finding')}"
        )
        for finding in each.findings[:_MOST_SHOWN]:
            place = finding.artifact if finding.member is None else f"{finding.artifact}!{finding.member}"
            print_text(f"  {finding.id}  {finding.severity}  {place}")
        if each.total > _MOST_SHOWN:
            click.echo(f"  and {each.total - _MOST_SHOWN} more")
    print_done(f"It would match {count_things(preview.total, 'finding')}; nothing was kept.")
    if preview.needs_second_person:
        say("Blockers are among them: a second person has to confirm the waiver.")
