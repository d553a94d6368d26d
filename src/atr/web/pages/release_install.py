# SPDX-License-Identifier: Apache-2.0
"""How a candidate is installed for a test, as the pages of a release show it."""

from dataclasses import dataclass

from atr.domain.package import INSTALLABLE_PHASES
from atr.services.install_commands import ListInstallCommands
from atr.web.pages.release_frame import Visit


@dataclass(frozen=True, slots=True)
class InstallView:
    """What to type for one client, one command a line."""

    id: str
    client: str
    text: str


def list_installs(visit: Visit) -> tuple[InstallView, ...]:
    """Return the commands by client; none for what cannot be installed now, or holds no packages."""
    if visit.view.release.phase not in INSTALLABLE_PHASES:
        return ()
    texts: dict[str, list[str]] = {}
    for command in visit.parts.door.ask(visit.request.user, ListInstallCommands(visit.key)):
        texts.setdefault(command.client, []).append(command.text)
    return tuple(
        InstallView(f"install-{client.lower()}", client, "\n".join(lines)) for client, lines in texts.items()
    )
