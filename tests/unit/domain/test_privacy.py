# SPDX-License-Identifier: Apache-2.0
"""Personal data of visitors: a name that can be erased, a contact that is due to be destroyed."""

from dataclasses import replace
from datetime import timedelta

from atr.domain.privacy import ContactKind, Participant, Retention, is_contact_due
from tests.unit.domain.vote_samples import OPENED_AT

VISITOR = Participant("p1", "Sunny", ContactKind.MAIL, "2026-01", OPENED_AT)


def test_a_visitor_is_shown_under_the_chosen_name_until_erased() -> None:
    assert VISITOR.shown_name(3) == "Sunny"
    assert replace(VISITOR, erased_at=OPENED_AT).shown_name(3) == "withdrawn voter 3"


def test_contact_data_is_due_thirty_days_after_the_result() -> None:
    due_at = OPENED_AT + timedelta(days=30)
    assert not is_contact_due(OPENED_AT, Retention(), due_at - timedelta(seconds=1))
    assert is_contact_due(OPENED_AT, Retention(), due_at)
    assert is_contact_due(OPENED_AT, Retention(contact_after_result=timedelta()), OPENED_AT)
