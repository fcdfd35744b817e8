"""The families of `coverage.tables` as Keras 3.15 spells them, and those that it alone has."""

from __future__ import annotations

from sweep.tables import arguments, attention, layers, preprocessing, random_images, spectrograms
from sweep.tables.inherited import inherited

OWN = (arguments, layers, attention, spectrograms, preprocessing, random_images)
FAMILIES = (*inherited(), *(family for table in OWN for family in table.FAMILIES))
