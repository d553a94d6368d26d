# SPDX-License-Identifier: Apache-2.0
"""Whether the server lives, and whether it can work."""

import structlog
from litestar import Response, get

from atr.schema.wire import WireAnswer
from atr.web.parts import TheParts

LOG = structlog.get_logger("atr.web")


class Liveness(WireAnswer):
    """The process answers."""

    status: str = "ok"


class Readiness(WireAnswer):
    """The state of each part the server needs; what exactly is wrong is only in the log."""

    status: str
    parts: dict[str, str]


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def show_liveness() -> Liveness:
    """Tell that the process answers."""
    return Liveness()


@get("/readyz", sync_to_thread=True, include_in_schema=False)
def show_readiness(parts: TheParts) -> Response[Readiness]:
    """Tell whether every part answers: 200, or 503 naming those that do not."""
    complaints = {name: ping() for name, ping in parts.pings.items()}
    for name, complaint in complaints.items():
        if complaint:
            LOG.warning("part not ready", part=name, complaint=complaint)
    ready = not any(complaints.values())
    states = {name: "failed" if complaint else "ok" for name, complaint in complaints.items()}
    readiness = Readiness(status="ok" if ready else "failed", parts=states)
    return Response(readiness, status_code=200 if ready else 503)
