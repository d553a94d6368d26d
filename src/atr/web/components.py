# SPDX-License-Identifier: Apache-2.0
"""What the components in `templates/components` are given to show."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from atr.domain.check import Finding, Severity
from atr.domain.lifecycle import Phase, Stage
from atr.web.flash import Tone


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go; `current` marks where the reader is, `key` is the shortcut such as `g r`."""

    label: str
    href: str
    icon: str = ""
    current: bool = False
    count: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person or automation as shown: the id, the name, and in what role."""

    id: str
    name: str
    role: str = ""
    href: str = ""

    @property
    def initials(self) -> str:
        """Return one or two letters that stand for the person."""
        words = [word for word in self.name.replace("-", " ").split() if word[0].isalnum()] or [self.id]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    @property
    def hue(self) -> int:
        """Return which of the eight colours the person has, the same on every page."""
        return sum(self.id.encode()) % 8


class StepState(StrEnum):
    """How a step of the way stands."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One station of the stepper; `note` is a few words under the name."""

    label: str
    state: StepState
    stage: str = ""
    note: str = ""
    href: str = ""


PHASE_LABELS = {
    Phase.COMPOSE: "Compose",
    Phase.EVALUATE: "Evaluate",
    Phase.TEST: "Test",
    Phase.VOTE: "Vote",
    Phase.FAILED: "Failed",
    Phase.DISTRIBUTE: "Distribute",
    Phase.ANNOUNCE: "Announce",
    Phase.RELEASED: "Released",
    Phase.ARCHIVED: "Archived",
    Phase.REVOKED: "Revoked",
    Phase.ABANDONED: "Abandoned",
    Phase.END_OF_LIFE: "End of life",
}
PHASE_TONES = {
    Phase.VOTE: Tone.INFO,
    Phase.FAILED: Tone.BAD,
    Phase.RELEASED: Tone.GOOD,
    Phase.REVOKED: Tone.BAD,
}
_WAY = (
    Phase.COMPOSE,
    Phase.EVALUATE,
    Phase.TEST,
    Phase.VOTE,
    Phase.DISTRIBUTE,
    Phase.ANNOUNCE,
    Phase.RELEASED,
)


def trace_way(phase: Phase, *, was_tested: bool = False, was_released: bool = True) -> tuple[Step, ...]:
    """Return the stations a release passes, seen from the phase it is in."""
    reached = _find_reached(phase, was_released=was_released)
    steps = [_make_step(each, index, reached, phase) for index, each in enumerate(_WAY)]
    if reached > _WAY.index(Phase.TEST) and not was_tested:
        steps[2] = Step("Test", StepState.SKIPPED, str(Stage.CANDIDATE), "not needed")
    if phase.stage is Stage.ARCHIVED:
        state = StepState.FAILED if phase is Phase.REVOKED else StepState.CURRENT
        steps.append(Step(PHASE_LABELS[phase], state, str(Stage.ARCHIVED)))
    return tuple(steps)


def _find_reached(phase: Phase, *, was_released: bool) -> int:
    if phase is Phase.FAILED:
        return _WAY.index(Phase.VOTE)
    if phase.stage is Stage.ARCHIVED:
        return len(_WAY) if was_released else 0
    return _WAY.index(phase)


def _make_step(station: Phase, index: int, reached: int, phase: Phase) -> Step:
    state = StepState.DONE if index < reached else StepState.AHEAD
    if index == reached and phase.stage is not Stage.ARCHIVED:
        state = StepState.FAILED if phase is Phase.FAILED else StepState.CURRENT
    return Step(PHASE_LABELS[station], state, str(station.stage))


@dataclass(frozen=True, slots=True)
class Badge:
    """A word about a state, with its tone."""

    label: str
    tone: Tone = Tone.NEUTRAL
    icon: str = ""


def make_phase_badge(phase: Phase) -> Badge:
    """Return the badge of a phase."""
    return Badge(PHASE_LABELS[phase], PHASE_TONES.get(phase, Tone.NEUTRAL))


@dataclass(frozen=True, slots=True)
class ActionView:
    """A button; with reasons it cannot be pressed yet and says why, in the words of the refusal.

    `is_link` leads to the page where the step is taken, instead of taking it.
    """

    label: str
    action: str
    reasons: tuple[str, ...] = ()
    style: str = "primary"
    icon: str = ""
    name: str = ""
    value: str = ""
    hint: str = ""
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with what people decided about it."""

    finding: Finding
    title: str = ""
    fix: str = ""
    href: str = ""
    waived: str = ""
    acknowledged: str = ""
    actions: tuple[ActionView, ...] = ()

    @property
    def place(self) -> str:
        """Return where it was found, as people read it."""
        member = self.finding.member
        return (
            self.finding.artifact
            if member is None
            else f"{self.finding.artifact} \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} {member}"
        )


@dataclass(frozen=True, slots=True)
class SeverityCount:
    """How many findings of one severity there are, and where to see them."""

    severity: Severity
    count: int
    href: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class CompanionView:
    """A file that belongs to an artifact, such as its signature; without an address it is missing."""

    label: str
    href: str = ""
    tone: Tone = Tone.GOOD
    note: str = ""


@dataclass(frozen=True, slots=True)
class FileView:
    """An artifact as the triple of file, signature and checksums; `size` is in bytes."""

    path: str
    href: str
    size: int
    digest: str
    companions: tuple[CompanionView, ...] = ()
    badge: Badge | None = None
    added_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventView:
    """One entry of a timeline; `details` are names with values."""

    at: datetime
    sentence: str
    actor: PersonView | None = None
    icon: str = "dot"
    tone: Tone = Tone.NEUTRAL
    href: str = ""
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TallyView:
    """One row of a count; `required` draws the mark that has to be reached."""

    label: str
    in_favour: int
    abstained: int
    against: int
    required: int = 0

    @property
    def scale(self) -> int:
        """Return how many votes the whole width stands for."""
        return max(self.in_favour + self.abstained + self.against, self.required, 1)


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and its value in a definition list; `mono` for names, versions and digests.

    `word` is the word of the glossary that explains the term.
    """

    term: str
    value: str
    href: str = ""
    mono: bool = False
    word: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select or of radio cards."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; with an address the heading sorts by it."""

    label: str
    href: str = ""
    sorted: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class FilterView:
    """The line above a list that narrows it down."""

    action: str
    query: str = ""
    placeholder: str = "Filter"
    select_name: str = ""
    select_label: str = ""
    selected: str = ""
    options: tuple[Option, ...] = ()
    target: str = ""
    kept: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class SituationView:
    """The head of a release page: where it is, what blocks it, what is next and who can take the step.

    `help` names the phase and leads to where it is explained.
    """

    where: str
    since_at: datetime | None
    blocks: tuple[str, ...]
    next_step: str
    who: str
    action: ActionView | None = None
    help: Link | None = None
