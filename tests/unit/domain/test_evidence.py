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


@pytest.mark.parametrize("item", EvidenceItem)
def test_every_item_has_a_label_people_can_read(item: EvidenceItem) -> None:
    assert item.label[0].isupper()
