# SPDX-License-Identifier: Apache-2.0
"""Evidence: known items only, each with words."""

import pytest

from atr.domain.errors import Invalid
from atr.domain.evidence import EvidenceItem, read_evidence


def test_items_come_in_their_fixed_order_without_space_around_the_words() -> None:
    read = read_evidence({"platform": " Debian 12 ", "downloaded": "from staging"})
    assert list(read.items()) == [("downloaded", "from staging"), ("platform", "Debian 12")]
    assert read_evidence({}) == {}


def test_every_unknown_item_and_every_empty_one_is_named() -> None:
    with pytest.raises(Invalid) as refusal:
        read_evidence({"buitl": "yes", "tests": "  ", "built": "yes"})
    assert [problem.field for problem in refusal.value.problems] == ["evidence.buitl", "evidence.tests"]
    assert "choose downloaded" in refusal.value.problems[0].message


def test_items_of_the_checklist_come_last_by_their_numbers() -> None:
    read = read_evidence({"checklist.10": "done", "checklist.2": "twice", "built": "yes"}, 10)
    assert list(read.items()) == [("built", "yes"), ("checklist.2", "twice"), ("checklist.10", "done")]


@pytest.mark.parametrize(
    ("items", "hint"), [(0, "verified, other."), (1, "checklist.1."), (3, "checklist.1 to checklist.3.")]
)
def test_an_item_that_the_checklist_lacks_is_refused(items: int, hint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_evidence({"checklist.4": "done"}, items)
    assert refusal.value.problems[0].message.endswith(hint)


@pytest.mark.parametrize("item", EvidenceItem)
def test_every_item_has_a_label_people_can_read(item: EvidenceItem) -> None:
    assert item.label[0].isupper()
