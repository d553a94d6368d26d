# SPDX-License-Identifier: Apache-2.0
"""`atr evaluate`, `atr checks`, and the decisions about findings: `atr waive`, `atr acknowledge`."""

import sys
import time

import click

from atr.client.addresses import address_project, address_release
from atr.client.arguments import MOMENT, release_argument
from atr.client.bodies import make_body
from atr.client.findings_view import print_findings, summarize_checks
from atr.client.http import Api
from atr.client.output import json_option, print_done, print_json, print_wrong, show_progress
from atr.domain.check import EvaluationState, Severity
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.schema.checks import (
    AcknowledgementAnswer,
    AcknowledgementCreate,
    ChecksAnswer,
    EvaluationAnswer,
    WaiverAnswer,
    WaiverCreate,
)
from atr.schema.releases import PhaseMove, ReleaseAnswer

_BEAT_SECONDS = 0.25
_reason_option = click.option("--reason", help="Why; everybody can read it.")


@click.command()
@release_argument
@click.option("--wait", is_flag=True, help="Wait for the checks; exit code 1 if they found a blocker.")
@json_option
def evaluate(release: ReleaseKey, wait: bool, as_json: bool) -> None:
    """Seal a candidate in phase compose for evaluation; in any later phase, run its checks again."""
    with Api() as api:
        if api.get(address_release(release), ReleaseAnswer).phase is Phase.COMPOSE:
            api.post(address_release(release, "phase"), PhaseMove(to=Phase.EVALUATE), ReleaseAnswer)
        else:
            api.post(address_release(release, "checks"), None, EvaluationAnswer)
        found = _wait_for_checks(api, release) if wait else _fetch_checks(api, release)
    _print_checks(found, as_json=as_json)
    if wait and found.blocking:
        sys.exit(1)


def _fetch_checks(api: Api, release: ReleaseKey, severity: str | None = None) -> ChecksAnswer:
    return api.get(address_release(release, "checks"), ChecksAnswer, {"severity": severity})


def _wait_for_checks(api: Api, release: ReleaseKey) -> ChecksAnswer:
    found = _fetch_checks(api, release)
    with show_progress("Examining", found.total, unit="files") as advance:
        done = 0
        while found.state is not None and found.state is not EvaluationState.FINISHED:
            advance(found.done - done)
            done = found.done
            time.sleep(_BEAT_SECONDS)
            found = _fetch_checks(api, release)
        advance(found.total - done)
    return found


@click.command()
@release_argument
@click.option("--severity", type=click.Choice([str(each) for each in Severity]), help="Only these.")
@json_option
def checks(release: ReleaseKey, severity: str | None, as_json: bool) -> None:
    """List what the checks found, the worst first."""
    with Api() as api:
        _print_checks(_fetch_checks(api, release, severity), as_json=as_json)


def _print_checks(found: ChecksAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_findings(found.findings)
    finished = found.state is EvaluationState.FINISHED and not found.blocking
    say_so = print_done if finished and not found.unacknowledged else print_wrong
    (say_so if found.state is EvaluationState.FINISHED else click.echo)(summarize_checks(found))


@click.command()
@release_argument
@click.argument("rule", required=False)
@_reason_option
@click.option("--path", "paths", multiple=True, metavar="GLOB", help="Only there; may be repeated.")
@click.option("--until", type=MOMENT, metavar="TIME", help="Only until this time.")
@click.option("--confirm", type=int, metavar="ID", help="Be the second person behind this waiver.")
@json_option
def waive(
    release: ReleaseKey, rule: str | None, paths: tuple[str, ...], as_json: bool, **other: object
) -> None:
    """Accept what RULE finds, in all releases of the project; a blocker needs a second person's --confirm."""
    address = address_project(release.project, "waivers")
    with Api() as api:
        if other["confirm"] is not None:
            waiver = api.post(f"{address}/{other['confirm']}/confirm", None, WaiverAnswer)
        elif rule is None or other["reason"] is None:
            raise click.UsageError("Name the rule and give a --reason, or --confirm a waiver.")
        else:
            fields = {"rule": rule, "paths": paths or ("*",), "reason": other["reason"]}
            limit = {"expires_at": other["until"]} if other["until"] else {}
            waiver = api.post(address, make_body(WaiverCreate, **fields, **limit), WaiverAnswer)
    if as_json:
        print_json(waiver)
        return
    confirmed = f", confirmed by {waiver.confirmed_by}" if waiver.confirmed_by else ""
    places = ", ".join(waiver.paths)
    print_done(f"Waiver {waiver.id}: {waiver.rule} at {places} is accepted by {waiver.by}{confirmed}.")
    if not waiver.confirmed_by:
        click.echo(f"For a blocker somebody else says: atr waive {release} --confirm {waiver.id}")


@click.command()
@release_argument
@click.argument("finding")
@click.option("--reason", required=True, help="Why; everybody can read it.")
@json_option
def acknowledge(release: ReleaseKey, finding: str, reason: str, as_json: bool) -> None:
    """Go on in spite of a concern; `atr checks` shows the id of the FINDING."""
    body = make_body(AcknowledgementCreate, finding=finding, reason=reason)
    with Api() as api:
        made = api.post(address_release(release, "acknowledgements"), body, AcknowledgementAnswer)
    if as_json:
        print_json(made)
        return
    print_done(f"{finding} is acknowledged by {made.by}.")
