# SPDX-License-Identifier: Apache-2.0
"""Visitors vote: with consent, after a click in a mail, one ballot a person, beside the binding ones."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from atr.domain.errors import Denied, Invalid, NotFound, Refused, TooMany
from atr.domain.names import MailAddress
from atr.domain.people import ANONYMOUS, SERVICE
from atr.domain.visitor_ballot import VisitorAnswer
from atr.domain.vote import Counts
from atr.formats.mail_message import Letterhead
from atr.mail.maildir import Maildir
from atr.mail.stationery import Stationery
from atr.ports.jobs import JobKind
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.errand import TryLater
from atr.services.mails import ListMails
from atr.services.participants import EraseParticipant
from atr.services.surroundings import Surroundings
from atr.services.visitor_ballots import ConfirmBallot, ShowPending, VoteByLogin
from atr.services.visitor_mails import ForgetConfirmation, WriteConfirmation
from atr.services.visitors import ShowNotice
from atr.services.votes import CancelRound
from tests.support.door import NOON, RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.visitors import ADDRESS, NAME, ask_for_ballot, read_mail, send_links, vote_as_visitor
from tests.support.voting import (
    KEY,
    Bench,
    cast_vote,
    make_bench,
    seal_release,
    set_policy,
    show_round,
    start_vote,
)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    start_vote(door)
    queue.forget()
    return make_bench(door, surroundings, queue)


def list_events(open_unit: OpenUnit) -> list[tuple[str, str]]:
    with open_unit() as unit:
        found = unit.events.list(EventFilter(KEY.project, KEY.product, KEY.version), PageRequest(50)).items
    return [(each.name, each.actor) for each in found]


def test_a_visitors_ballot_counts_beside_the_binding_ones(door: Door, bench: Bench) -> None:
    cast_vote(door, "alice")
    confirmed = vote_as_visitor(bench, "-1", remark=" It does not build. ")
    view = show_round(door)
    assert (view.tally.binding, view.tally.community) == (Counts(1), Counts(0, 0, 1))
    shown = next(each for each in view.ballots if each.ballot.voter == confirmed.participant.id)
    assert (shown.name, shown.remark, shown.binding) == (NAME, "It does not build.", False)
    assert shown.ballot.comment == ""


def test_a_ballot_counts_as_nothing_until_it_is_confirmed(door: Door, bench: Bench) -> None:
    ask_for_ballot(door)
    links = read_mail(bench)
    assert show_round(door).ballots == ()
    pending = door.ask(ANONYMOUS, ShowPending(links.confirm))
    assert (pending.answer.display_name, pending.answer.text, pending.reasons) == (NAME, "+1", ())
    assert show_round(door).ballots == ()


def test_the_mail_goes_to_the_address_once_and_into_no_public_list(
    door: Door, bench: Bench, queue: RecordedQueue
) -> None:
    ask_for_ballot(door)
    (name,) = queue.list_arguments(JobKind.SEND_CONFIRMATION)
    assert queue.list_arguments(JobKind.FORGET_CONFIRMATION) == [name]
    read_mail(bench)
    (mail,) = bench.mail.sent.values()
    assert mail.to == (MailAddress(ADDRESS),)
    assert mail.subject == "Confirm your vote on Sample Demo 1.0"
    assert ADDRESS not in mail.body
    assert all("confirm" not in each.subject.lower() for each in door.ask(ANONYMOUS, ListMails(KEY)))
    with pytest.raises(Denied):
        door.ask(act_as(door, "alice"), WriteConfirmation(name))


def test_a_mail_that_does_not_leave_is_tried_again_without_telling_why(door: Door, bench: Bench) -> None:
    ask_for_ballot(door)
    job = bench.queue.jobs[0]
    bench.mail.failure = f"550 {ADDRESS} is full"
    with pytest.raises(TryLater) as told:
        send_links(bench)
    assert ADDRESS not in str(told.value)
    assert told.value.__cause__ is None
    bench.mail.failure = None
    bench.queue.jobs.append(job)
    assert read_mail(bench).confirm


def test_a_mail_that_is_refused_for_good_is_given_up(door: Door, bench: Bench) -> None:
    ask_for_ballot(door)
    bench.mail.refusal = "550 nobody here"
    send_links(bench)
    bench.mail.refusal = None
    assert list(bench.mail.sent) == []


def test_a_mail_that_left_before_a_crash_is_not_sent_again(door: Door, bench: Bench) -> None:
    ask_for_ballot(door)
    mail = door.ask(SERVICE, WriteConfirmation(bench.queue.jobs[0].argument))
    assert mail is not None
    bench.mail.deliver(mail)
    send_links(bench)
    assert len(bench.mail.sent) == 1


def test_the_copy_of_the_mail_goes_with_its_link(door: Door, bench: Bench, tmp_path: Path) -> None:
    ask_for_ballot(door)
    forget = next(each for each in bench.queue.jobs if each.kind is JobKind.FORGET_CONFIRMATION)
    assert forget.run_at == NOON + timedelta(hours=24)
    read_mail(bench)
    ForgetConfirmation.parse(forget.argument).run(bench.tools)
    assert list(bench.mail.sent) == []
    blocked = tmp_path / "mail"
    blocked.mkdir()
    blocked.joinpath("new").write_text("no folder")
    maildir = Maildir(blocked, Stationery(Letterhead(MailAddress("atr@example.org"))))
    with pytest.raises(TryLater):
        ForgetConfirmation.parse(forget.argument).run(replace(bench.tools, transport=maildir))


def test_nothing_is_sent_once_nothing_is_to_be_confirmed(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    ask_for_ballot(door)
    clock.advance(hours=24)
    send_links(bench)
    assert door.ask(SERVICE, WriteConfirmation("f" * 32)) is None
    assert list(bench.mail.sent) == []


def test_a_link_works_once(door: Door, bench: Bench) -> None:
    ask_for_ballot(door)
    links = read_mail(bench)
    door.perform(ANONYMOUS, ConfirmBallot(links.confirm))
    with pytest.raises(Refused, match="works once"):
        door.perform(ANONYMOUS, ConfirmBallot(links.confirm))
    assert len(show_round(door).ballots) == 1


def test_a_link_works_for_a_day(door: Door, bench: Bench, clock: SettableClock) -> None:
    ask_for_ballot(door)
    links = read_mail(bench)
    clock.advance(hours=24)
    with pytest.raises(Refused, match="too old"):
        door.perform(ANONYMOUS, ConfirmBallot(links.confirm))


@pytest.mark.parametrize("token", ["", "x", f"{'a' * 32}-{'b' * 32}", "-"])
def test_a_link_that_was_not_made_here_opens_nothing(door: Door, bench: Bench, token: str) -> None:
    with pytest.raises(NotFound, match="no such link"):
        door.perform(ANONYMOUS, ConfirmBallot(token))


def test_a_link_for_one_purpose_opens_nothing_else(door: Door, bench: Bench) -> None:
    ask_for_ballot(door)
    with pytest.raises(NotFound):
        door.perform(ANONYMOUS, ConfirmBallot(read_mail(bench).own))


def test_one_person_has_one_ballot_however_the_address_is_written(door: Door, bench: Bench) -> None:
    first = vote_as_visitor(bench, "+1")
    second = vote_as_visitor(bench, "-1", "Wanda.Walker+votes@Visitors.Example", "Wanda W.")
    assert first.participant.id == second.participant.id
    (view,) = show_round(door).ballots
    assert (view.name, view.ballot.text, [each.text for each in view.earlier]) == ("Wanda W.", "-1", ["+1"])


def test_asking_again_changes_nothing_that_is_shown_until_it_is_confirmed(door: Door, bench: Bench) -> None:
    vote_as_visitor(bench)
    ask_for_ballot(door, "-1", name="Somebody else")
    (view,) = show_round(door).ballots
    assert (view.name, view.ballot.text) == (NAME, "+1")


def test_a_visitor_is_somebody_else_in_every_round(door: Door, bench: Bench, open_unit: OpenUnit) -> None:
    vote_as_visitor(bench)
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Once more."))
    with open_unit() as unit:
        assert unit.participants.list_rounds() == ((KEY, 1),)


def test_consent_and_ballot_are_events_by_a_random_id(door: Door, bench: Bench, open_unit: OpenUnit) -> None:
    confirmed = vote_as_visitor(bench)
    assert list_events(open_unit)[:2] == [
        ("ballot.cast", confirmed.participant.id),
        ("visitor.consented", confirmed.participant.id),
    ]
    assert confirmed.participant.consented_notice == door.ask(ANONYMOUS, ShowNotice()).version


def test_consent_to_other_words_is_no_consent(door: Door, bench: Bench) -> None:
    with pytest.raises(Refused, match="notice changed"):
        ask_for_ballot(door, notice="000000000000")


def test_a_ballot_on_other_bytes_or_after_the_end_is_refused(door: Door, bench: Bench) -> None:
    ask_for_ballot(door)
    links = read_mail(bench)
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Once more."))
    with pytest.raises(Refused, match="cancelled"):
        door.perform(ANONYMOUS, ConfirmBallot(links.confirm))
    with pytest.raises(Refused, match="cancelled"):
        ask_for_ballot(door)


def test_somebody_with_an_account_votes_with_it(door: Door, bench: Bench) -> None:
    answer = VisitorAnswer(NAME, "+1", show_round(door).vote.manifest_digest)
    with pytest.raises(Refused, match="signed in"):
        door.perform(act_as(door, "dave"), VoteByLogin(KEY, 1, answer, "https://id.example", "7", ""))
    ask_for_ballot(door, address="dave+more@example.org")
    with pytest.raises(Refused, match="belongs to an account"):
        door.perform(ANONYMOUS, ConfirmBallot(read_mail(bench).confirm))


def test_without_a_contact_nothing_is_sent_or_confirmed(
    door: Door, bench: Bench, open_unit: OpenUnit
) -> None:
    ask_for_ballot(door)
    name = bench.queue.jobs[0].argument
    links = read_mail(bench)
    with open_unit() as unit:
        waiting = unit.participants.find_confirmation(name)
        assert waiting is not None
        unit.participants.destroy_contact(waiting.participant)
        unit.commit()
    assert door.ask(SERVICE, WriteConfirmation(name)) is None
    with pytest.raises(Refused, match="too old"):
        door.perform(ANONYMOUS, ConfirmBallot(links.confirm))


@pytest.mark.parametrize("choice", ["+2", "yes"])
def test_what_is_no_vote_is_refused(door: Door, bench: Bench, choice: str) -> None:
    with pytest.raises(Invalid):
        ask_for_ballot(door, choice)


def test_a_ballot_that_is_confirmed_once_the_vote_has_passed_comes_too_late(
    door: Door, bench: Bench, clock: SettableClock
) -> None:
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=71)
    ask_for_ballot(door)
    links = read_mail(bench)
    clock.advance(hours=1)
    with pytest.raises(Refused, match="passed"):
        door.perform(ANONYMOUS, ConfirmBallot(links.confirm))


def test_too_many_requests_for_one_address_wait(door: Door, bench: Bench, clock: SettableClock) -> None:
    for minute in range(3):
        ask_for_ballot(door, network=f"192.0.{minute}.1")
        clock.advance(minutes=1)
    with pytest.raises(TooMany) as refusal:
        ask_for_ballot(door, network="198.51.100.1")
    assert refusal.value.retry_after == 57 * 60
    clock.advance(minutes=57)
    ask_for_ballot(door)


def test_too_many_requests_from_one_network_wait(door: Door, bench: Bench) -> None:
    for number in range(10):
        ask_for_ballot(door, address=f"v{number}@visitors.example", network=f"192.0.2.{number}")
    with pytest.raises(TooMany):
        ask_for_ballot(door, address="w@visitors.example", network="192.0.2.99")
    ask_for_ballot(door, address="w@visitors.example", network="2001:db8::1")


def test_a_login_elsewhere_votes_at_once_and_leaves_a_keyed_hash_only(
    door: Door, bench: Bench, open_unit: OpenUnit
) -> None:
    seen, notice = show_round(door).vote.manifest_digest, door.ask(ANONYMOUS, ShowNotice()).version
    for choice in ("+1", "0"):
        answer = VisitorAnswer(NAME, choice, seen)
        command = VoteByLogin(KEY, 1, answer, "https://id.example", "subject-7", notice, "192.0.2.1")
        confirmed = door.perform(ANONYMOUS, command)
    (view,) = show_round(door).ballots
    assert (view.name, view.ballot.text) == (NAME, "0")
    with open_unit() as unit:
        assert unit.participants.find_contact(confirmed.participant.id) is None
    door.perform(ANONYMOUS, EraseParticipant(str(confirmed.link)))
    with pytest.raises(Refused, match="erased"):
        door.perform(ANONYMOUS, command)


def test_what_a_visitor_ticked_becomes_evidence_of_the_ballot(door: Door, bench: Bench) -> None:
    ballot = vote_as_visitor(bench, done="tests built").ballot
    assert dict(ballot.evidence) == {"built": "done", "tests": "done"}
    with pytest.raises(Invalid, match="no such item"):
        ask_for_ballot(door, done="checklist.1")


def test_a_round_that_asks_for_the_release_manager_hears_visitors_too(door: Door, bench: Bench) -> None:
    set_policy(door, pause_for_rm=True)
    vote_as_visitor(bench, "-1")
    assert show_round(door).tally.community.against == 1
    assert show_round(door).vote.deadline_at == NOON + timedelta(hours=72)
