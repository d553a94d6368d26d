# SPDX-License-Identifier: Apache-2.0
"""What the guide says about each step to a first release."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from atr.domain.first_release import GuideStep


@dataclass(frozen=True, slots=True)
class StepText:
    """A step in words: what to do, why or how, what the button says, commands if it takes some."""

    title: str
    text: str
    label: str
    commands: str = ""


STEP_TEXTS: Final[Mapping[GuideStep, StepText]] = MappingProxyType(
    {
        GuideStep.SIGN_IN: StepText(
            "Sign in",
            "Everybody can look. To do something, ATR has to know who you are.",
            "Sign in",
        ),
        GuideStep.JOIN: StepText(
            "Be a release manager of a project",
            "A member of the project's committee puts you on its roster. Members can prepare releases too.",
            "Look at the projects",
        ),
        GuideStep.ADD_KEY: StepText(
            "Add your signing key",
            "People verify with it that the files come from you. Give ATR the public half; the private one "
            "never leaves your machine.",
            "Add your key",
            "gpg --full-generate-key\ngpg --armor --export you@example.org",
        ),
        GuideStep.ATTACH_KEY: StepText(
            "Let your key sign for the project",
            "A key counts once it stands among the project's keys, and so in its KEYS file.",
            "Open the project's keys",
        ),
        GuideStep.BEGIN: StepText(
            "Begin a candidate",
            "Choose the version. It can be used once, so that nobody ever finds other files under it.",
            "Begin a candidate",
        ),
        GuideStep.UPLOAD: StepText(
            "Add the files",
            "The source archive, its signature and its checksum; packages for convenience if you have any. "
            "Everything is checked as it arrives.",
            "Add files",
            "gpg --armor --detach-sign example-1.0.tar.gz\n"
            "sha512sum example-1.0.tar.gz > example-1.0.tar.gz.sha512",
        ),
        GuideStep.SETTLE: StepText(
            "Settle what the checks found",
            "Repair what you can and add the files again. What has to stay is acknowledged or waived, with a "
            "reason that everybody can read.",
            "Look at the checks",
        ),
        GuideStep.SEAL: StepText(
            "Seal the revision",
            "From then on one digest names exactly these files, and nobody can change them.",
            "Open the release",
        ),
        GuideStep.VOTE: StepText(
            "Start the vote",
            "ATR writes the mail to the project's list from what it knows; you read it before it leaves.",
            "Open the vote",
        ),
        GuideStep.PASS: StepText(
            "Let the project vote",
            "It usually takes three days and three binding +1. Answer questions on the list; ATR counts.",
            "See the count",
        ),
        GuideStep.PUBLISH: StepText(
            "Let ATR publish it",
            "The voted bytes go to the download area and to every channel, and are compared there. Where a "
            "registry wants a person, the release's page says what to do.",
            "Open the release",
        ),
        GuideStep.ANNOUNCE: StepText(
            "Announce it",
            "Read the announcement and send it. It leaves when the public downloads answer.",
            "Open the announcement",
        ),
    }
)
