# SPDX-License-Identifier: Apache-2.0
"""What the help says about phases and words."""

from collections.abc import Mapping
from types import MappingProxyType

from atr.domain.lifecycle import Phase

PHASES: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.COMPOSE: "Files are added, replaced and removed. Each change makes a new revision.",
        Phase.EVALUATE: "The revision is sealed: no file changes any more. Blockers are repaired or waived, "
        "concerns acknowledged.",
        Phase.TEST: "Optional: the sealed files are put where testers get them, and nobody else.",
        Phase.VOTE: "The project votes on exactly the sealed bytes; a podling's sponsor votes after it.",
        Phase.FAILED: "The vote did not pass. The record stays; a new candidate can be composed.",
        Phase.DISTRIBUTE: "The voted files are put into the download area and on every channel.",
        Phase.ANNOUNCE: "The announcement is written. It leaves when the public downloads answer with the "
        "voted bytes.",
        Phase.RELEASED: "The normal life of a release.",
        Phase.ARCHIVED: "Replaced by a newer release; kept for ever.",
        Phase.REVOKED: "Taken back for a reason that everybody can read.",
        Phase.ABANDONED: "Given up before it was released.",
        Phase.END_OF_LIFE: "Its product line gets no more releases.",
    }
)
"""What happens in each phase."""
WORDS = (
    ("Project", "What a PMC runs."),
    (
        "Podling",
        "A project on its way in; its sponsor, another project, votes a second time.",
    ),
    ("Product line", "A part of a project that is released by itself. The main one has the key main."),
    ("Release", "One version of a product line."),
    ("Candidate", "A release that has not passed its vote yet."),
    ("Revision", "A numbered snapshot of a release's files that never changes."),
    ("Manifest digest", "The fingerprint of all files of a revision together: it names the voted bytes."),
    ("Artifact", "A file with its signature and its checksums."),
    ("Check", "An automatic examination of files. What it reports is a finding."),
    ("Severity", "How much a finding matters: errors and blockers stop a release, concerns need a word."),
    ("Waiver", "A recorded decision to accept a finding."),
    ("Round", "One round of asking in a vote."),
    ("Ballot", "One person's present answer; a later one replaces it, and both stay readable."),
    ("Binding", "Said of the votes of PMC members: only they decide whether a release passes."),
    ("Tally", "The count of a round."),
    ("Channel", "A place to distribute to, such as a package registry."),
    ("Event", "One recorded fact: who did what, where and when. None is ever altered."),
)
"""The words of these pages, each with what it means here."""
