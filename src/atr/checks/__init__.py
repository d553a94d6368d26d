# SPDX-License-Identifier: Apache-2.0
"""The checks: pure functions from opened artifacts to findings, the same on the server and offline."""

from atr.checks.apache_rat import APACHE_RAT
from atr.checks.archive_integrity import ARCHIVE_INTEGRITY
from atr.checks.archive_layout import ARCHIVE_LAYOUT
from atr.checks.binaries import BINARIES
from atr.checks.checksums import CHECKSUMS
from atr.checks.contract import Check
from atr.checks.file_names import FILE_NAMES
from atr.checks.headers import HEADERS
from atr.checks.licences import LICENCES
from atr.checks.parity import PARITY
from atr.checks.previous import PREVIOUS
from atr.checks.rebuild import REBUILD
from atr.checks.secrets import SECRETS
from atr.checks.signatures import SIGNATURE_FACTS, SIGNATURE_PROOFS
from atr.checks.third_party import THIRD_PARTY
from atr.checks.version_control import VERSION_CONTROL
from atr.checks.wheel_records import WHEEL_RECORDS

CHECKS: tuple[Check, ...] = (
    CHECKSUMS,
    SIGNATURE_FACTS,
    SIGNATURE_PROOFS,
    ARCHIVE_INTEGRITY,
    ARCHIVE_LAYOUT,
    WHEEL_RECORDS,
    LICENCES,
    THIRD_PARTY,
    HEADERS,
    APACHE_RAT,
    BINARIES,
    SECRETS,
    FILE_NAMES,
    PARITY,
    PREVIOUS,
    VERSION_CONTROL,
    REBUILD,
)
