"""A package of layers: modules that import each other, and files that only hand on."""

from .layers import *
from .layers.combined import Combined
from .losses import share_of_hits
from .util import Hits

Mixed = Combined


def of(make, size=4):
    return (make, [(size,)])


CASES = {
    "package_scaled": of(lambda: [Scaled()]),
    "package_doubled": of(lambda: [Doubled()]),
    "package_mixed": of(lambda: [Mixed(), Hits()]),
}
