# SPDX-License-Identifier: Apache-2.0
"""The form of a vote policy: a field left empty inherits, so each says what it would inherit."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from atr.domain.names import MailAddress
from atr.domain.policy import LONGEST_CHECKLIST, PolicyChange
from atr.schema.names import MailText
from atr.services.policies import PolicyView
from atr.web.components import Option
from atr.web.fields import PageForm, SeveralWords
from atr.web.pages.policy_rows import say_field

_SWITCHES = {"yes": True, "no": False}
_Switch = Literal["yes", "no"]


class PolicyForm(PageForm):
    """A policy as somebody wants it; `edition` is the one that was shown."""

    edition: int
    mail_to: Annotated[tuple[MailText, ...], SeveralWords] = ()
    min_hours: int | None = None
    min_binding: int | None = None
    manual_vote: _Switch | None = None
    auto_resolve: _Switch | None = None
    pause_for_rm: _Switch | None = None
    release_checklist: Annotated[str, Field(max_length=LONGEST_CHECKLIST)] = ""

    @property
    def change(self) -> PolicyChange:
        """Return what is to be set; what was left empty inherits."""
        return PolicyChange(
            mail_to=tuple(map(MailAddress, self.mail_to)) or None,
            min_hours=self.min_hours,
            min_binding=self.min_binding,
            manual_vote=_SWITCHES.get(self.manual_vote or ""),
            auto_resolve=_SWITCHES.get(self.auto_resolve or ""),
            pause_for_rm=_SWITCHES.get(self.pause_for_rm or ""),
            release_checklist=self.release_checklist.replace("\r\n", "\n") or None,
        )


@dataclass(frozen=True, slots=True)
class SwitchField:
    """A field that is yes, no, or inherited."""

    name: str
    label: str
    hint: str
    value: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class PolicyFields:
    """What stands in the form, and under each field what it would inherit."""

    edition: int
    mail_to: str
    mail_to_hint: str
    min_hours: str
    min_hours_hint: str
    min_binding: str
    min_binding_hint: str
    switches: tuple[SwitchField, ...]
    release_checklist: str
    checklist_hint: str


def make_policy_fields(view: PolicyView) -> PolicyFields:
    """Return the fields as the policy is set now."""
    own, inherited = view.own, view.inherited
    return PolicyFields(
        edition=view.edition,
        mail_to="\n".join(own.mail_to or ()),
        mail_to_hint=f"Left empty: {say_field(inherited, 'mail_to')}.",
        min_hours=_write(own.min_hours),
        min_hours_hint=f"In hours; with 0 it closes as soon as it passes. Left empty: {inherited.min_hours}.",
        min_binding=_write(own.min_binding),
        min_binding_hint=f"Left empty: {inherited.min_binding}. The foundation's number can only be raised.",
        switches=(
            _make_switch(
                view,
                "manual_vote",
                "The vote is held elsewhere",
                "The project votes on its list, and the release manager records the result here.",
            ),
            _make_switch(
                view,
                "auto_resolve",
                "Close a vote by itself",
                "As soon as its time is over and it has passed; otherwise somebody closes it by hand.",
            ),
            _make_switch(
                view,
                "pause_for_rm",
                "Wait for the release manager",
                "After a vote has passed nothing goes on by itself.",
            ),
        ),
        release_checklist=own.release_checklist or "",
        checklist_hint=f"What a voter should look at, in Markdown. Left empty: {_say_checklist(view)}.",
    )


def _write(value: int | None) -> str:
    return "" if value is None else str(value)


def _make_switch(view: PolicyView, name: str, label: str, hint: str) -> SwitchField:
    own: bool | None = getattr(view.own, name)
    options = (
        Option("", f"Inherit ({say_field(view.inherited, name)})"),
        Option("yes", "Yes"),
        Option("no", "No"),
    )
    value = "" if own is None else "yes" if own else "no"
    return SwitchField(name, label, hint, value, options)


def _say_checklist(view: PolicyView) -> str:
    inherited = say_field(view.inherited, "release_checklist")
    return "no checklist" if inherited == "none" else f"the inherited one of {inherited}"
