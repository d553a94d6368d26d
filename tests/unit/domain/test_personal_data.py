# SPDX-License-Identifier: Apache-2.0
"""How long something is kept is said from the settings that are obeyed."""

from datetime import timedelta

import pytest

from atr.domain.personal_data import Kept, Periods, say_retention
from atr.domain.privacy import Retention

HOURS, DAYS = timedelta(hours=1), timedelta(days=1)
KEPT = Periods(Retention(12 * DAYS, 6 * HOURS, 3 * DAYS, 5 * HOURS), 2 * HOURS, 9 * HOURS, 8 * DAYS)


@pytest.mark.parametrize("kept", Kept)
def test_every_kind_of_retention_has_words(kept: Kept) -> None:
    assert say_retention(kept, KEPT)


def test_the_words_follow_the_settings() -> None:
    said = {kept: say_retention(kept, KEPT) for kept in Kept}
    assert said[Kept.CONTACT].startswith("12 days after the result")
    assert (said[Kept.CONFIRMATION], said[Kept.RATE_LIMIT]) == ("6 hours", "3 days")
    assert (said[Kept.UPLOAD], said[Kept.REPLY]) == ("5 hours", "2 hours")
    assert said[Kept.SESSION] == "until you sign out, at most 8 days; it is void after 9 hours without use"
