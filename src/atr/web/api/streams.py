# SPDX-License-Identifier: Apache-2.0
"""Watching a release: server-sent events that say when something changed, and how a vote stands."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from litestar import Router, get
from litestar.concurrency import sync_to_thread
from litestar.response import ServerSentEvent, ServerSentEventMessage
from litestar.types import ControllerRouterHandler

from atr.domain.names import ReleaseKey
from atr.domain.people import Actor
from atr.schema.releases import PulseAnswer
from atr.schema.votes import LiveTallyAnswer
from atr.services.door import Door
from atr.services.live_tallies import TakeTally
from atr.services.release_streams import Pulse, TakePulse
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.vote_answers import describe_live
from atr.web.parts import TheActor, TheDoor

BEAT_SECONDS = 1.0
_SILENT_BEATS = 15  # then a comment tells proxies that the connection lives
EVENT_NAME = "pulse"
TALLY_NAME = "tally"


@get("/stream")
async def watch_release(actor: TheActor, door: TheDoor, release: TheRelease) -> ServerSentEvent:
    """Send an event `pulse` now and whenever something about the release changes, until you go away.

    An event `tally` has the count of the newest round, now and whenever it or its deadline changes.
    """
    watch = _Watch(actor, door, release)
    first = await watch.take_pulse()
    return ServerSentEvent(_follow(watch, first), headers={"cache-control": "no-store"})


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(RELEASE_PATH, route_handlers=[watch_release], dependencies=RELEASE_DEPENDENCY),
)


@dataclass(frozen=True, slots=True)
class _Watch:
    """Who watches what."""

    actor: Actor
    door: Door
    release: ReleaseKey

    async def take_pulse(self) -> Pulse:
        return await sync_to_thread(self.door.ask, self.actor, TakePulse(self.release))

    async def take_tally(self) -> LiveTallyAnswer | None:
        live = await sync_to_thread(self.door.ask, self.actor, TakeTally(self.release))
        return describe_live(live) if live is not None else None


async def _follow(watch: _Watch, first: Pulse) -> AsyncIterator[ServerSentEventMessage]:
    known, told, silent = first, await watch.take_tally(), 0
    yield _describe_pulse(first)
    if told is not None:
        yield _describe_tally(told)
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        pulse = await watch.take_pulse()
        silent = 0 if pulse != known else silent + 1
        if pulse != known:
            known = pulse
            yield _describe_pulse(pulse)
            # Every ballot and every other step of a vote is an event: only after one the count can differ.
            tally = await watch.take_tally()
            if tally is not None and tally != told:
                told = tally
                yield _describe_tally(tally)
        elif silent % _SILENT_BEATS == 0:
            yield ServerSentEventMessage(comment="still here")


def _describe_tally(tally: LiveTallyAnswer) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=tally.model_dump_json(), event=TALLY_NAME)


def _describe_pulse(pulse: Pulse) -> ServerSentEventMessage:
    data = PulseAnswer.of(pulse).model_dump_json()
    return ServerSentEventMessage(data=data, event=EVENT_NAME, id=pulse.newest_event)
