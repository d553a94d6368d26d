# SPDX-License-Identifier: Apache-2.0
"""What the help says about phases."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from atr.domain.lifecycle import Phase


@dataclass(frozen=True, slots=True)
class PhaseText:
    """A phase explained: in one sentence, at length, and what people do in it, one entry each."""

    short: str
    long: str
    deeds: tuple[str, ...]


PHASES: Final[Mapping[Phase, PhaseText]] = MappingProxyType(
    {
        Phase.COMPOSE: PhaseText(
            "Files are added, replaced and removed. Each change makes a new revision.",
            "A candidate begins here, without files. Whatever is uploaded becomes a new numbered revision, "
            "is kept for ever and is examined at once, so that faults show long before anybody votes.",
            (
                "The release manager uploads the archives with their signatures and checksums.",
                "Everybody may look at the files and at what the checks found.",
                "When nothing is in the way, the release manager seals the revision.",
            ),
        ),
        Phase.EVALUATE: PhaseText(
            "The revision is sealed: no file changes any more. Blockers are repaired or waived, concerns "
            "acknowledged.",
            "One digest now names exactly these files. The project decides about every finding that is left: "
            "a concern is acknowledged by name, a blocker waived for a reason that everybody can read. To "
            "repair a file, the candidate is opened again, and sealed anew.",
            (
                "The release manager or the committee decides about the findings.",
                "Two people agree to a waiver: one gives the reason, another confirms it.",
                "When nothing is in the way, the release manager starts the vote.",
            ),
        ),
        Phase.TEST: PhaseText(
            "Optional: the sealed files are put where testers get them, and nobody else.",
            "Some registries have a side for testers. The sealed files go there first, are read back and "
            "compared, so that people can install the candidate as they will install the release.",
            (
                "ATR stages the files on each channel that was chosen, and compares what it reads back.",
                "Testers install the candidate with the commands that its page shows.",
                "The release manager starts the vote.",
            ),
        ),
        Phase.VOTE: PhaseText(
            "The project votes on exactly the sealed bytes; a podling's sponsor votes after it.",
            "The vote is called for on the project's mailing list and held here, by mail, or both. It passes "
            "with three binding +1, unless the policy asks for more, and more binding +1 than -1, once the "
            "hours are over. Nobody can change a file meanwhile.",
            (
                "Everybody may look, test and vote; the votes of PMC members are binding.",
                "A vote can be changed until the round is closed, and every answer stays readable.",
                "ATR counts. After the deadline it closes what passed, or waits for the release manager.",
            ),
        ),
        Phase.FAILED: PhaseText(
            "The vote did not pass. The record stays; a new candidate can be composed.",
            "The count and every ballot stay readable. What was objected to is repaired in a new revision "
            "of the same version, or the candidate is given up.",
            ("The release manager opens the candidate again, or abandons it.",),
        ),
        Phase.DISTRIBUTE: PhaseText(
            "The voted files are put into the download area and on every channel.",
            "ATR carries exactly the voted bytes to each place where people get them, and compares what "
            "it reads back. What a place keeps for ever is marked as the point of no return before that.",
            (
                "ATR does what it can by itself, and goes on after a failure where it stopped.",
                "Where a registry wants a person, the release's page says what to do there.",
                "When every required channel answers with the voted bytes, the announcement is next.",
            ),
        ),
        Phase.ANNOUNCE: PhaseText(
            "The announcement is written. It leaves when the public downloads answer with the voted bytes.",
            "A draft is made from the release itself. The release manager reads it, changes what needs "
            "changing, and sends it. It waits until the downloads answer, so that nobody is told too early.",
            (
                "The release manager reads the draft and approves it.",
                "ATR checks the public downloads, then sends the mail.",
            ),
        ),
        Phase.RELEASED: PhaseText(
            "The normal life of a release.",
            "People download and install it, and can verify it offline. ATR keeps looking whether every "
            "place still answers with the voted bytes.",
            (
                "Nothing has to be done.",
                "When a newer release replaces it, the release manager archives it.",
            ),
        ),
        Phase.ARCHIVED: PhaseText(
            "Replaced by a newer release; kept for ever.",
            "Its files have moved to the archive and are no longer offered first. Nothing is ever deleted.",
            ("Nothing has to be done.",),
        ),
        Phase.REVOKED: PhaseText(
            "Taken back for a reason that everybody can read.",
            "Its files are taken out of the downloads, and people are told not to use it. Channels from "
            "which it can be withdrawn are listed on its page.",
            ("Whoever manages the release withdraws it from the channels that allow it.",),
        ),
        Phase.ABANDONED: PhaseText(
            "Given up before it was released.",
            "The version cannot be used again. The record stays, with every event.",
            ("Nothing has to be done: compose a new candidate with another version.",),
        ),
        Phase.END_OF_LIFE: PhaseText(
            "Its product line gets no more releases.",
            "The files stay where they are, and their page says that nothing will be repaired any more.",
            ("Nothing has to be done.",),
        ),
    }
)
"""What happens in each phase."""
