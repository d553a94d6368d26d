# SPDX-License-Identifier: Apache-2.0
"""Archives made to harm whoever reads them; `python -m tests.support.hostile DIR` writes them all."""

from tests.support.hostile.sample import Hostile
from tests.support.hostile.streams import STREAMS
from tests.support.hostile.tars import HARMLESS, TARS
from tests.support.hostile.zips import ZIPS

SAMPLES: tuple[Hostile, ...] = (*TARS, *STREAMS, *ZIPS)

__all__ = ["HARMLESS", "SAMPLES", "Hostile"]
