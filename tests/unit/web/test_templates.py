# SPDX-License-Identifier: Apache-2.0
"""What holds for every template."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment

from atr.web.assets import Assets
from atr.web.glossary import find_word
from atr.web.rendering import TEMPLATE_DIRECTORY, build_environment

TEMPLATES = sorted(TEMPLATE_DIRECTORY.rglob("*.html"))


@pytest.fixture(scope="module")
def environment() -> Environment:
    return build_environment(Assets())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(TEMPLATE_DIRECTORY)))
def test_every_template_can_be_read_and_keeps_the_rules_of_pages(
    template: Path, environment: Environment
) -> None:
    source = template.read_text()
    environment.get_template(str(template.relative_to(TEMPLATE_DIRECTORY)))
    words = re.findall(r"\bterm\(\s*\"([^\"\\]+)\"", source)

    assert [word for word in words if find_word(word) is None] == [], "not in the glossary"
    assert re.findall(r"<script(?![^>]* nonce=\"{{ frame.nonce }}\")[^>]*>", source) == [], "without a nonce"
    assert re.findall(r"<style|<[a-z][^>]*?\s(?:style|on[a-z]+)=", source) == [], "inside a page"


def test_an_unknown_word_stands_as_it_is(environment: Environment) -> None:
    assert render(environment, 'term("gizmo")') == "gizmo"
    assert render(environment, 'term("gizmo", "gizmos")') == "gizmos"


def test_a_deadline_is_exact_without_a_script(environment: Environment) -> None:
    shown = render(environment, "deadline(at)")

    assert "2026-03-12 14:05 UTC</time>" in shown
    assert 'data-deadline="2026-03-12T14:05:00Z"' in shown


def render(environment: Environment, call: str) -> str:
    source = '{% from "components/texts.html" import term, deadline %}{{ ' + call + " }}"
    return environment.from_string(source).render(at=datetime(2026, 3, 12, 14, 5, tzinfo=UTC)).strip()
