# SPDX-License-Identifier: Apache-2.0
"""The rules about parts of third parties."""

from atr.domain.check import Rule, Severity

_POLICY = "ASF 3rd Party License Policy"
_LICENCE = "Licensing policy: LICENSE tells the licence of every bundled part"

NOT_MENTIONED = Rule(
    "third-party.not-mentioned",
    Severity.CONCERN,
    "LICENSE does not mention a part of third parties",
    _LICENCE,
    "Name the part and its licence in LICENSE, and add the licence's text or point to it.",
)
FORBIDDEN = Rule(
    "third-party.forbidden-licence",
    Severity.CONCERN,
    "A part seems to be under a licence of category X",
    f"{_POLICY}: category X must not be included",
    "Read the file: the licence was recognised by its words. Remove the part, or record why it may stay.",
)
WEAK_COPYLEFT = Rule(
    "third-party.weak-copyleft",
    Severity.CONCERN,
    "A source archive seems to hold a part under a licence of category B",
    f"{_POLICY}: category B belongs in binaries only",
    "Read the file: the licence was recognised by its words. Take the part out, or record why it may stay.",
)
UNKNOWN = Rule(
    "third-party.unknown-licence",
    Severity.SUGGESTION,
    "The licence of a part is not known",
    f"{_POLICY}: what is in no category has to be asked",
    "Read the licence, and see which category it belongs to.",
)
LICENCES_FOUND = Rule(
    "third-party.licences",
    Severity.NOTE,
    "Licences of third parties that were found",
    _LICENCE,
    "Compare the list with LICENSE.",
)
RULES = (NOT_MENTIONED, FORBIDDEN, WEAK_COPYLEFT, UNKNOWN, LICENCES_FOUND)
