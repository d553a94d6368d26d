# SPDX-License-Identifier: Apache-2.0
"""The steps beside the main way: back, aside and out, each confirmed with a reason where it is grave."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from atr.domain.lifecycle import Phase, Stage
from atr.services.release_views import ReleaseView, StepView
from atr.web.components import ActionView
from atr.web.pages.release_frame import Visit


@dataclass(frozen=True, slots=True)
class SideStep:
    """A step that is offered beside the main way; with a `question` it is asked before it is taken."""

    action: ActionView
    question: str = ""
    explanation: str = ""
    needs_reason: bool = False

    @property
    def id(self) -> str:
        """Return the id of the dialog that asks."""
        return f"ask-{self.action.value.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class _Words:
    label: str
    icon: str
    style: str = ""
    question: str = ""
    explanation: str = ""
    needs_reason: bool = False


_KEPT = "Its record stays, with every event."
_WORDS: Mapping[Phase, _Words] = MappingProxyType(
    {
        Phase.COMPOSE: _Words(
            "Open it again for changes",
            "undo-2",
            "",
            "Open the candidate again?",
            "Files can change again. The next vote begins anew, on the revision that is sealed then.",
        ),
        Phase.TEST: _Words("Test the distribution", "truck"),
        Phase.ARCHIVED: _Words(
            "Archive",
            "archive",
            "",
            "Archive this release?",
            f"It moves from the current downloads to the archive, and is no longer offered. {_KEPT}",
        ),
        Phase.END_OF_LIFE: _Words(
            "Declare the end of its life",
            "flag",
            "",
            "Declare the end of its life?",
            f"People are told that nothing will be repaired any more. {_KEPT}",
        ),
        Phase.REVOKED: _Words(
            "Revoke",
            "ban",
            "danger",
            "Revoke this release?",
            f"Its files are taken out of the downloads, and people are told not to use it. {_KEPT}",
            needs_reason=True,
        ),
        Phase.ABANDONED: _Words(
            "Abandon",
            "trash-2",
            "danger",
            "Abandon this candidate?",
            f"The version cannot be used again. {_KEPT}",
        ),
        Phase.RELEASED: _Words(
            "Restore",
            "undo-2",
            "",
            "Restore this release?",
            "Its files are offered again as a current release.",
        ),
    }
)
# These are the main way, or closed by what the vote's own page offers.
_ELSEWHERE = frozenset(
    {
        (Phase.VOTE, Phase.COMPOSE),
        (Phase.FAILED, Phase.COMPOSE),
        (Phase.ANNOUNCE, Phase.RELEASED),
    }
)


def list_side_steps(visit: Visit) -> tuple[SideStep, ...]:
    """Return the steps that the asker may take when nothing keeps them closed."""
    return tuple(
        _make_side_step(visit, step)
        for step in visit.view.steps
        if step.permitted and _is_aside(step) and _is_of_use(visit.view, step)
    )


def _is_aside(step: StepView) -> bool:
    source, target = step.transition.source, step.transition.target
    return target in _WORDS and (source, target) not in _ELSEWHERE


def _is_of_use(view: ReleaseView, step: StepView) -> bool:
    """Tell whether the step could ever be open: what was never released cannot be restored."""
    restores = step.transition.source.stage is Stage.ARCHIVED
    return not restores or view.release.released_at is not None


def _make_side_step(visit: Visit, step: StepView) -> SideStep:
    target = step.transition.target
    words = _WORDS[target]
    action = ActionView(
        words.label, visit.paths.phase, step.reasons, f"{words.style} small", words.icon, "to", str(target)
    )
    return SideStep(action, words.question, words.explanation, words.needs_reason)
