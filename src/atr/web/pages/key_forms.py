# SPDX-License-Identifier: Apache-2.0
"""The forms by which keys come in, and what is said about those that did not."""

from dataclasses import dataclass
from types import MappingProxyType

from atr.domain.errors import Invalid
from atr.domain.key import RejectedKey
from atr.services.keys import KeyImport
from atr.web.fields import FileBytes, PageForm
from atr.web.forms import FormView

_SECRET_MARKS = ("PRIVATE KEY", "SECRET KEY")


class KeysForm(PageForm):
    """Public keys, pasted or as a file."""

    keys: str = ""
    file: FileBytes = b""

    def read_data(self) -> bytes:
        """Return what was given; raise Invalid when nothing was."""
        if not self.keys and not self.file:
            raise Invalid.field("keys", "Paste a public key, or choose a file.")
        return b"\n".join(filter(None, (self.keys.encode("utf-8", "surrogatepass"), self.file)))


class ReasonForm(PageForm):
    """Why something is done."""

    reason: str = ""


class ProofForm(PageForm):
    """The signature over the text that proves whose a key is."""

    answer: str = ""

    def read_answer(self) -> bytes:
        """Return what was given; raise Invalid when nothing was."""
        if not self.answer.strip():
            raise Invalid.field("answer", "Paste what gpg printed.")
        return self.answer.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of a file of keys."""

    accepted: int
    rejected: tuple[RejectedKey, ...]

    @property
    def summary(self) -> str:
        """Return what happened in a sentence."""
        taken = "1 key was taken" if self.accepted == 1 else f"{self.accepted} keys were taken"
        if not self.rejected:
            return f"{taken}."
        refused = "1 was refused" if len(self.rejected) == 1 else f"{len(self.rejected)} were refused"
        return f"{taken}, {refused}."


def make_report(result: KeyImport) -> ImportReport:
    """Return the report on keys that were read."""
    return ImportReport(len(result.accepted), result.rejected)


def show_again(form: FormView) -> FormView:
    """Return the rejected form as it is shown again; a text with a private key is never sent back."""
    text = form.value("keys")
    kept = {} if any(mark in text for mark in _SECRET_MARKS) else {"keys": text}
    errors = {name: f"{message[:1].upper()}{message[1:]}" for name, message in form.errors.items()}
    return FormView(MappingProxyType(kept), MappingProxyType(errors), form.reasons)
