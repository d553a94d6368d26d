# SPDX-License-Identifier: Apache-2.0
"""The draft of an announcement: plain text, wrapped, from facts alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote

from atr.domain.artifact import Artifact, FileEntry, group_artifacts
from atr.domain.mail_defaults import DEFAULT_TEMPLATES
from atr.domain.mail_layout import Letter, fill, flatten
from atr.domain.mail_template import MailTemplate, TemplateKind, render_template

_MOST_LISTED = 25


@dataclass(frozen=True, slots=True)
class AnnouncementFacts:
    """What an announcement tells; `folder_url` is where the files are, `summary` the result of the vote."""

    foundation: str
    title: str
    project_name: str
    description: str
    homepage: str
    folder_url: str
    keys_url: str
    files: tuple[FileEntry, ...]
    summary: str
    release: str = ""


def write_announcement(facts: AnnouncementFacts, template: MailTemplate | None = None) -> Letter:
    """Write the draft that the release manager may change."""
    return render_template(template or DEFAULT_TEMPLATES[TemplateKind.ANNOUNCEMENT], list_values(facts))


def list_values(facts: AnnouncementFacts) -> dict[str, str]:
    """Return what each variable of an announcement stands for."""
    artifacts = group_artifacts(entry.path for entry in facts.files)
    team = flatten(facts.project_name)
    return {
        "foundation": flatten(facts.foundation),
        "title": flatten(facts.title),
        "release": facts.release,
        "project": team,
        "description": fill(flatten(facts.description)),
        "folder_url": facts.folder_url,
        "checksums": _list_checksums(artifacts, facts.files),
        "verification": _explain_verification(facts, artifacts),
        "summary": flatten(facts.summary),
        "more": f"More about {team}:\n{facts.homepage}" if facts.homepage else "",
    }


def _list_checksums(artifacts: Sequence[Artifact], files: Sequence[FileEntry]) -> str:
    digests = {entry.path: entry.content.sha512.hex for entry in files}
    shown = [f"{digests[artifact.file]}  {artifact.file}" for artifact in artifacts[:_MOST_LISTED]]
    hidden = len(artifacts) - len(shown)
    more = [f"and {hidden} more files at the address above"] if hidden else []
    return "\n".join(["SHA-512:", *shown, *more]) if shown else ""


def _explain_verification(facts: AnnouncementFacts, artifacts: Sequence[Artifact]) -> str:
    keys = f"The project's keys:\n{facts.keys_url}"
    signed = next(((each.file, each.signature) for each in artifacts if each.signature), None)
    if signed is None:
        return keys
    file, signature = (quote(path.name) for path in signed)
    command = f"  curl {facts.keys_url} | gpg --import\n  gpg --verify {signature} {file}"
    return f"{keys}\n\nTo verify a download with them:\n\n{command}"
