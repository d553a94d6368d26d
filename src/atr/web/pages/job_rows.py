# SPDX-License-Identifier: Apache-2.0
"""Jobs of the queue in words, with the way to what they are about."""

from dataclasses import dataclass
from datetime import datetime

from atr.domain.errors import Invalid
from atr.domain.names import ChannelKey, ProjectKey, ReleaseKey
from atr.domain.operations import JobRecord, JobState
from atr.ports.jobs import JobKind
from atr.web.addresses import locate_channel, locate_mail, locate_project, locate_release
from atr.web.components import ActionView, Badge
from atr.web.flash import Tone

JOB_BADGES = {
    JobState.FAILED: Badge("Failed", Tone.BAD, "octagon-alert"),
    JobState.STUCK: Badge("Stuck", Tone.BAD, "hourglass"),
    JobState.AGAIN: Badge("Tried again", Tone.WARN, "refresh-cw"),
    JobState.RUNNING: Badge("Running", Tone.INFO, "play"),
    JobState.WAITING: Badge("Waiting", Tone.NEUTRAL),
    JobState.LATER: Badge("Later", Tone.NEUTRAL, "clock"),
}
_MEANINGS = {
    JobState.FAILED: "It is given up, and nothing tries it again by itself.",
    JobState.STUCK: "Its worker has not been heard of: another one takes it over in a moment.",
    JobState.AGAIN: "It will be tried again by itself.",
}


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job that may need somebody: `next_at` is when it comes back by itself."""

    number: int
    title: str
    about: str
    href: str
    badge: Badge
    reason: str
    attempts: int
    since_at: datetime | None
    next_at: datetime | None
    retry: ActionView


def make_job_row(job: JobRecord) -> JobRow:
    """Return the job as it is shown."""
    action = f"/operations/jobs/{job.id}/retry"
    return JobRow(
        number=job.id,
        title=job.kind.capitalize(),
        about=job.argument,
        href=locate_argument(job.kind, job.argument),
        badge=JOB_BADGES[job.state],
        reason=job.reason or _MEANINGS.get(job.state, ""),
        attempts=job.attempts,
        since_at=job.reason_at or job.since_at,
        next_at=job.due_at if job.state is JobState.AGAIN else None,
        retry=ActionView("Try again now", action, style="", icon="refresh-cw"),
    )


def locate_argument(kind: str, argument: str) -> str:
    """Return the path of the page on what a job is about; empty when there is none."""
    try:
        match kind:
            case JobKind.SEND_MAIL:
                return locate_mail(argument)
            case JobKind.WRITE_KEYS:
                return locate_project(ProjectKey(argument))
            case JobKind.TEST_CHANNEL:
                return locate_channel(ChannelKey(argument))
            case _:
                name = argument.partition("@")[0].partition("#")[0].partition(" on ")[0]
                return locate_release(ReleaseKey.parse(name)) if "/" in name else ""
    except Invalid:
        return ""
