# SPDX-License-Identifier: Apache-2.0
"""The channels of a release: how far it is on each, what waits for whom, and what can be asked of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.distribution_steps import find_route
from atr.domain.errors import NotFound
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.permissions import Activity
from atr.services.distribution_orders import (
    CompensateRelease,
    OrderChannels,
    PromoteRelease,
    ResumeRelease,
    StageRelease,
    VerifyRelease,
    WithdrawDistributions,
)
from atr.services.distribution_views import DistributionBoard, ForeseenChannel, ShowDistributionBoard
from atr.services.distributions import PlanView, ShowPlan
from atr.web.api.release_key import TheRelease
from atr.web.components import ActionView
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.distribution_progress import PersonStep, ProgressView, read_step, sum_up, sum_up_calls
from atr.web.pages.distribution_rows import PUBLIC_PHASES, STAGING_PHASES, ChannelCard, ask_order, show_card
from atr.web.pages.distribution_table import PlanTable, make_table
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    ReleaseHead,
    TheVisit,
    Visit,
    list_complaints,
    make_head,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_install import InstallView, list_installs
from atr.web.pages.release_paths import ReleasePaths
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import go_to


class OrderForm(PageForm):
    """Which channel is meant, all when none is named; and why something is taken back."""

    channel: str = ""
    reason: str = ""

    @property
    def key(self) -> ChannelKey | None:
        """Return the channel; raise Invalid for what cannot be one."""
        return ChannelKey(self.channel) if self.channel else None


_Make = Callable[[ReleaseKey, OrderForm], OrderChannels]
_ORDERS: Mapping[str, tuple[_Make, str]] = MappingProxyType(
    {
        "stage": (lambda key, form: StageRelease(key, form.key), "ATR brings it to testers."),
        "promote": (lambda key, form: PromoteRelease(key, form.key), "ATR makes it public."),
        "resume": (lambda key, form: ResumeRelease(key, form.key), "ATR goes on where it stopped."),
        "verify": (lambda key, form: VerifyRelease(key, form.key), "ATR compares what is there."),
        "compensate": (lambda key, form: CompensateRelease(key, form.key), "ATR undoes what was done."),
        "withdraw": (
            lambda key, form: WithdrawDistributions(key, form.key, form.reason),
            "ATR takes it back.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class DistributionPage:
    """Everything the page shows; `undoes` names channels on which a stopped plan can be undone."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    progress: ProgressView
    table: PlanTable
    person_steps: tuple[PersonStep, ...]
    cards: tuple[ChannelCard, ...]
    all_actions: tuple[ActionView, ...]
    undoes: tuple[str, ...]
    may_withdraw: bool
    installs: tuple[InstallView, ...]

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with an order."""
        return list_complaints(self.form)


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The dry run: every call that going public would make."""

    head: ReleaseHead
    paths: ReleasePaths
    plan: PlanView
    summary: str


@get("/distribution", sync_to_thread=True)
def show_distribution(visit: TheVisit) -> Response[bytes]:
    """Show how far the release is on every channel."""
    return _show(visit)


@get("/distribution/plan", sync_to_thread=True)
def show_plan(visit: TheVisit) -> Response[bytes]:
    """Show the exact calls that going public would make; none of them is made."""
    plan = visit.parts.door.ask(visit.request.user, ShowPlan(visit.key))
    view = PlanPage(make_head(visit, visit.paths.distribution), visit.paths, plan, sum_up_calls(plan))
    return show_release_page(visit, "distribution_plan.html", view, "Plan of the distribution")


@post("/distribution/{order:str}", sync_to_thread=True)
def give_order(
    request: WebRequest, parts: TheParts, release: TheRelease, order: FromPath[str], data: FormData
) -> Response[bytes] | Response[None]:
    """Ask something of one channel, or of all of which it can be asked."""
    if order not in _ORDERS:
        raise NotFound("order", order)
    make, told = _ORDERS[order]
    outcome = submit_form(OrderForm, data, lambda form: parts.door.perform(request.user, make(release, form)))
    if isinstance(outcome, Rejected):
        return _show(open_visit(request, parts, release), outcome.form, outcome.status)
    names = ", ".join(view.one.channel for view in outcome.result)
    return go_to(request, ReleasePaths(release).distribution, Flash(f"{told} ({names})"))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        PAGES_PATH,
        route_handlers=[show_distribution, show_plan, give_order],
        dependencies=VISIT_DEPENDENCIES,
    ),
)


def _show(visit: Visit, form: FormView = EMPTY_FORM, status: int = 200) -> Response[bytes]:
    board = visit.parts.door.ask(visit.request.user, ShowDistributionBoard(visit.key))
    cards = tuple(show_card(visit, row) for row in board.rows)
    view = DistributionPage(
        head=make_head(visit, visit.paths.distribution),
        paths=visit.paths,
        form=form,
        progress=sum_up(board, visit.view.release.phase),
        table=make_table(board),
        person_steps=_list_person_steps(visit, board),
        cards=cards,
        all_actions=tuple(_list_all_actions(visit, board)),
        undoes=_list_undoable(visit, board),
        may_withdraw=any(card.may_withdraw for card in cards),
        installs=list_installs(visit),
    )
    return show_release_page(visit, "distribution.html", view, "Distribution", status)


def _list_person_steps(visit: Visit, board: DistributionBoard) -> tuple[PersonStep, ...]:
    """Return what people have to do, with the button for those who may say that it is done."""
    may_say = Activity.RUN_PHASE in visit.view.permitted
    steps = (
        read_step(
            row,
            ask_order(visit, "verify", "It is done, verify", "shield-check", row.view.one.channel)
            if may_say
            else None,
        )
        for row in board.begun
    )
    return tuple(step for step in steps if step is not None)


def _list_all_actions(visit: Visit, board: DistributionBoard) -> Iterator[ActionView]:
    """Return what can be asked of all channels together."""
    if Activity.RUN_PHASE not in visit.view.permitted:
        return
    known, phase = [row.view.one for row in board.begun], visit.view.release.phase
    ahead = [row for row in board.rows if isinstance(row, ForeseenChannel) and not row.problem]
    stages = any(find_route(row.channel).to_testers is not None for row in ahead)
    wanted = (
        ("resume", "Resume everything that stopped", "refresh-cw", any(one.failure_reason for one in known)),
        ("verify", "Compare everything again", "shield-check", any(one.promoted for one in known)),
        ("stage", "Bring it to testers everywhere", "truck", phase in STAGING_PHASES and stages),
        ("promote", "Make it public everywhere", "megaphone", phase in PUBLIC_PHASES and bool(ahead)),
    )
    for order, label, icon, offered in wanted:
        if offered:
            yield replace(ask_order(visit, order, label, icon), style="")


def _list_undoable(visit: Visit, board: DistributionBoard) -> tuple[str, ...]:
    """Return where a plan that stopped can be undone, for those who may."""
    has_stopped = any(row.view.one.failure_reason for row in board.begun)
    may_undo = Activity.RELEASE_ADMIN in visit.view.permitted
    return tuple(map(str, board.compensation)) if has_stopped and may_undo else ()
