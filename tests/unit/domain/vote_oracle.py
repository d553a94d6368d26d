# SPDX-License-Identifier: Apache-2.0
"""The vote as voting.md, section 1, has it, told once more with plain numbers and no part of the program."""

from collections.abc import Iterable
from dataclasses import dataclass

Said = tuple[float, str]
"""Hours after the opening, and what was written."""


@dataclass(frozen=True)
class Voter:
    """Somebody, whether they are binding, whether they left since, and what they said when."""

    name: str
    is_member: bool
    has_left: bool
    history: tuple[Said, ...]


@dataclass(frozen=True)
class Rules:
    """What the policy says."""

    min_hours: int = 72
    min_binding: int = 3
    pause_for_rm: bool = False
    auto_resolve: bool = True


@dataclass
class Course:
    """What became of the vote: when it passed by itself, whether it waits, who was heard, the last count."""

    passed_at: float | None = None
    waits: bool = False
    refused: int = 0
    binding: tuple[int, int, int] = (0, 0, 0)
    community: tuple[int, int, int] = (0, 0, 0)


def tell_course(rules: Rules, voters: Iterable[Voter]) -> Course:
    """Go through everything that was said in order, and close the vote at the first moment it passes."""
    people = list(voters)
    said = sorted(
        (hours, place, text) for place, person in enumerate(people) for hours, text in person.history
    )
    answers: dict[int, str] = {}
    course = Course()
    for hours, place, text in said:
        if course.passed_at is None and hours >= rules.min_hours > 0:
            _close_at(rules, people, answers, course, rules.min_hours)
        if course.passed_at is not None:
            course.refused += 1
            continue
        answers[place] = text
        if hours >= rules.min_hours:
            _close_at(rules, people, answers, course, hours)
    if course.passed_at is None and rules.min_hours > 0:
        last = max([rules.min_hours, *(hours for hours, _, _ in said)])
        _close_at(rules, people, answers, course, rules.min_hours if last == rules.min_hours else last)
    course.binding = _count(people, answers, binding=True)
    course.community = _count(people, answers, binding=False)
    return course


def _close_at(
    rules: Rules, people: list[Voter], answers: dict[int, str], course: Course, hours: float
) -> None:
    if not rules.auto_resolve:
        return
    yes, _, no = _count(people, answers, binding=True)
    if yes >= rules.min_binding and yes > no:
        course.passed_at = hours
        course.waits = rules.pause_for_rm and "-1" in answers.values()


def _count(people: list[Voter], answers: dict[int, str], *, binding: bool) -> tuple[int, int, int]:
    numbers = [0, 0, 0]
    for place, text in answers.items():
        person = people[place]
        is_binding = person.is_member and not person.has_left and text in ("+1", "0", "-1")
        if is_binding == binding:
            numbers[{"+1": 0, "-1": 2}.get(text, 1)] += 1
    return numbers[0], numbers[1], numbers[2]
