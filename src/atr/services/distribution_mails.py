# SPDX-License-Identifier: Apache-2.0
"""Mail to the list about channels: what is left to do by hand and what went wrong, once a change."""

from collections.abc import Iterable, Iterator

from atr.domain.distribution import Distribution, DistributionState
from atr.domain.mail import MailKind, OutgoingMail, make_message_id
from atr.domain.mail_defaults import DISTRIBUTION_NOTICE
from atr.domain.mail_layout import fill, flatten
from atr.domain.mail_template import render_template
from atr.domain.names import ReleaseKey
from atr.domain.project import find_policy
from atr.services.door import Work
from atr.services.mails import queue_mail
from atr.services.products import find_product
from atr.services.projects import find_project
from atr.services.vote_mails import make_page_url, name_release


def report_channels(work: Work, release: ReleaseKey) -> None:
    """Queue the mail about everything that waits or failed, unless the list was told exactly that already."""
    distributions = work.unit.distributions.list(release)
    manual, errors = tuple(_list_manual(distributions)), tuple(_list_errors(distributions))
    project = find_project(work, release.project)
    line = find_product(work, release.line)
    policy = find_policy(project, line, work.around.foundation.default_policy).policy
    if not (manual or errors) or not policy.mail_to:
        return
    title = name_release(work, release)
    letter = render_template(
        DISTRIBUTION_NOTICE,
        {
            "foundation": flatten(work.around.foundation.name),
            "title": flatten(title),
            "manual": _list_under("To be done by hand:", manual),
            "errors": _list_under("What went wrong:", errors),
            "url": make_page_url(work, release),
        },
    )
    occasion = (release.storage_key, *_list_occasions(distributions))
    queue_mail(
        work,
        OutgoingMail(
            message_id=make_message_id(work.around.foundation.mail_host, "distribution", *occasion),
            kind=MailKind.DISTRIBUTION,
            release=release,
            to=policy.mail_to,
            subject=letter.subject,
            body=letter.body,
            queued_at=work.now,
            reply_to=policy.mail_to,
        ),
    )


def _list_manual(distributions: Iterable[Distribution]) -> Iterator[str]:
    for one in distributions:
        if one.waits_for_person:
            yield f"{one.channel}: {one.instruction}"


def _list_errors(distributions: Iterable[Distribution]) -> Iterator[str]:
    for one in distributions:
        if one.state is DistributionState.FAILED:
            yield f"{one.channel}: {one.failed_step} failed. {one.failure_reason}"
        if one.drift:
            yield f"{one.channel}: what is public is no longer what was voted on. {one.drift}"


def _list_occasions(distributions: Iterable[Distribution]) -> Iterator[str]:
    """Yield what makes one mail another than the next: attempts count, repeated failures of one do not."""
    for one in distributions:
        for told in (*_list_manual([one]), *_list_errors([one])):
            yield f"{one.generation} {told}"


def _list_under(title: str, entries: tuple[str, ...]) -> str:
    if not entries:
        return ""
    return "\n\n".join([title, *(fill(flatten(entry)) for entry in entries)])
