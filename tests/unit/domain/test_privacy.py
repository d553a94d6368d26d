# SPDX-License-Identifier: Apache-2.0
"""Personal data of visitors: a name that can be erased, one form of an address, times that are said."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.errors import Invalid
from atr.domain.names import MailAddress, ParticipantId, ReleaseKey, UserId, parse_voter
from atr.domain.privacy import (
    ContactKind,
    Participant,
    Retention,
    is_contact_due,
    normalize_address,
    read_display_name,
    say_period,
    truncate_network,
    write_notice,
)
from tests.unit.domain.vote_samples import OPENED_AT

NAME = f"participant:{'a' * 32}"
VISITOR = Participant(
    ParticipantId(NAME),
    ReleaseKey.parse("demo/1.0"),
    1,
    3,
    ContactKind.MAIL,
    "2026-01",
    OPENED_AT,
    "Sunny",
)


def test_a_visitor_is_shown_under_the_chosen_name_until_erased() -> None:
    assert VISITOR.shown_name == "Sunny"
    assert replace(VISITOR, erased_at=OPENED_AT).shown_name == "withdrawn voter 3"


def test_contact_data_is_due_thirty_days_after_the_result() -> None:
    due_at = OPENED_AT + timedelta(days=30)
    assert not is_contact_due(OPENED_AT, Retention(), due_at - timedelta(seconds=1))
    assert is_contact_due(OPENED_AT, Retention(), due_at)
    assert is_contact_due(OPENED_AT, Retention(contact_after_result=timedelta()), OPENED_AT)


def test_no_user_id_reads_as_a_visitor() -> None:
    assert isinstance(parse_voter(NAME), ParticipantId)
    assert isinstance(parse_voter("participant"), UserId)
    for text in ("participant:1", f"participant:{'A' * 32}", f"visitor:{'a' * 32}"):
        with pytest.raises(Invalid):
            parse_voter(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [("  Wanda\t W. ", "Wanda W."), ("A\u030angstro\u0308m", "\u00c5ngstr\u00f6m"), ("x" * 80, "x" * 80)],
)
def test_a_name_is_kept_in_one_form(text: str, name: str) -> None:
    assert read_display_name(text) == name


@pytest.mark.parametrize("text", ["", " \n ", "a@b", "bell\u0007", "right\u202eleft", "x" * 81])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_display_name(text)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Wanda@Visitors.Example", "wanda@visitors.example"),
        ("wanda+votes@visitors.example", "wanda@visitors.example"),
        ("+only@visitors.example", "+only@visitors.example"),
    ],
)
def test_spellings_of_one_mailbox_agree(written: str, same: str) -> None:
    assert normalize_address(MailAddress(written)) == same


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("testclient", "unknown"),
        ("", "unknown"),
    ],
)
def test_of_an_internet_address_only_the_network_counts(host: str, network: str) -> None:
    assert truncate_network(host) == network


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(days=30), "30 days"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(), "0 minutes"),
    ],
)
def test_a_period_is_said_as_people_say_it(period: timedelta, words: str) -> None:
    assert say_period(period) == words


def test_a_notice_has_five_lines_and_other_words_are_another_version() -> None:
    notice = write_notice("Sample Foundation", Retention())
    assert [line.partition(":")[0] for line in notice.lines] == [
        "Who",
        "What",
        "Why",
        "Who sees it",
        "How long",
    ]
    longer = write_notice("Sample Foundation", Retention(contact_after_result=timedelta(days=31)))
    assert notice.version == write_notice("Sample Foundation", Retention()).version
    assert notice.version != longer.version
