# SPDX-License-Identifier: Apache-2.0
"""One search over everything, in the API."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from atr.ports.repositories.people import FoundPerson
from atr.schema.search import FoundPersonAnswer, HeldRoleAnswer, SearchAnswer
from atr.services.search import MOST_FOUND, Search, SearchKind
from atr.web.api.events import describe_event
from atr.web.api.projects import describe_item
from atr.web.api.release_answers import describe_listed
from atr.web.parts import TheActor, TheDoor

_Words = Annotated[str, QueryParameter(name="q", description="Beginnings of words, two letters at least.")]
_Limit = Annotated[
    int, QueryParameter(name="limit", ge=1, le=MOST_FOUND, description="The most items of each kind.")
]


@get("/search", sync_to_thread=True)
def search_everything(actor: TheActor, door: TheDoor, text: _Words = "", limit: _Limit = 5) -> SearchAnswer:
    """Find projects and releases; people if you signed in; events if you may search them all.

    The lists of each kind find more: this is for somebody who begins to type.
    """
    found = door.ask(actor, Search(text, limit))
    return SearchAnswer(
        q=found.text,
        kinds=tuple(kind for kind in SearchKind if kind in found.open),
        projects=tuple(map(describe_item, found.projects)),
        releases=tuple(map(describe_listed, found.releases)),
        people=tuple(map(_describe_person, found.people)),
        events=tuple(map(describe_event, found.events)),
        more=tuple(kind for kind in SearchKind if kind in found.more),
    )


HANDLERS: tuple[ControllerRouterHandler, ...] = (search_everything,)


def _describe_person(found: FoundPerson) -> FoundPersonAnswer:
    roles = tuple(HeldRoleAnswer(project=each.project, role=each.role) for each in found.roles)
    return FoundPersonAnswer(user=found.user, name=found.name, roles=roles)
