# SPDX-License-Identifier: Apache-2.0
"""Events as sentences."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from atr.domain.event import Event, EventDetail, Subject
from atr.domain.people import Role
from atr.services.events import EventView
from atr.web.flash import Tone
from atr.web.pages.event_lines import describe_event, say_detail
from atr.web.parts import ROLE_LABELS

AT = datetime(2026, 11, 21, tzinfo=UTC)


def see(
    name: str, details: Mapping[str, EventDetail], actor: str = "rm", role: str | None = None
) -> EventView:
    event = Event(AT, actor, role, "run phase", name, Subject("release", "demo/1.0"), dict(details))
    return EventView(event, "Robin Manager" if actor == "rm" else actor)


def test_a_known_event_is_a_sentence_with_its_details() -> None:
    seen = describe_event(see("release.moved", {"from": "compose", "to": "evaluate"}), ROLE_LABELS)

    assert seen.sentence == "moved the release from compose to evaluate"
    assert seen.details == (("from", "compose"), ("to", "evaluate"))


@pytest.mark.parametrize(
    ("choice", "binding", "sentence", "tone"),
    [
        ("+1", True, "voted +1 (binding)", Tone.GOOD),
        ("-1", False, "voted -1", Tone.BAD),
        ("0", False, "voted 0", Tone.NEUTRAL),
    ],
)
def test_a_ballot_says_how_it_counts(choice: str, binding: bool, sentence: str, tone: Tone) -> None:
    seen = describe_event(see("ballot.cast", {"choice": choice, "binding": binding}), ROLE_LABELS)

    assert (seen.sentence, seen.tone) == (sentence, tone)


def test_an_event_that_nobody_described_is_still_readable() -> None:
    seen = describe_event(see("comet.was_seen", {}), ROLE_LABELS)

    assert seen.sentence.startswith("comet")


def test_a_detail_that_an_old_event_lacks_leaves_a_mark() -> None:
    assert describe_event(see("revision.added", {"revision": 3}), ROLE_LABELS).sentence == (
        "made revision 3 with ? files"
    )


@pytest.mark.parametrize(
    ("actor", "role", "name", "label"),
    [
        ("rm", "release_manager", "Robin Manager", ROLE_LABELS[Role.RELEASE_MANAGER]),
        ("rm", None, "Robin Manager", ""),
        ("rm", "astronaut", "Robin Manager", ""),
        ("service", None, "ATR", ""),
        ("operator", None, "Operator", ""),
    ],
)
def test_who_acted_is_named_with_the_role(actor: str, role: str | None, name: str, label: str) -> None:
    shown = describe_event(see("release.created", {}, actor, role), ROLE_LABELS).actor

    assert shown is not None
    assert (shown.name, shown.role) == (name, label)


def test_details_are_words() -> None:
    details = (None, True, False, 7, "x", ("a", "b"), ())

    assert [say_detail(each) for each in details] == ["none", "yes", "no", "7", "x", "a, b", "none"]
