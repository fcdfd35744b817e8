"""Names of releases as people write them: ``1.12``, ``tensorflow==2.3.0``, ``TF 1.15``, ``latest``.

What is typed is taken apart into a product and a version; which release that is, the table says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from keraport.records import dataclass

_TYPED: Final = re.compile(
    r"(?P<product>tensorflow(?:[-_ ]?(?:cpu|gpu))?|tf[-_. ]?keras|tf|keras)?"
    r"[-_ @:v=]*"
    r"(?P<version>[0-9]+(?:\.[0-9]+)*(?:\.x)?|latest|newest)",
    re.IGNORECASE,
)
_MOST_DIGITS: Final = 6
_WORDS: Final = frozenset({"latest", "newest"})


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed.

    Args:
        product: ``tf``, ``keras`` or ``tf_keras``; empty where only a version was typed.
        version: its numbers, as far as they were typed; none for the newest there is.
    """

    product: str
    version: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """A release that a name may mean.

    Args:
        id: of the release.
        product: whose version it is.
        version: its numbers.
        is_ready: can be converted from and to.
    """

    id: str
    product: str
    version: tuple[int, ...]
    is_ready: bool


def parse(text: str) -> Typed | None:
    """Product and version in a name; None if it is no name of a release."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None
    product = re.sub(r"[-_. ]", "_", (found["product"] or "").lower())
    product = "tf" if product.startswith("tensorflow") else product
    product = "tf_keras" if product in ("tfkeras", "tf_keras") else product
    version = found["version"].lower()
    if version in _WORDS:
        return Typed(product, ())
    numbers = version.removesuffix(".x").split(".")
    if any(len(number) > _MOST_DIGITS for number in numbers):
        return None
    return Typed(product, numbers_of(".".join(numbers)))


@lru_cache(maxsize=4096)
def numbers_of(version: str) -> tuple[int, ...]:
    """``1.12.0`` as numbers; what follows the last one is left out (``2.1.6-tf``)."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(number) for number in found[0].split(".")) if found else ()


def meant(typed: Typed, offered: Sequence[Offered]) -> Offered | None:
    """The release that a name means: that minor version, or the newest of a major one.

    A patch version that has no release of its own means the next one of its minor version, or the
    newest. Where a version is left open, only releases that convert are meant.

    Args:
        typed: the name.
        offered: the releases there are, oldest first; one may be offered under several products.
    """
    fitting = [item for item in offered if item.product == (typed.product or "tf")]
    wanted = typed.version
    if len(wanted) >= 2:
        minor = [item for item in fitting if item.version[:2] == wanted[:2]]
        patches = sorted({item.version for item in minor})
        later = [version for version in patches if len(wanted) > 2 and version >= wanted]
        patch = next(iter([*later[:1], *patches[-1:]]), None)
        return next((item for item in minor if item.version == patch), None)
    open_ended = [item for item in fitting if item.version[: len(wanted)] == wanted]
    ready = [item for item in open_ended if item.is_ready]
    return ready[-1] if ready else None


def nearest(typed: Typed, offered: Iterable[Offered]) -> Offered | None:
    """The release whose version is nearest, to be suggested; of another product if none fits."""
    ready = [item for item in offered if item.is_ready]
    same = [item for item in ready if item.product == (typed.product or "tf")] or ready
    if all(item.version < typed.version for item in same):
        return max(same, key=lambda item: item.version, default=None)
    return min(same, key=lambda item: _distance(typed.version, item.version), default=None)


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    length = max(len(one), len(other))
    padded = ((*version, *(0,) * (length - len(version))) for version in (one, other))
    return tuple(abs(a - b) for a, b in zip(*padded, strict=True))
