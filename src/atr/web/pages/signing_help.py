# SPDX-License-Identifier: Apache-2.0
"""Commands that sign files and write their checksums: for the very files here and the reader's own key."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from atr.domain.artifact_names import is_artifact
from atr.domain.names import FilePath
from atr.services.key_views import KeyView, ListOwnKeys
from atr.services.release_views import ArtifactView
from atr.web.addresses import locate_key
from atr.web.pages.release_frame import Visit

_MOST_NAMED = 12
_ANY_FILE = (
    'for file in *.tar.gz *.zip; do\n  gpg --armor {key}--detach-sign "$file"\n'
    '  sha512sum "$file" > "$file.sha512"\ndone'
)


@dataclass(frozen=True, slots=True)
class SigningHelp:
    """The commands; `title` says for what, the `key` is the one they use, `advice` what to do about keys.

    `lacking` tells whether they are for files that are here and lack something.
    """

    title: str
    commands: str
    key: str
    key_href: str
    advice: str
    advice_href: str
    lacking: bool


def make_signing_help(visit: Visit) -> SigningHelp:
    """Return what helps whoever asks to prepare the files."""
    key = _choose_key(visit)
    artifacts = visit.view.artifacts
    lacking = [each for each in artifacts if _lacks_something(each)]
    option = f"--local-user {key.signing.fingerprint} " if key else ""
    lines = [line for each in lacking[:_MOST_NAMED] for line in _prepare_file(each, option)]
    advice, href = _advise(visit, key)
    return SigningHelp(
        title=_make_title(len(artifacts), len(lacking)),
        commands="\n".join(lines) if lines else _ANY_FILE.format(key=option),
        key=key.signing.fingerprint.upper() if key else "",
        key_href=locate_key(key.signing.fingerprint) if key else "",
        advice=advice,
        advice_href=href,
        lacking=bool(lacking),
    )


def _make_title(artifacts: int, lacking: int) -> str:
    if lacking:
        more = f", for the first {_MOST_NAMED} files" if lacking > _MOST_NAMED else ""
        return f"What the files here still lack{more}"
    if artifacts:
        return "Every file here has its signature and checksum. For others"
    return "Sign every archive, and write its checksum beside it"


def _lacks_something(view: ArtifactView) -> bool:
    artifact = view.artifact
    return is_artifact(artifact.file) and (artifact.signature is None or not artifact.checksums)


def _prepare_file(view: ArtifactView, option: str) -> Iterator[str]:
    """Yield the commands for a file; checksum files name it without folders."""
    artifact = view.artifact
    if artifact.signature is None:
        yield f"gpg --armor {option}--detach-sign {shlex.quote(artifact.file)}"
    if not artifact.checksums:
        yield _write_checksum(artifact.file)


def _write_checksum(path: FilePath) -> str:
    folder, _, name = path.rpartition("/")
    command = f"sha512sum {shlex.quote(name)} > {shlex.quote(f'{name}.sha512')}"
    return f"(cd {shlex.quote(folder)} && {command})" if folder else command


def _choose_key(visit: Visit) -> KeyView | None:
    """Return the asker's key that fits best: one of the project's before any other that can sign."""
    if visit.request.user.user is None:
        return None
    own: Iterable[KeyView] = visit.parts.door.ask(visit.request.user, ListOwnKeys())
    usable = [each for each in own if not each.expired and not each.signing.is_revoked()]
    return max(usable, key=lambda each: visit.key.project in each.projects, default=None)


def _advise(visit: Visit, key: KeyView | None) -> tuple[str, str]:
    """Return what has to be done before a signature counts, with where to do it; nothing if nothing."""
    if visit.request.user.user is None:
        return "", ""
    if key is None:
        return "You have no key here that can sign: add yours first.", "/me/keys"
    if visit.key.project not in key.projects:
        where = f"/projects/{visit.key.project}/keys"
        return f"This key is not one of the keys of {visit.view.project.name} yet: attach it first.", where
    return "", ""
