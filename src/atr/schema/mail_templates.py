# SPDX-License-Identifier: Apache-2.0
"""The wording of mails on the wire."""

from pydantic import Field

from atr.domain.mail import LONGEST_SUBJECT
from atr.domain.mail_template import LONGEST_TEMPLATE, TemplateKind
from atr.schema.wire import UtcTime, WireAnswer, WireRequest


class TemplatePut(WireRequest):
    """A wording; leaving both fields out goes back to the foundation's."""

    subject: str | None = Field(default=None, max_length=LONGEST_SUBJECT)
    body: str | None = Field(default=None, max_length=LONGEST_TEMPLATE)


class TemplatePreviewPost(TemplatePut):
    """What to show: a wording, or the saved one, filled in for a release or with samples."""

    release: str | None = Field(default=None, description="PROJECT[/PRODUCT]/VERSION; null: sample values")


class VariableAnswer(WireAnswer):
    """Something that a template may name."""

    name: str
    meaning: str


class TemplateAnswer(WireAnswer):
    """The wording in force, and what may stand in it."""

    project: str
    kind: TemplateKind
    subject: str
    body: str
    version: int = Field(description="How many wordings were saved; 0 is the foundation's.")
    own: bool = Field(description="Whether the project words it itself.")
    variables: tuple[VariableAnswer, ...]
    permitted: tuple[str, ...]


class TemplateVersionAnswer(WireAnswer):
    """One saved wording; null where the foundation's was chosen again."""

    version: int
    subject: str | None
    body: str | None
    saved_at: UtcTime
    saved_by: str | None


class MailPreviewAnswer(WireAnswer):
    """A mail as it would be sent."""

    kind: TemplateKind
    to: tuple[str, ...]
    subject: str
    body: str
