# SPDX-License-Identifier: Apache-2.0
"""What is noticed in an announcement before it is sent."""

from dataclasses import replace

import pytest

from atr.domain.announcement_review import Draft, review_announcement
from atr.domain.mail_template import fill_known
from atr.domain.names import MailAddress

GOOD = Draft(
    (MailAddress("dev@example.org"),),
    "[ANNOUNCE] Demo 1.0 released",
    f"Files: https://atr.example.org/1.0\nKeys: https://atr.example.org/KEYS\n{'0' * 128}  demo-1.0.tgz\n",
    "1.0",
    "https://atr.example.org/1.0",
    "https://atr.example.org/KEYS",
)


def test_a_whole_announcement_has_nothing_to_notice() -> None:
    assert all(remark.holds for remark in review_announcement(GOOD))


@pytest.mark.parametrize(
    ("draft", "noticed"),
    [
        (replace(GOOD, to=()), "Nobody gets it"),
        (replace(GOOD, subject="1.0\n2"), "one line"),
        (replace(GOOD, subject="1.0" + "x" * 250), "one line"),
        (replace(GOOD, subject="Demo is out"), "does not name the version"),
        (replace(GOOD, body=GOOD.keys_url), "where the files are"),
        (replace(GOOD, body=GOOD.folder_url), "where the keys are"),
        (replace(GOOD, body=f"{GOOD.body}{{{{ x }}}}"), "double braces"),
        (replace(GOOD, body=f"{GOOD.body}TBD"), "unfinished"),
        (replace(GOOD, body=f"{GOOD.body}{'many words ' * 12}"), "more than 100 characters"),
    ],
)
def test_what_is_missing_is_noticed(draft: Draft, noticed: str) -> None:
    remarks = [remark.sentence for remark in review_announcement(draft) if not remark.holds]
    assert len(remarks) == 1
    assert noticed in remarks[0]


def test_variables_that_are_known_are_filled_in_where_they_stand() -> None:
    values = {"list": "a\nb", "gone": ""}
    typed = "{{ list }}\n{{gone}}\nin line: {{ list }}\n{{ other }} and {{  kept  }}"
    assert fill_known(typed, values) == "a\nb\nin line: a b\n{{ other }} and {{  kept  }}"
