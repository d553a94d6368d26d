# SPDX-License-Identifier: Apache-2.0
"""Events on pages about more than one thing: each says what it is about, and leads there."""

from collections.abc import Mapping
from dataclasses import replace

from atr.domain.names import MAIN
from atr.domain.people import Role
from atr.services import events
from atr.web.addresses import locate_subject
from atr.web.components import EventView
from atr.web.pages.event_lines import describe_event


def describe_here(view: events.EventView, role_labels: Mapping[Role, str]) -> EventView:
    """Return an event as a brief entry of a timeline, naming the release if it is about one."""
    subject = view.event.subject
    href = locate_subject(subject) if subject.version else ""
    shown = replace(describe_event(view, role_labels, href), details=())
    if subject.product is None:
        return shown
    line = "" if subject.product == MAIN else f"{subject.product} "
    place = f"{line}{subject.version or ''}".strip()
    return replace(shown, sentence=f"{shown.sentence}: {place}") if place else shown
