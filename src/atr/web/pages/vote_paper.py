# SPDX-License-Identifier: Apache-2.0
"""The ballot paper: the checklist to tick, the three answers, and what somebody said before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from atr.domain.checklist import ChecklistPart, read_checklist
from atr.domain.evidence import DONE, EvidenceItem
from atr.domain.vote import Ballot, Choice, Round
from atr.web.components import Option
from atr.web.forms import FormView
from atr.web.markdown import render_inline, render_markdown

_WORDED = frozenset({EvidenceItem.PLATFORM, EvidenceItem.VERIFIED, EvidenceItem.OTHER})
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One of the three answers; `key` chooses it on a keyboard."""

    value: str
    hint: str
    tone: str
    key: str


CHOICES = (
    ChoiceView(Choice.FOR, "Release it", "good", "+"),
    ChoiceView(Choice.ABSTAIN, "No opinion", "neutral", "0"),
    ChoiceView(Choice.AGAINST, "Do not release it", "bad", "-"),
)


@dataclass(frozen=True, slots=True)
class PaperPart:
    """A piece of the checklist: words, or with a value something to tick."""

    text: Markup
    more: Markup
    depth: int = 0
    value: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What somebody fills in to vote; `has_voted` tells that there is an earlier answer."""

    form: FormView
    manifest_digest: str
    standing: str
    parts: tuple[PaperPart, ...]
    options: tuple[Option, ...]
    has_voted: bool = False
    choices: tuple[ChoiceView, ...] = CHOICES

    @property
    def has_ticks(self) -> bool:
        """Tell whether the project's own checklist has anything to tick."""
        return any(part.value for part in self.parts)


def make_paper(vote: Round, form: FormView, standing: str, mine: Ballot | None = None) -> Paper:
    """Return the paper; what was typed stands in it, otherwise what somebody said before."""
    said = mine.evidence if mine is not None else _NOTHING
    return Paper(
        form=form if form.values or mine is None else FormView(_recall(mine)),
        manifest_digest=str(vote.manifest_digest),
        standing=standing,
        parts=tuple(_show_part(part, said) for part in read_checklist(vote.policy.release_checklist)),
        options=tuple(_list_options(said)),
        has_voted=mine is not None,
    )


def read_ticks(ticks: tuple[str, ...]) -> dict[str, str]:
    """Return what was ticked as evidence; a tick may carry the words that were given earlier."""
    parted = (tick.partition("=") for tick in ticks)
    return {name: said or DONE for name, _, said in parted}


def _write_tick(name: str, said: Mapping[str, str]) -> str:
    words = said.get(name, DONE)
    return name if words == DONE else f"{name}={words}"


def _recall(mine: Ballot) -> dict[str, object]:
    ticked = [_write_tick(name, mine.evidence) for name in mine.evidence if name != EvidenceItem.PLATFORM]
    platform = mine.evidence.get(EvidenceItem.PLATFORM, "")
    return {"choice": str(mine.choice), "comment": mine.comment, "done": ticked, "platform": platform}


def _show_part(part: ChecklistPart, said: Mapping[str, str]) -> PaperPart:
    if not part.number:
        return PaperPart(render_markdown(part.text), Markup())
    more = render_markdown(part.more) if part.more else Markup()
    return PaperPart(render_inline(part.text), more, min(part.depth, 3), _write_tick(part.name, said))


def _list_options(said: Mapping[str, str]) -> Iterator[Option]:
    for item in EvidenceItem:
        if item is not EvidenceItem.PLATFORM and (item not in _WORDED or item in said):
            words = said.get(item, DONE)
            yield Option(_write_tick(item, said), item.label, "" if words == DONE else words)
