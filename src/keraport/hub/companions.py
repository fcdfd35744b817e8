"""Layers of companions that no release has."""

from __future__ import annotations

from typing import Final

from keraport.hub.row import Mask, Row

ROWS: Final = (Row("WithMask", mask=Mask.MADE),)
