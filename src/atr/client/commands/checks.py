# SPDX-License-Identifier: Apache-2.0
"""`atr evaluate`, `atr checks`, and `atr acknowledge`."""

import sys
import time
from collections.abc import Mapping
from types import MappingProxyType

import click

from atr.client.addresses import address_release
from atr.client.arguments import release_argument
from atr.client.bodies import make_body
from atr.client.findings_view import (
    MOST_SHOWN,
    explain_basis,
    print_rules,
    show_groups,
    summarize_checks,
)
from atr.client.http import Api, Parameters
from atr.client.output import (
    count_things,
    json_option,
    print_done,
    print_json,
    print_wrong,
    say,
    show_progress,
)
from atr.domain.check import EvaluationState, Severity
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.schema.checks import (
    AcknowledgedAnswer,
    AcknowledgementCreate,
    ChecksAnswer,
    EvaluationAnswer,
    FindingAnswer,
    RuleGroup,
)
from atr.schema.releases import PhaseMove, ReleaseAnswer

_BEAT_SECONDS = 0.25
_AT_ONCE = 5_000
Narrowed = Mapping[str, str | None]
_EVERYTHING: Narrowed = MappingProxyType({})


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
        if wait:
            _wait_for_checks(api, release)
        found = _fetch_all(api, release, _EVERYTHING) if as_json else _fetch_checks(api, release)
    _print_checks(found, as_json=as_json)
    if wait and found.blocking:
        sys.exit(1)


def _fetch_checks(api: Api, release: ReleaseKey, narrowed: Narrowed = _EVERYTHING) -> ChecksAnswer:
    wanted: Parameters = {**narrowed, "first": MOST_SHOWN, "limit": _AT_ONCE}
    return api.get(address_release(release, "checks"), ChecksAnswer, wanted)


def _fetch_all(api: Api, release: ReleaseKey, narrowed: Narrowed) -> ChecksAnswer:
    """Return the checks with every finding, however many requests that takes."""
    wanted: dict[str, str | int | None] = {**narrowed, "limit": _AT_ONCE}
    address = address_release(release, "checks")
    found = api.get(address, ChecksAnswer, wanted)
    findings, cursor = [*found.findings], found.next
    while cursor is not None:
        page = api.get(address, ChecksAnswer, wanted | {"cursor": cursor})
        findings += page.findings
        cursor = page.next
    groups = _choose_groups(found, findings, narrowed)
    return found.model_copy(update={"findings": tuple(findings), "groups": groups, "next": None})


def _choose_groups(
    found: ChecksAnswer, findings: list[FindingAnswer], narrowed: Narrowed
) -> tuple[RuleGroup, ...]:
    """Return the groups; of a search by text those in which something was found."""
    if not narrowed.get("q"):
        return found.groups
    rules = {(each.severity, each.rule) for each in findings}
    return tuple(each for each in found.groups if (each.severity, each.rule) in rules)


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
@click.option("--rule", help="Only this rule, and all of its findings.")
@click.option("--file", "artifact", help="Only this file, and all that was found on it.")
@click.option("--text", "q", help="Only with this in rule, place or message.")
@json_option
def checks(release: ReleaseKey, as_json: bool, **narrowed: str | None) -> None:
    """List what the checks found by rule, the worst first; with --json every single finding."""
    in_full = as_json or any(narrowed[name] for name in ("rule", "artifact", "q"))
    fetch = _fetch_all if in_full else _fetch_checks
    with Api() as api:
        _print_checks(fetch(api, release, narrowed), as_json=as_json)


def _print_checks(found: ChecksAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_rules(show_groups(found), lambda group: f"atr checks {found.release} --rule {group.rule}")
    basis = explain_basis(found)
    if basis:
        say(basis)
    finished = found.state is EvaluationState.FINISHED and not found.blocking
    say_so = print_done if finished and not found.unacknowledged else print_wrong
    (say_so if found.state is EvaluationState.FINISHED else click.echo)(summarize_checks(found))


@click.command()
@release_argument
@click.argument("findings", nargs=-1, metavar="FINDING|RULE...")
@click.option("--reason", required=True, help="Why; everybody can read it.")
@json_option
def acknowledge(release: ReleaseKey, findings: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Go on in spite of concerns: each FINDING by the id that `atr checks` shows, or all of one RULE."""
    rules = [each for each in findings if "." in each]
    if not findings or (rules and len(findings) > 1):
        raise click.UsageError("Name findings by their ids, or else one rule.")
    named = {"rule": rules[0]} if rules else {"findings": findings}
    body = make_body(AcknowledgementCreate, **named, reason=reason)
    with Api() as api:
        made = api.post(address_release(release, "acknowledgements"), body, AcknowledgedAnswer)
    if as_json:
        print_json(made)
        return
    what = f"{count_things(made.count, 'finding')} of {rules[0]}" if rules else ", ".join(findings)
    print_done(f"{what} {'is' if made.count == 1 else 'are'} acknowledged by {made.by}.")
