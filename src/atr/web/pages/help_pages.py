# SPDX-License-Identifier: Apache-2.0
"""Help in one page: the way of a release, the words, who may do what."""

from dataclasses import dataclass
from itertools import groupby

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from atr.domain.check import Rule
from atr.domain.lifecycle import Phase, Stage
from atr.domain.people import Role
from atr.domain.permissions import MATRIX, Activity
from atr.web.addresses import locate_phase_help
from atr.web.components import Badge, Column, Link, make_phase_badge
from atr.web.glossary import WORDS, Word
from atr.web.pages.help_texts import PHASES
from atr.web.pages.stage_lists import STAGE_LABELS
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import Page, make_slug, show_page

_ROLES = (
    Role.PMC_MEMBER,
    Role.RELEASE_MANAGER,
    Role.COMMITTER,
    Role.VISITOR,
    Role.FOUNDATION_MEMBER,
    Role.SYSADMIN,
)


_HELP_CRUMBS = (Link("Help", "/help"),)
_FIRST_WORDS = frozenset({"Candidate", "Revision", "Manifest digest", "Blocker", "Binding vote", "Channel"})


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the help."""

    title: str
    text: str
    href: str
    icon: str


_TOPICS = (
    Topic(
        "Your first release",
        "Step by step from signing in to the announcement; what you have done is ticked off.",
        "/help/first-release",
        "flag",
    ),
    Topic(
        "The phases",
        "What happens in each, who acts, and what can be in the way.",
        "/help/phases",
        "arrow-right",
    ),
    Topic("Words", "What the words on these pages mean.", "/help/words", "info"),
    Topic(
        "What the checks look for",
        "Every rule, why it is there, and how to keep it.",
        "/help/checks",
        "shield-check",
    ),
    Topic("Keyboard shortcuts", "The frequent things without the mouse.", "/help/shortcuts", "terminal"),
    Topic("Privacy", "What is kept about you, why, and how to have it erased.", "/privacy", "lock"),
)


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """A phase with what happens in it."""

    badge: Badge
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage with its phases."""

    label: str
    phases: tuple[PhaseRow, ...]


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """Which roles may do something, in the order of the columns."""

    label: str
    cells: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class HelpView:
    """Everything on the page."""

    stages: tuple[StageRow, ...]
    topics: tuple[Topic, ...]
    words: tuple[Word, ...]
    columns: tuple[Column, ...]
    activities: tuple[ActivityRow, ...]
    public_url: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule, and the name under which links lead to it."""

    id: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class RuleSubject:
    """The rules about one subject."""

    name: str
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class RulesView:
    """All rules."""

    subjects: tuple[RuleSubject, ...]


@get("/help", sync_to_thread=True)
def show_help(request: WebRequest, parts: TheParts) -> Response[bytes]:
    """Explain the way of a release, the words, and who may do what."""
    view = HelpView(
        stages=tuple(_make_stage(stage) for stage in Stage),
        topics=_TOPICS,
        words=tuple(word for word in WORDS if word.name in _FIRST_WORDS),
        columns=(Column("Activity"), *(Column(parts.role_labels[role]) for role in _ROLES)),
        activities=tuple(_make_activity(each) for each in Activity),
        public_url=parts.public_url,
    )
    return show_page(request, Page("pages/help.html", "Help", view))


@get("/help/checks", sync_to_thread=True)
def show_rules(request: WebRequest, parts: TheParts) -> Response[bytes]:
    """List every rule of the checks: what it asks for, why, and how it is kept."""
    rules = sorted(parts.rules.values(), key=lambda rule: rule.id)
    groups = groupby(rules, key=lambda rule: rule.id.partition(".")[0])
    view = RulesView(tuple(RuleSubject(subject, tuple(map(_show_rule, found))) for subject, found in groups))
    return show_page(request, Page("pages/help_checks.html", "Checks", view, _HELP_CRUMBS))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_help, show_rules)


def _show_rule(rule: Rule) -> RuleRow:
    return RuleRow(f"rule-{make_slug(rule.id)}", rule)


def _make_stage(stage: Stage) -> StageRow:
    phases = (
        PhaseRow(make_phase_badge(phase), locate_phase_help(phase), PHASES[phase].short)
        for phase in Phase
        if phase.stage is stage
    )
    return StageRow(STAGE_LABELS[stage], tuple(phases))


def _make_activity(activity: Activity) -> ActivityRow:
    return ActivityRow(activity.capitalize(), tuple(activity in MATRIX[role] for role in _ROLES))
