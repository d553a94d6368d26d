# SPDX-License-Identifier: Apache-2.0
"""The box at the top of a release: where it is, what blocks it, what comes next and who takes the step."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from atr.domain.announcement import AnnouncementState
from atr.domain.check import EvaluationState
from atr.domain.lifecycle import Phase
from atr.domain.permissions import Activity
from atr.domain.vote import RoundState
from atr.services.release_views import ReleaseView, StepView
from atr.web.addresses import locate_phase_help
from atr.web.components import ActionView, Link, SituationView, Step, StepState, trace_way
from atr.web.pages.release_frame import Visit
from atr.web.pages.step_takers import say_takers

_PLACES: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.FAILED: "The vote did not pass",
        Phase.ANNOUNCE: "Published, about to be announced",
        Phase.RELEASED: "Released",
        Phase.ARCHIVED: "Archived",
        Phase.REVOKED: "Revoked",
        Phase.ABANDONED: "Abandoned",
        Phase.END_OF_LIFE: "At the end of its life",
    }
)


def make_situation(visit: Visit) -> SituationView:
    """Return what the box says to whoever asks."""
    view = visit.view
    step = view.next_step
    return SituationView(
        where=_say_place(view),
        since_at=view.release.phase_changed_at,
        blocks=_list_blocks(view),
        next_step=step.sentence,
        who=say_takers(view, visit.request.user.user, visit.parts.role_labels),
        action=_make_action(visit),
        help=Link("What happens in this phase", locate_phase_help(view.release.phase)),
    )


def make_way(view: ReleaseView) -> tuple[Step, ...]:
    """Return the stations of the release, with a note at the one where it is."""
    steps = trace_way(view.release.phase, was_released=view.release.released_at is not None)
    note = _make_note(view)
    return tuple(replace(step, note=note) if step.state is StepState.CURRENT else step for step in steps)


def find_step(view: ReleaseView, target: Phase) -> StepView | None:
    """Return the step to a phase, if one leads there from here."""
    return next((each for each in view.steps if each.transition.target is target), None)


def _say_place(view: ReleaseView) -> str:
    release, number = view.release, view.release.shown_revision
    match release.phase:
        case Phase.COMPOSE:
            return f"Composing, at revision {number}" if number else "Begun, without files yet"
        case Phase.EVALUATE:
            return f"Revision {number} is sealed"
        case Phase.TEST:
            return f"Revision {number} is tested"
        case Phase.VOTE:
            return _say_round(view)
        case Phase.DISTRIBUTE:
            return "Voted, published" if release.published_at else "Voted, being published"
        case _:
            return _PLACES[release.phase]


def _say_round(view: ReleaseView) -> str:
    newest = view.rounds[0] if view.rounds else None
    if newest is None:
        return "In the vote"
    if newest.state is RoundState.WAITING_FOR_RM:
        return "The count is closed"
    many = len(view.rounds) > 1 or not newest.is_final
    return f"Voting, round {newest.number}" if many else "Voting"


def _list_blocks(view: ReleaseView) -> tuple[str, ...]:
    """Return what stands in the way; while a vote is open, what its count still lacks."""
    newest = view.rounds[0] if view.rounds else None
    is_open = view.release.phase is Phase.VOTE and newest is not None and newest.state is RoundState.OPEN
    if is_open and view.tally is not None and view.tally.unmet:
        return view.tally.unmet
    return view.next_step.reasons


def _make_note(view: ReleaseView) -> str:
    evaluation = view.facts.evaluation
    if view.release.phase is Phase.VOTE and view.tally is not None:
        return f"{view.tally.binding.in_favour} binding +1"
    running = evaluation is not None and evaluation.state is not EvaluationState.FINISHED
    if evaluation is not None and running and view.release.shown_revision:
        return f"{evaluation.done} of {evaluation.total}" if evaluation.total else "waiting"
    return ""


def _make_action(visit: Visit) -> ActionView | None:
    maker = _ACTIONS.get(visit.view.release.phase)
    return maker(visit) if maker is not None else None


def _open_files(visit: Visit) -> ActionView | None:
    view, paths = visit.view, visit.paths
    if Activity.RUN_PHASE not in view.permitted:
        return None
    if not view.release.shown_revision:
        return ActionView("Add files", paths.files, icon="upload", is_link=True)
    return _seal(visit)


def _seal(visit: Visit) -> ActionView | None:
    step = find_step(visit.view, Phase.EVALUATE)
    hint = f"Seals revision {visit.view.release.newest_revision}: no file changes after that."
    button = _by_hand(visit, step, "Seal and evaluate", "stamp", hint)
    # Sealing what cannot be voted on is possible, and rarely what somebody wants.
    return replace(button, style="") if button is not None and visit.view.next_step.reasons else button


def _start_vote(visit: Visit) -> ActionView | None:
    if visit.view.release.phase is Phase.TEST and visit.view.facts.situation.unverified_channels:
        return _open_channels(visit)
    step = find_step(visit.view, Phase.VOTE)
    if step is None or not step.permitted:
        return None
    return ActionView("Start the vote", visit.paths.votes, step.reasons, icon="vote", is_link=True)


def _go_vote(visit: Visit) -> ActionView | None:
    newest = visit.view.rounds[0] if visit.view.rounds else None
    if newest is None:
        return None
    label = "Look and vote"
    if newest.state is RoundState.WAITING_FOR_RM or newest.policy.manual_vote:
        label = "Open the vote"
    return ActionView(label, visit.paths.vote(newest.number), icon="vote", is_link=True)


def _compose_again(visit: Visit) -> ActionView | None:
    step = find_step(visit.view, Phase.COMPOSE)
    return _by_hand(visit, step, "Compose a new candidate", "pencil")


def _go_on(visit: Visit) -> ActionView | None:
    if visit.view.release.published_at is None:
        return None
    if visit.view.facts.situation.unconfirmed_channels:
        return _open_channels(visit)
    step = find_step(visit.view, Phase.ANNOUNCE)
    return _by_hand(visit, step, "Go on to the announcement", "megaphone")


def _open_channels(visit: Visit) -> ActionView:
    return ActionView("Open the channels", visit.paths.distribution, icon="truck", is_link=True)


def _open_announcement(visit: Visit) -> ActionView | None:
    if Activity.RUN_PHASE not in visit.view.permitted:
        return None
    announcement = visit.view.facts.announcement
    is_draft = announcement is None or announcement.state is AnnouncementState.DRAFT
    label, style = ("Read and announce", "primary") if is_draft else ("Open the announcement", "")
    return ActionView(label, visit.paths.announcement, style=style, icon="megaphone", is_link=True)


def _download(visit: Visit) -> ActionView | None:
    if visit.view.release.published_at is None:
        return None
    return ActionView("Download", visit.paths.download, icon="download", is_link=True)


def _by_hand(visit: Visit, step: StepView | None, label: str, icon: str, hint: str = "") -> ActionView | None:
    """Return the button of a step, for those who may take it."""
    if step is None or not step.permitted:
        return None
    target = str(step.transition.target)
    return ActionView(label, visit.paths.phase, step.reasons, "primary", icon, "to", target, hint)


_ACTIONS: Mapping[Phase, Callable[[Visit], ActionView | None]] = MappingProxyType(
    {
        Phase.COMPOSE: _open_files,
        Phase.EVALUATE: _start_vote,
        Phase.TEST: _start_vote,
        Phase.VOTE: _go_vote,
        Phase.FAILED: _compose_again,
        Phase.DISTRIBUTE: _go_on,
        Phase.ANNOUNCE: _open_announcement,
        Phase.RELEASED: _download,
    }
)
