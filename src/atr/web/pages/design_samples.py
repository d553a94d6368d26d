# SPDX-License-Identifier: Apache-2.0
"""Sample data for the design page: one release on its way, invented but plausible."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from atr.domain.check import Finding, Severity
from atr.domain.lifecycle import Phase
from atr.web.charts import ChartText, ChartView, RowChart, RowValue, Series, Tick, lay_rows, stack_bars
from atr.web.components import (
    ActionView,
    Badge,
    Column,
    CompanionView,
    EventView,
    Fact,
    FileView,
    FilterView,
    FindingView,
    Link,
    Option,
    PersonView,
    SeverityCount,
    SituationView,
    Step,
    StepState,
    TallyView,
    trace_way,
)
from atr.web.flash import Flash, Tone
from atr.web.forms import FormView
from atr.web.pages.design_index import COLOURS, INDEX, list_icons
from atr.web.sorting import Order, Sortable, link_columns

_DIGEST = (
    "sha512:9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca7"
    "2323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043"
)
_SIGNED = (
    CompanionView("signature", "#files", Tone.GOOD, "by 5F2C 91D0"),
    CompanionView("sha512", "#files"),
    CompanionView("SBOM", "#files"),
)
RELEASE_MANAGER = PersonView("rmanager", "Robin Manager", "Release manager", "#people")
PEOPLE = (
    RELEASE_MANAGER,
    PersonView("pmc-one", "Pat Member", "PMC member", "#people"),
    PersonView("committer", "Casey Committer", "Committer"),
    PersonView("automation", "build workflow", "Automation"),
)
VERIFY = """\
curl -LO https://downloads.example.org/current/widget/2.4.0/widget-2.4.0-src.tar.gz{,.asc,.sha512}
sha512sum --check widget-2.4.0-src.tar.gz.sha512
atr verify widget-2.4.0-src.tar.gz"""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row of the sample table."""

    project: str
    version: str
    badge: Badge
    files: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DesignView:
    """Everything the design page shows."""

    now: datetime
    form: FormView
    failed: FormView
    index: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    crumbs: tuple[Link, ...]
    colours: tuple[tuple[str, tuple[str, ...]], ...]
    icons: tuple[str, ...]
    ways: tuple[tuple[str, tuple[Step, ...]], ...]
    situation: SituationView
    badges: tuple[Badge, ...]
    counts: tuple[SeverityCount, ...]
    findings: tuple[FindingView, ...]
    files: tuple[FileView, ...]
    people: tuple[PersonView, ...]
    digest: str
    verify: str
    events: tuple[EventView, ...]
    facts: tuple[Fact, ...]
    tallies: tuple[TallyView, ...]
    bars: ChartView
    lengths: RowChart
    tabs: tuple[Link, ...]
    columns: tuple[Column, ...]
    rows: tuple[SampleRow, ...]
    filter: FilterView
    choices: tuple[Option, ...]
    lists: tuple[Option, ...]
    actions: tuple[ActionView, ...]
    flashes: tuple[Flash, ...]


def make_samples(now: datetime, form: FormView, sort: str = "") -> DesignView:
    """Return the samples as of a moment, with the sample form as it stands and the table as it is sorted."""
    order = Order.read(sort, _KEYS, "release")
    return DesignView(
        now=now,
        form=form,
        failed=FormView({"version": "latest"}, {"version": "“latest” is not a version."}),
        index=INDEX,
        crumbs=(Link("Projects", "#crumbs"), Link("Widget", "#crumbs")),
        colours=COLOURS,
        icons=list_icons(),
        ways=_make_ways(),
        situation=_make_situation(now),
        badges=_BADGES,
        counts=_COUNTS,
        findings=_FINDINGS,
        files=_FILES,
        people=PEOPLE,
        digest=_DIGEST,
        verify=VERIFY,
        events=_make_events(now),
        facts=_make_facts(),
        tallies=(TallyView("Binding", 4, 1, 1, required=3), TallyView("Community", 7, 2, 0)),
        bars=stack_bars(ChartText("sample-bars", "Findings by month", "findings"), _MONTHS, _SERIES),
        lengths=lay_rows(ChartText("sample-rows", "Time in each phase", "Median", heading="Phase"), _LENGTHS),
        tabs=(
            Link("Files", "#files", "package", current=True, count=3),
            Link("Checks", "#findings", "shield-check", count=5),
            Link("Vote", "#chart", "vote"),
            Link("History", "#timeline", "history"),
        ),
        columns=link_columns(_COLUMNS, order, lambda each: f"/design?sort={each}#table"),
        rows=order.sort(_make_rows(now), _KEYS[order.name]),
        filter=FilterView(
            "/design", "", "Filter releases", "stage", "Stage", "", _STAGES, "", (("tab", "releases"),)
        ),
        choices=_CHOICES,
        lists=_LISTS,
        actions=_ACTIONS,
        flashes=(Flash("The vote was opened."), Flash("The upload was given up.", Tone.WARN)),
    )


def _make_ways() -> tuple[tuple[str, tuple[Step, ...]], ...]:
    evaluated = Step("Evaluate", StepState.CURRENT, "candidate", "5 hours")
    voting = Step("Vote", StepState.CURRENT, "candidate", "2 days left")
    way, later = trace_way(Phase.EVALUATE), trace_way(Phase.VOTE)
    return (
        ("Evaluated", (way[0], evaluated, *way[2:])),
        ("Voting", (*later[:3], voting, *later[4:])),
        ("Just begun", trace_way(Phase.COMPOSE)),
        ("Vote failed", trace_way(Phase.FAILED, was_tested=True)),
        ("Archived", trace_way(Phase.ARCHIVED, was_tested=True)),
    )


def _make_situation(now: datetime) -> SituationView:
    reasons = (
        "1 blocker is open: repair the files or waive the rule.",
        "2 concerns wait to be acknowledged.",
    )
    action = ActionView("Start the vote", "/design", reasons, icon="vote")
    return SituationView(
        "Evaluated, revision 3 sealed",
        now - timedelta(hours=5),
        reasons,
        "Start the vote",
        "Any PMC member or release manager of Widget can.",
        action,
    )


_BADGES = (
    Badge("Evaluate"),
    Badge("Vote open", Tone.INFO),
    Badge("Released", Tone.GOOD),
    Badge("Waiting for the RM", Tone.WARN),
    Badge("Revoked", Tone.BAD),
    Badge("Signed", Tone.GOOD, "badge-check"),
)
_COUNTS = (
    SeverityCount(Severity.ERROR, 0, "#findings"),
    SeverityCount(Severity.BLOCKER, 1, "#findings", current=True),
    SeverityCount(Severity.CONCERN, 2, "#findings"),
    SeverityCount(Severity.SUGGESTION, 1, "#findings"),
    SeverityCount(Severity.NOTE, 1, "#findings"),
)
_SOURCE = "widget-2.4.0-src.tar.gz"
_FINDINGS = (
    FindingView(
        Finding(
            "signature.key-expired",
            Severity.BLOCKER,
            _SOURCE,
            "The signing key had expired when the signature was made.",
            data=MappingProxyType(
                {"fingerprint": "5f2c91d0a8b34e7712c0f4d9e6a1b3c85d7e9f02", "expired": "2025-11-02"}
            ),
        ),
        fix="Extend the key or use another, sign the file again and upload the new signature.",
    ),
    FindingView(
        Finding(
            "header.third-party-unmentioned",
            Severity.CONCERN,
            _SOURCE,
            "A file under the MIT licence is not mentioned in LICENSE.",
            "widget-2.4.0/vendor/tinyparse.c",
        ),
        fix="Add the file and its licence to the third-party section of LICENSE.",
        actions=(ActionView("Acknowledge", "/design", style="small", name="acknowledge", value="1"),),
    ),
    FindingView(
        Finding("archive.macos-member", Severity.CONCERN, "widget-2.4.0-bin.zip", "A macOS resource fork."),
        acknowledged="Pat Member, “harmless, removed in the next release”",
    ),
    FindingView(
        Finding(
            "names.unknown-file", Severity.SUGGESTION, "RELEASE-NOTES.html", "An unusual top-level file."
        ),
        waived="Robin Manager with Pat Member, until 2027-01-01",
    ),
    FindingView(Finding("sbom.present", Severity.NOTE, _SOURCE, "The SBOM names 41 components.")),
)
_FILES = (
    FileView(_SOURCE, "#files", 4_812_331, _DIGEST, _SIGNED, Badge("new", Tone.INFO)),
    FileView("widget-2.4.0-bin.zip", "#files", 18_204_996, _DIGEST, _SIGNED[:2]),
    FileView(
        "widget-2.4.0-a-quite-long-classifier-linux-x86_64-with-everything.tar.gz",
        "#files",
        1_204_996_120,
        _DIGEST,
        (CompanionView("signature missing", "", Tone.BAD), CompanionView("sha512", "#files")),
    ),
)


def _make_events(now: datetime) -> tuple[EventView, ...]:
    return (
        EventView(
            now - timedelta(minutes=4),
            "cast +1 (binding)",
            PEOPLE[1],
            "vote",
            Tone.GOOD,
            "",
            (("door", "mail"),),
        ),
        EventView(now - timedelta(hours=5), "sealed revision 3", RELEASE_MANAGER, "stamp", Tone.INFO),
        EventView(
            now - timedelta(hours=6),
            "waived names.unknown-file for RELEASE-NOTES.html",
            RELEASE_MANAGER,
            "shield-check",
            Tone.WARN,
            "#timeline",
            (("reason", "Generated for the site"), ("expires", "2027-01-01")),
        ),
        EventView(now - timedelta(days=3), "uploaded 3 files as revision 1", PEOPLE[3], "upload"),
    )


def _make_facts() -> tuple[Fact, ...]:
    return (
        Fact("Project", "Widget", "#"),
        Fact("Product line", "main", "#"),
        Fact("Revision", "3", mono=True),
        Fact("Policy", "version 7, at least 72 hours, 3 binding +1"),
    )


_COLUMNS = (
    ("release", Column("Release")),
    ("", Column("Phase")),
    ("files", Column("Files", numeric=True)),
    ("changed", Column("Changed")),
)
_KEYS: Mapping[str, Callable[[SampleRow], Sortable]] = MappingProxyType(
    {
        "release": lambda row: f"{row.project} {row.version}",
        "files": lambda row: row.files,
        "changed": lambda row: row.at,
    }
)


def _make_rows(now: datetime) -> tuple[SampleRow, ...]:
    return (
        SampleRow("Widget", "2.4.0", Badge("Vote", Tone.INFO), 3, now - timedelta(hours=5)),
        SampleRow("Widget", "2.3.1", Badge("Released", Tone.GOOD), 9, now - timedelta(days=40)),
        SampleRow("Gadget", "0.9.0-incubating", Badge("Failed", Tone.BAD), 6, now - timedelta(days=400)),
    )


_MONTHS = tuple(Tick(each, each[:3]) for each in ("January", "February", "March", "April", "May", "June"))
_SERIES = (
    Series("Blocker", (2, 1, 0, 3, 1, 0), Severity.BLOCKER),
    Series("Concern", (5, 4, 6, 3, 2, 2), Severity.CONCERN),
    Series("Note", (3, 6, 4, 5, 7, 4), Severity.NOTE),
)
_LENGTHS = (
    RowValue("Compose", 2.5, "2.5 days"),
    RowValue("Evaluate", 0.2, "4.8 hours"),
    RowValue("Vote", 3.1, "3.1 days"),
)
_STAGES = (
    Option("", "Every stage"),
    Option("candidate", "Candidates"),
    Option("current", "Current"),
    Option("archived", "Archived"),
)
_CHOICES = (
    Option("+1", "+1", "Release it"),
    Option("0", "0", "No opinion"),
    Option("-1", "-1", "Do not release it, because …"),
)
_LISTS = (Option("dev", "dev@widget.example.org"), Option("private", "private@widget.example.org"))
_ACTIONS = (
    ActionView("Seal and evaluate", "/design", icon="stamp", hint="Seals revision 3; no file changes after."),
    ActionView(
        "Announce",
        "/design",
        ("The public downloads have not answered with the voted bytes yet.",),
        icon="megaphone",
    ),
    ActionView("Extend by a day", "/design", style="", icon="clock"),
    ActionView("Cancel the vote", "/design", style="danger"),
)
