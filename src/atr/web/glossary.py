# SPDX-License-Identifier: Apache-2.0
"""The words of these pages: what each means here, and the anchor under which the glossary explains it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

WORDS_PATH: Final = "/help/words"


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its meaning in a sentence or two; `also` are other ways in which pages say it."""

    name: str
    text: str
    subject: str
    also: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """Return the anchor of the word on the glossary page."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def href(self) -> str:
        """Return where the glossary explains the word."""
        return f"{WORDS_PATH}#{self.slug}"


_WHAT = "What is released"
_BYTES = "Files and proof"
_CHECKS = "Checks"
_VOTE = "Voting"
_REACH = "Going public"
_WHO = "People"

WORDS: Final[tuple[Word, ...]] = (
    Word("Project", "What a committee runs, with its product lines, people, keys and rules.", _WHAT),
    Word("Podling", "A project on its way in; its sponsor, another project, votes a second time.", _WHAT),
    Word(
        "Product line",
        "A part of a project that is released by itself. The main one has the key main.",
        _WHAT,
        ("product",),
    ),
    Word("Release", "One version of a product line.", _WHAT),
    Word("Candidate", "A release that has not passed its vote yet.", _WHAT, ("release candidate",)),
    Word(
        "Stage",
        "Candidate, current or archived: which releases are offered to whom. It follows from the phase.",
        _WHAT,
    ),
    Word("Phase", "Where a release is on its way, from compose to released. It is always in one.", _WHAT),
    Word("Revision", "A numbered snapshot of a release's files that never changes.", _BYTES),
    Word(
        "Sealed",
        "Said of the revision that goes to the vote: no file of the candidate changes any more.",
        _BYTES,
        ("seal", "sealing"),
    ),
    Word(
        "Manifest digest",
        "The fingerprint of all files of a revision together: it names the voted bytes.",
        _BYTES,
    ),
    Word("Artifact", "A file with its signature and its checksums.", _BYTES, ("file triple",)),
    Word(
        "Signature",
        "Proof that the holder of a signing key had exactly this file; it stands beside it as .asc.",
        _BYTES,
    ),
    Word(
        "Checksum",
        "A short number computed from a file, such as its SHA-512: another file has another.",
        _BYTES,
        ("checksums", "digest"),
    ),
    Word(
        "Signing key",
        "An OpenPGP key with which somebody signs releases. ATR holds only its public half.",
        _BYTES,
        ("key",),
    ),
    Word("Fingerprint", "The forty characters that name one signing key and no other.", _BYTES),
    Word(
        "KEYS",
        "The file with a project's public keys, against which everybody verifies its releases.",
        _BYTES,
        ("keys file",),
    ),
    Word(
        "SBOM",
        "A software bill of materials: the list of what a file is made of, for machines to read.",
        _BYTES,
        ("bill of materials",),
    ),
    Word(
        "Attestation",
        "A signed statement about a file, such as that it passed a vote. It can be verified offline.",
        _BYTES,
    ),
    Word("Check", "An automatic examination of files. What it reports is a finding.", _CHECKS),
    Word("Finding", "One thing that a check noticed, with the place, the reason and the repair.", _CHECKS),
    Word(
        "Severity",
        "How much a finding matters: error, blocker, concern, suggestion or note.",
        _CHECKS,
    ),
    Word("Error", "A file that could not be examined at all. It keeps a candidate from its vote.", _CHECKS),
    Word(
        "Blocker",
        "A finding that keeps a candidate from its vote until it is repaired or waived.",
        _CHECKS,
        ("blockers",),
    ),
    Word(
        "Concern",
        "A finding that somebody has to acknowledge by name before the vote.",
        _CHECKS,
        ("concerns",),
    ),
    Word("Acknowledgement", "A word that somebody has seen a concern, and why it may stay.", _CHECKS),
    Word("Waiver", "A recorded decision to accept a finding, with its reason and its end.", _CHECKS),
    Word("Vote", "The project's decision on exactly the sealed bytes, in one round of asking.", _VOTE),
    Word("Round", "One round of asking in a vote. A podling's release needs two.", _VOTE),
    Word(
        "Ballot",
        "One person's present answer; a later one replaces it, and both stay readable.",
        _VOTE,
        ("ballots",),
    ),
    Word(
        "Binding vote",
        "The vote of a PMC member: only these decide whether a release passes.",
        _VOTE,
        ("binding",),
    ),
    Word(
        "Community vote",
        "The vote of anybody else. It is counted and read, and does not decide.",
        _VOTE,
        ("non-binding vote", "community"),
    ),
    Word(
        "Tally",
        "The count of a round: to pass it takes three binding +1, unless the policy says another number, "
        "and more binding +1 than -1.",
        _VOTE,
    ),
    Word(
        "Deadline",
        "When a round may be closed at the earliest. It stays open longer if it has not passed by then.",
        _VOTE,
    ),
    Word(
        "Vote policy",
        "The rules of a project's votes: hours, mailing lists, checklist and how many +1 it takes.",
        _VOTE,
        ("policy",),
    ),
    Word("Receipt", "What a voter gets to prove later that the ballot was counted.", _VOTE),
    Word("Platform", "A kind of place for packages, such as npm, PyPI or Maven Central.", _REACH),
    Word("Channel", "A configured place on a platform to distribute to.", _REACH, ("channels",)),
    Word("Distribution", "One release on one channel.", _REACH),
    Word("Staging", "Putting the bytes where only testers get them.", _REACH, ("staged",)),
    Word(
        "Promotion",
        "Making the staged bytes the public ones, without uploading them again.",
        _REACH,
        ("promote",),
    ),
    Word(
        "Point of no return",
        "The step after which a place keeps the files for ever, whatever is decided later.",
        _REACH,
    ),
    Word("Drift", "A place that answers with other bytes than were voted on. ATR keeps looking.", _REACH),
    Word(
        "Download area",
        "Where the files of current and archived releases are got, with their keys and proofs.",
        _REACH,
    ),
    Word(
        "Announcement",
        "The mail that tells people of a release. It leaves when the downloads answer with the voted bytes.",
        _REACH,
    ),
    Word(
        "PMC",
        "The project management committee. Its members decide for the project; their votes are binding.",
        _WHO,
        ("PMC member", "committee"),
    ),
    Word("Release manager", "Who prepares a release and takes its steps. The PMC gives the role.", _WHO),
    Word("Committer", "Who works on a project without being on its committee.", _WHO),
    Word("Visitor", "Everybody else: looks, tests and votes, with as little data as possible.", _WHO),
    Word("Roster", "Who is on a project's committee, who are its committers and its release managers.", _WHO),
    Word(
        "Sysadmin", "Who runs this server. Sysadmins configure and repair; their votes are not binding.", _WHO
    ),
    Word("Automation", "A program that acts for a project within limits. It never votes.", _WHO),
    Word("Event", "One recorded fact: who did what, where and when. None is ever altered.", _WHO),
)
"""The words by subject, each subject together, in the order in which people meet them."""

_BY_NAME: Mapping[str, Word] = MappingProxyType(
    {name.lower(): word for word in WORDS for name in (word.name, *word.also)}
)


def find_word(name: str) -> Word | None:
    """Return the word by its name or another way of saying it, whatever its case; None for an unknown one."""
    return _BY_NAME.get(name.lower())
