# SPDX-License-Identifier: Apache-2.0
"""A text that nobody reads by accident."""

from dataclasses import dataclass, field

_SHOWN = "Secret('***')"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A secret; printing, logging or formatting it shows stars, `reveal` gives the text."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """Return the text itself; call it only where the text is used up."""
        return self._text

    def __repr__(self) -> str:
        return _SHOWN

    def __str__(self) -> str:
        return _SHOWN
