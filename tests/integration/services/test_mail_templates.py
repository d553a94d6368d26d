# SPDX-License-Identifier: Apache-2.0
"""Projects word their mails; each wording is kept, and every mail can be seen before it is sent."""

import pytest

from atr.domain.errors import ChangedMeanwhile, Conflict, Denied, Invalid, NotFound, Refused
from atr.domain.mail_template import MailTemplate, TemplateKind, TemplateVersion
from atr.domain.names import ProductRef, ProjectKey, ReleaseKey, Version
from atr.domain.people import ANONYMOUS
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.mail_previews import MailPreview, PreviewMail
from atr.services.mail_templates import ListTemplateVersions, SetTemplate, ShowTemplate, TemplateView
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from atr.services.votes import CancelRound, ExtendRound
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.voting import (
    KEY,
    Bench,
    cast_vote,
    list_mails,
    make_bench,
    pass_vote,
    seal_release,
    start_vote,
)

DEMO = ProjectKey("demo")
START = TemplateKind.VOTE_START
OWN = MailTemplate("Vote on {{ title }}", "Do it: {{ url }}\n")


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    return make_bench(door, surroundings, queue)


def word(
    door: Door, template: MailTemplate | None, expected: int | None = None, kind: TemplateKind = START
) -> TemplateView:
    return door.perform(act_as(door, "alice"), SetTemplate(DEMO, kind, template, expected))


def preview(
    door: Door, kind: TemplateKind, release: ReleaseKey | None = KEY, template: MailTemplate | None = None
) -> MailPreview:
    return door.ask(act_as(door, "alice"), PreviewMail(DEMO, kind, template, release))


def test_a_wording_is_used_from_the_next_mail_on(door: Door, bench: Bench) -> None:
    assert not door.ask(ANONYMOUS, ShowTemplate(DEMO, START)).is_own
    saved = word(door, OWN)
    assert (saved.number, saved.is_own, saved.template) == (1, True, OWN)
    start_vote(door)
    (call,) = list_mails(door)
    assert call.subject == "Vote on Sample Demo 1.0"
    assert call.body == "Do it: http://atr.example.org/candidate/demo/1.0\n"


def test_every_save_is_a_version_and_the_foundations_wording_can_come_back(door: Door, bench: Bench) -> None:
    word(door, OWN)
    back = word(door, None, expected=1)
    assert (back.number, back.is_own) == (2, False)
    versions = door.ask(ANONYMOUS, ListTemplateVersions(DEMO, START))
    assert [(each.number, each.template, each.saved_by) for each in versions] == [
        (2, None, "alice"),
        (1, OWN, "alice"),
    ]
    with pytest.raises(ChangedMeanwhile):
        word(door, OWN, expected=1)
    assert door.ask(ANONYMOUS, ListTemplateVersions(DEMO, TemplateKind.RESULT)) == ()


def test_two_who_save_at_once_do_not_both_win(bench: Bench, open_unit: OpenUnit) -> None:
    version = TemplateVersion(DEMO, START, 1, OWN, NOON, None)
    with open_unit() as unit:
        unit.mail_templates.add(version)
        unit.commit()
    with open_unit() as unit, pytest.raises(Conflict):
        unit.mail_templates.add(version)


def test_only_who_runs_the_project_words_its_mails(door: Door, bench: Bench) -> None:
    with pytest.raises(Denied):
        door.perform(act_as(door, "dave"), SetTemplate(DEMO, START, OWN))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowTemplate(ProjectKey("nothing"), START))


def test_a_faulty_wording_is_neither_saved_nor_shown(door: Door, bench: Bench) -> None:
    faulty = MailTemplate("{{ a }}", "{{ b }}")
    for attempt in (lambda: word(door, faulty), lambda: preview(door, START, None, faulty)):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert len(refused.value.problems) == 2
    assert door.ask(ANONYMOUS, ShowTemplate(DEMO, START)).number == 0


@pytest.mark.parametrize("kind", TemplateKind)
def test_every_mail_can_be_seen_with_sample_values(door: Door, bench: Bench, kind: TemplateKind) -> None:
    shown = preview(door, kind, None)
    assert (shown.kind, shown.to) == (kind, ())
    assert "{{" not in shown.letter.body


@pytest.mark.parametrize("kind", TemplateKind)
def test_every_mail_of_a_release_can_be_seen_before_it_is_sent(
    door: Door, bench: Bench, kind: TemplateKind
) -> None:
    before = preview(door, kind)
    assert "Sample Demo 1.0" in before.letter.subject
    start_vote(door)
    cast_vote(door, "alice")
    assert "Sample Demo 1.0" in preview(door, kind).letter.subject
    assert "Sample Demo 1.0" in door.ask(ANONYMOUS, PreviewMail(DEMO, kind, None, KEY)).letter.subject
    assert len(list_mails(door)) == 1


def test_what_is_shown_is_what_is_sent(door: Door, bench: Bench, clock: SettableClock) -> None:
    shown = preview(door, START).letter
    start_vote(door)
    (call,) = list_mails(door)
    assert (shown.subject, shown.body) == (call.subject, call.body)
    assert "not passed" in preview(door, TemplateKind.RESULT).letter.body
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=72)
    assert "has passed" in preview(door, TemplateKind.RESULT).letter.body
    assert preview(door, TemplateKind.REMINDER).to == ()
    assert "Hello Alice" in preview(door, TemplateKind.REMINDER).letter.body


def test_the_result_of_a_closed_vote_is_shown_as_it_was(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    pass_vote(door, clock, bench)
    result = list_mails(door)[-1]
    assert preview(door, TemplateKind.RESULT).letter.body == result.body
    assert result.in_reply_to is not None
    assert result.in_reply_to in result.body
    assert "/releases/demo/main/1.0/votes/1" in result.body


def test_news_of_a_vote_are_worded_too(door: Door, bench: Bench) -> None:
    word(door, MailTemplate("{{ status }}: {{ vote_name }}", "{{ news }}\n"), kind=TemplateKind.PHASE_STATUS)
    start_vote(door)
    door.perform(act_as(door, "rm"), ExtendRound(KEY, 1, hours=5))
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "No."))
    subjects = [mail.subject for mail in list_mails(door)[1:]]
    assert subjects == ["EXTENDED: Release Sample Demo 1.0", "CANCELLED: Release Sample Demo 1.0"]


def test_what_cannot_be_shown_says_why(door: Door, bench: Bench) -> None:
    make_project(door, "other", pmc=("zoe", "yan", "xia"))
    with pytest.raises(Invalid, match="no release of other"):
        door.ask(ANONYMOUS, PreviewMail(ProjectKey("other"), START, None, KEY))
    empty = ReleaseKey.parse("demo/7.0")
    door.perform(act_as(door, "rm"), CreateRelease(ProductRef.parse("demo"), Version("7.0")))
    with pytest.raises(Refused, match="nothing to write about"):
        preview(door, START, empty)
