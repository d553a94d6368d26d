# SPDX-License-Identifier: Apache-2.0
"""Many findings of one rule: so many one by one, the rest as a number."""

from atr.checks.finding_list import FindingList
from atr.domain.check import Rule, Severity

RULE = Rule("a.b", Severity.CONCERN, "Title", "Clause", "Fix")
OTHER = Rule("a.c", Severity.NOTE, "Title", "Clause", "Fix")


def test_few_findings_are_told_one_by_one() -> None:
    found = FindingList("x.tar.gz", limit=2)
    found.add(RULE, "x/a", "is odd.", {"kind": "odd"})
    found.add(RULE, "x/b", "is odd.")
    assert [(each.member, each.message, dict(each.data)) for each in found.conclude()] == [
        ("x/a", "x/a is odd.", {"kind": "odd"}),
        ("x/b", "x/b is odd.", {}),
    ]


def test_the_rest_is_a_number_for_each_rule() -> None:
    found = FindingList("x.tar.gz", limit=2)
    for number in range(5):
        found.add(RULE, f"x/{number}", "is odd.")
    found.add(OTHER, "x/a", "is fine.")
    *_, rest = found.conclude()
    assert (rest.rule, rest.member, rest.message, dict(rest.data)) == (
        "a.b",
        None,
        "There are 3 more of these.",
        {"count": 5},
    )
    assert len(list(found.conclude())) == 4


def test_what_was_only_counted_is_added() -> None:
    found = FindingList("x.tar.gz")
    found.count(RULE, 7)
    found.count(RULE, 2)
    (rest,) = found.conclude()
    assert rest.message == "There are 9 more of these."
