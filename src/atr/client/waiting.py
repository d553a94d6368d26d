# SPDX-License-Identifier: Apache-2.0
"""Waiting until the server has brought a release somewhere."""

import time
from collections.abc import Callable

from atr.client.addresses import address_release
from atr.client.http import Api
from atr.client.output import say
from atr.domain.names import ReleaseKey
from atr.schema.releases import ReleaseAnswer

_BEAT_SECONDS = 0.5


def watch_release(api: Api, release: ReleaseKey, is_there: Callable[[ReleaseAnswer], bool]) -> ReleaseAnswer:
    """Return the release as soon as it is there; meanwhile say on stderr what it waits for."""
    said = ""
    while True:
        found = api.get(address_release(release), ReleaseAnswer)
        if is_there(found):
            return found
        if found.next_step.sentence != said:
            said = found.next_step.sentence
            say(f"Waiting: {said}")
        time.sleep(_BEAT_SECONDS)
