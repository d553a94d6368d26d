# SPDX-License-Identifier: Apache-2.0
"""Templates say all their faults at once, and filled in they are mail that nothing breaks out of."""

import pytest
from hypothesis import given
from hypothesis.strategies import text

from atr.domain.errors import Invalid
from atr.domain.mail import is_one_line
from atr.domain.mail_defaults import DEFAULT_TEMPLATES
from atr.domain.mail_layout import WIDTH
from atr.domain.mail_template import (
    LONGEST_TEMPLATE,
    VARIABLES,
    MailTemplate,
    TemplateKind,
    check_template,
    list_variables,
    render_template,
)

KIND = TemplateKind.BALLOT_RECEIPT


def list_problems(subject: str, body: str, kind: TemplateKind = KIND) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        check_template(kind, MailTemplate(subject, body))
    return [(problem.field, problem.message) for problem in refused.value.problems]


def render(body: str, **values: str) -> str:
    return render_template(MailTemplate("x", body), values).body


@pytest.mark.parametrize("kind", TemplateKind)
def test_the_foundations_wording_is_right_and_fills_in(kind: TemplateKind) -> None:
    template = DEFAULT_TEMPLATES[kind]
    check_template(kind, template)
    letter = render_template(template, {each.name: each.sample for each in list_variables(kind)})
    assert is_one_line(letter.subject)
    assert "{{" not in letter.subject + letter.body
    assert "\n\n\n" not in letter.body
    assert all(len(line) <= WIDTH for line in letter.body.split("\n"))


def test_every_variable_has_one_name_and_is_of_use_somewhere() -> None:
    names = [variable.name for variable in VARIABLES]
    assert len(set(names)) == len(names)
    assert all(variable.kinds and variable.meaning and variable.sample for variable in VARIABLES)


def test_all_problems_are_told_at_once() -> None:
    problems = list_problems("{{ who }}\n", "Hi {{ voter }},\n{{ outcome }} {{No One}}\n{{ choice \n}}")
    assert problems == [
        ("subject", "The subject must be one line that is not empty."),
        ("subject", "Line 1 of the subject: there is no variable 'who' in this mail."),
        ("body", "Line 2 of the body: there is no variable 'outcome' in this mail."),
        ("body", "Line 2 of the body: there is no variable 'No One' in this mail."),
        ("body", "Line 3 of the body: braces without their counterpart; write {{ name }}."),
        ("body", "Line 4 of the body: braces without their counterpart; write {{ name }}."),
    ]


def test_lengths_and_characters_have_limits() -> None:
    fields = [field for field, _ in list_problems("s" * 251, "b" * (LONGEST_TEMPLATE + 1) + "\ud800")]
    assert fields == ["subject", "body", "body"]
    assert list_problems("s", " \n") == [("body", "Write a text.")]


def test_a_line_of_its_own_takes_many_lines_or_goes() -> None:
    body = "Hello,\n\n{{ comment }}\n\nBye {{ voter }}\n"
    assert render(body, comment="> a\n>\n> b", voter="Amy") == "Hello,\n\n> a\n>\n> b\n\nBye Amy\n"
    assert render(body, comment="", voter="Amy") == "Hello,\n\nBye Amy\n"
    assert render("{{ comment }}\n\nBye", comment="") == "Bye\n"


def test_long_lines_are_broken_but_not_what_is_indented_or_cannot_be() -> None:
    words = "word " * 30
    assert max(map(len, render(words).split("\n"))) <= WIDTH
    assert render(f"  {words}".rstrip()) == f"  {words}".rstrip() + "\n"
    assert max(map(len, render("Dear {{ voter }}", voter=words).split("\n"))) <= WIDTH
    address = "https://example.org/" + "a" * 100
    assert render("{{ url }}", url=address) == f"{address}\n"


def test_a_value_is_never_a_template_nor_a_line_of_its_own_within_a_line() -> None:
    assert render("by {{ voter }}.", voter="{{ choice }}\n+1") == "by {{ choice }} +1.\n"


@given(text(max_size=200))
def test_no_value_breaks_a_subject(value: str) -> None:
    letter = render_template(MailTemplate("Re: {{ voter }}", "x"), {"voter": value})
    assert is_one_line(letter.subject)
    assert len(letter.subject) <= 250
