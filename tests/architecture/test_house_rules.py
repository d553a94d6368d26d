# SPDX-License-Identifier: Apache-2.0
"""The sources keep the house rules, and each rule would notice if they did not."""

import pytest

from tests.architecture.rules import RULES
from tests.architecture.rules.rule import Rule
from tests.architecture.source_tree import list_sources

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@each_rule
def test_the_sources_keep_the_rule(rule: Rule) -> None:
    breaches = [
        breach
        for source in list_sources()
        if rule.applies_to(source)
        for breach in rule.list_breaches(source)
    ]
    assert breaches == []


@each_rule
def test_the_rule_refuses_its_sample(rule: Rule) -> None:
    assert rule.applies_to(rule.sample)
    assert rule.list_breaches(rule.sample) != []
