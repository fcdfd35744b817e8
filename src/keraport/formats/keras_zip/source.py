"""Values of weights in ``.keras`` archives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from keraport.errors import InputFileError
from keraport.formats.hdf5.source import DatasetSource
from keraport.formats.keras_zip.archive import read_directory, unpacked
from keraport.formats.keras_zip.window import open_hdf5
from keraport.formats.stamps import CHANGED, StampedBytes
from keraport.model import Weight
from keraport.model.weights import Array
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class MemberBytes(StampedBytes):
    """A dataset in an HDF5 file in an archive.

    Args:
        member: the HDF5 file; ``location`` is the path of the dataset in it.
    """

    member: str


def open_source(stored: StampedBytes) -> MemberSource:
    """The archive of a dataset; see `keraport.formats.sources`."""
    return MemberSource(stored)


class MemberSource:
    """The HDF5 file of an archive. Its checksum is checked before the first value is given."""

    def __init__(self, stored: StampedBytes) -> None:
        if not isinstance(stored, MemberBytes):
            raise TypeError(f"{stored.path}: a {type(stored).__name__} lies in no archive")
        members = read_directory(stored.path)
        if stored.member not in members:
            raise InputFileError(f"{stored.path}: changed since it was read", hint=CHANGED)
        member = members[stored.member]
        if not member.deflated:
            for _ in unpacked(stored.path, member):
                pass
        self._stack = ExitStack()
        part = self._stack.enter_context(open_hdf5(stored.path, member, known=True))
        self.datasets = DatasetSource(stored, part)

    def blocks(self, weight: Weight, stored: StampedBytes) -> Iterator[Array]:
        """The values of a dataset; see `Source.blocks`."""
        return self.datasets.blocks(weight, stored)

    def close(self) -> None:
        """Close the archive."""
        self._stack.close()
