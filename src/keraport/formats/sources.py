"""The values of weights, whatever the format of the file that they lie in.

A format adds itself by a subclass of `StampedBytes`, which its reader of models puts into weights,
and a `Source`, which gives the values at such a place. Every writer takes them from `Sources`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import numpy as np

from keraport.errors import InputFileError
from keraport.formats.stamps import CHANGED, Stamp, StampedBytes
from keraport.formats.watching import advance
from keraport.model import StoredBytes, Weight
from keraport.model.weights import Array, Constant, Transformed

BLOCK_BYTES: Final = 8 << 20
"""Most bytes of a weight that are held in memory, unless it has to be transformed."""


class Source(Protocol):
    """A file that is open, read-only, for the values of its weights."""

    def blocks(self, weight: Weight, stored: StampedBytes) -> Iterator[Array]:
        """The values at a place in the file.

        Args:
            weight: tells the shape and dtype that were found when the model was read.
            stored: the place.

        Yields:
            flat arrays of ``numpy_dtype(weight.dtype)``, together all elements in C order, each of
            at most `BLOCK_BYTES` unless the format cannot do that.

        Raises:
            DamagedFileError: the values cannot be read.
            UnsafeFileError: they do not lie in the file.
            InputFileError: the file is not what was read before.
        """

    def close(self) -> None:
        """Close the file."""


_OPENERS: Final = {
    "BundleBytes": "keraport.formats.checkpoint.source:open_source",
    "DatasetBytes": "keraport.formats.hdf5.source:open_source",
    "MemberBytes": "keraport.formats.keras_zip.source:open_source",
}
"""Subclass of `StampedBytes`: what opens its file, a function of the place. Imported when used."""


class Sources:
    """The files that weights come from, each opened once, read-only; a context manager."""

    def __init__(self) -> None:
        self._open: dict[Path, Source] = {}
        self._stamps: dict[Path, Stamp] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def source(self, stored: StoredBytes) -> tuple[Source, StampedBytes]:
        """The open file of a place.

        Raises:
            InputFileError: the file changed since the model was read.
        """
        if not isinstance(stored, StampedBytes):
            raise TypeError(f"{stored.path}: nothing reads a {type(stored).__name__}")
        if stored.path not in self._open:
            if Stamp.of(stored.path) != stored.stamp:
                raise InputFileError(f"{stored.path}: changed since it was read", hint=CHANGED)
            self._stamps[stored.path] = stored.stamp
            opened = _opener(stored)(stored)
            self._stack.callback(opened.close)
            self._open[stored.path] = opened
        return self._open[stored.path], stored

    def blocks(self, weight: Weight) -> Iterator[Array]:
        """The values of a weight in flat pieces; errors as for `Source.blocks`."""
        match weight.stored:
            case Constant(values):
                yield np.frombuffer(values, numpy_dtype(weight.dtype))
            case Transformed():
                yield self.values(weight).reshape(-1)
            case stored:
                source, place = self.source(stored)
                for block in source.blocks(weight, place):
                    advance(block.nbytes)
                    yield block

    def values(self, weight: Weight) -> Array:
        """The values of a weight as one array; errors as for `Source.blocks`."""
        match weight.stored:
            case Transformed(function=function) as transformed:
                made = np.ascontiguousarray(function(*map(self.values, transformed.origins)))
                # ascontiguousarray makes a scalar a vector.
                made = made.reshape(weight.shape) if weight.count == made.size == 1 else made
                if (made.shape, made.dtype.name) != (weight.shape, weight.dtype):
                    raise ValueError(
                        f"{weight.name}: became {made.dtype.name} {made.shape}, "
                        f"expected {weight.dtype} {weight.shape}"
                    )
                return made
            case _:
                whole = np.empty(weight.count, numpy_dtype(weight.dtype))
                start = 0
                for block in self.blocks(weight):
                    whole[start : start + block.size] = block
                    start += block.size
                return whole.reshape(weight.shape)

    def require_unchanged(self) -> None:
        """Check that no source was written meanwhile.

        Raises:
            InputFileError: one was.
        """
        for path, stamp in self._stamps.items():
            if Stamp.of(path) != stamp:
                raise InputFileError(f"{path}: changed while it was converted", hint=CHANGED)


def numpy_dtype(name: str) -> np.dtype[np.generic]:
    """The dtype of that name; ``bfloat16`` is that of the ml_dtypes package."""
    if name == "bfloat16":
        from ml_dtypes import bfloat16

        found: np.dtype[np.generic] = np.dtype(bfloat16)
        return found
    return np.dtype(name)


def bytes_of(weight: Weight) -> int:
    """How many bytes a weight has in memory."""
    return weight.count * numpy_dtype(weight.dtype).itemsize


def bytes_read_for(weight: Weight) -> int:
    """How many bytes are read from files to write a weight; words, whose size varies, are none."""
    match weight.stored:
        case Constant():
            return 0
        case Transformed(origins=origins):
            return sum(map(bytes_read_for, origins))
        case _:
            return 0 if weight.dtype == "string" else bytes_of(weight)


def _opener(stored: StampedBytes) -> Callable[[StampedBytes], Source]:
    module, _, function = _OPENERS[type(stored).__name__].partition(":")
    found: Callable[[StampedBytes], Source] = getattr(import_module(module), function)
    return found
