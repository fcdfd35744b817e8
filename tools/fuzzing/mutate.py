"""Damage to bytes, as disks, networks and attackers do it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from random import Random

_WIDTHS = {1: "<B", 2: "<H", 4: "<I", 8: "<Q"}
_INTERESTING = (0, 1, 2, 7, 8, 16, 127, 128, 255, 256, 4096, 65535, 1 << 20, 1 << 30)

Mutation = Callable[[bytearray, Random, Sequence[bytes]], None]


def mutate(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """One to eight mutations, few more often than many.

    Args:
        data: a sound file.
        random: decides.
        others: sound files to take pieces from.
    """
    changed = bytearray(data)
    for _ in range(1 + min(7, int(random.expovariate(0.7)))):
        if changed:
            random.choice(_MUTATIONS)(changed, random, others)
    return bytes(changed)


def _flip(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _byte(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    data[random.randrange(len(data))] = random.choice(
        (0, 1, 0x7F, 0x80, 0xFF, random.randrange(256))
    )


def _number(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    """An integer at some place, with a value at which sums and loops go wrong."""
    width = random.choice((1, 2, 4, 8))
    place = _place(data, random, width)
    if place is None:
        return
    most = (1 << (8 * width)) - 1
    value = random.choice((*_INTERESTING, most, most - 1, most >> 1, (most >> 1) + 1, len(data)))
    struct.pack_into(_WIDTHS[width], data, place, value & most)


def _nudge(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    """A length or an address that is a little off."""
    width = random.choice((1, 2, 4, 8))
    place = _place(data, random, width)
    if place is None:
        return
    (value,) = struct.unpack_from(_WIDTHS[width], data, place)
    value += random.choice((-16, -8, -1, 1, 8, 16))
    struct.pack_into(_WIDTHS[width], data, place, value & ((1 << (8 * width)) - 1))


def _address(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    """Something that looks like an address leads elsewhere in the file."""
    places = [
        place
        for place in (8 * random.randrange(max(1, len(data) // 8)) for _ in range(64))
        if place + 8 <= len(data) and 0 < struct.unpack_from("<Q", data, place)[0] < len(data)
    ]
    if places:
        target = random.randrange(len(data))
        struct.pack_into("<Q", data, random.choice(places), target & ~7)


def _copy(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    size = random.choice((4, 8, 16, 40, 96, 512))
    start, end = random.randrange(len(data)), random.randrange(len(data))
    data[end : end + size] = data[start : start + size]


def _fill(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    size = random.choice((8, 32, 512, 4096))
    start = random.randrange(len(data))
    data[start : start + size] = bytes([random.choice((0, 0xFF))]) * len(data[start : start + size])


def _splice(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    other = random.choice(others)
    if other:
        start, size = random.randrange(len(other)), random.choice((8, 64, 512, 4096))
        place = random.randrange(len(data))
        data[place : place + size] = other[start : start + size]


def _truncate(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    del data[random.randrange(len(data)) :]


def _delete(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    place = random.randrange(len(data))
    del data[place : place + random.choice((1, 2, 8, 64))]


def _insert(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    place = random.randrange(len(data))
    data[place:place] = random.randbytes(random.choice((1, 2, 8, 64)))


def _place(data: bytearray, random: Random, width: int) -> int | None:
    """Where an integer may stand: aligned more often than not."""
    if len(data) < width:
        return None
    place = random.randrange(len(data) - width + 1)
    return place - place % width if random.random() < 0.7 else place


# A cut ends most readings at once, so that it comes seldom.
_MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _byte, _number, _nudge, _address, _copy, _fill, _splice) * 3,
    *(_truncate, _delete, _insert),
)
