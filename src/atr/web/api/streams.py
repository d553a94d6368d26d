# SPDX-License-Identifier: Apache-2.0
"""Watching a release: server-sent events that say when something changed."""

import asyncio
from collections.abc import AsyncIterator

from litestar import Router, get
from litestar.concurrency import sync_to_thread
from litestar.response import ServerSentEvent, ServerSentEventMessage
from litestar.types import ControllerRouterHandler

from atr.domain.names import ReleaseKey
from atr.domain.people import Actor
from atr.schema.releases import PulseAnswer
from atr.services.door import Door
from atr.services.release_streams import Pulse, TakePulse
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.parts import TheActor, TheDoor

BEAT_SECONDS = 1.0
_SILENT_BEATS = 15  # then a comment tells proxies that the connection lives
EVENT_NAME = "pulse"


@get("/stream")
async def watch_release(actor: TheActor, door: TheDoor, release: TheRelease) -> ServerSentEvent:
    """Send an event `pulse` now and whenever something about the release changes, until you go away."""
    first = await sync_to_thread(door.ask, actor, TakePulse(release))
    return ServerSentEvent(_follow(actor, door, release, first), headers={"cache-control": "no-store"})


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(RELEASE_PATH, route_handlers=[watch_release], dependencies=RELEASE_DEPENDENCY),
)


async def _follow(
    actor: Actor, door: Door, release: ReleaseKey, first: Pulse
) -> AsyncIterator[ServerSentEventMessage]:
    known, silent = first, 0
    yield _describe_pulse(first)
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        pulse = await sync_to_thread(door.ask, actor, TakePulse(release))
        silent = 0 if pulse != known else silent + 1
        if pulse != known:
            known = pulse
            yield _describe_pulse(pulse)
        elif silent % _SILENT_BEATS == 0:
            yield ServerSentEventMessage(comment="still here")


def _describe_pulse(pulse: Pulse) -> ServerSentEventMessage:
    data = PulseAnswer.of(pulse).model_dump_json()
    return ServerSentEventMessage(data=data, event=EVENT_NAME, id=pulse.newest_event)
