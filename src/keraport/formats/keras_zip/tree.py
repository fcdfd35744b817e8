"""The groups of a ``.weights.h5`` file: variables as Keras numbers them, by path.

``saving_lib._save_state`` (Keras 2.12 to 3) puts the variables of an object at ``path`` into
``path/vars/0``, ``path/vars/1``, ...; Keras 3.6 and later add the object's name as an attribute of
``vars``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field

import h5py
from h5py import h5g

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.hdf5.attributes import read_text
from keraport.formats.hdf5.guard import (
    address_of,
    describe,
    library_errors,
    open_dataset,
    open_path,
)
from keraport.formats.limits import PATH_COMPONENTS, Budget, components, shown
from keraport.model import StoredBytes, Weight
from keraport.records import dataclass

VARS = "vars"
GROUPS = 100_000
"""Most groups in a file."""
_DAMAGED = "the file is damaged or was not written by Keras: save the model again"

Locate = Callable[[str], StoredBytes]
"""Makes the place of a weight out of the path of its dataset."""


@dataclass(slots=True)
class Node:
    """An object that was saved.

    Args:
        path: its group, e.g. ``layers/dense_1``; empty for the model itself.
        name: as the file gives it; empty where it does not.
        numbered: its own variables by number.
        children: what it holds, by the name of the attribute, or the class and a counter.
    """

    path: str
    name: str = ""
    numbered: dict[int, Weight] = field(default_factory=dict)
    children: dict[str, Node] = field(default_factory=dict)

    @property
    def variables(self) -> tuple[Weight, ...]:
        """Its own variables in order; named by their number."""
        return tuple(self.numbered[number] for number in sorted(self.numbered))

    def walk(self) -> Iterator[Node]:
        """This and every node in it, without recursion."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children.values()))

    @property
    def holds_variables(self) -> bool:
        """True if any variable is in it, at any depth."""
        return any(node.variables for node in self.walk())


def read_tree(file: h5py.File, place: Locate, budget: Budget, root: Node | None = None) -> Node:
    """What the file holds; no values are read.

    Args:
        file: as it is open.
        place: makes the places of weights.
        budget: what the file may describe.
        root: what other shards of the same weights hold, to be added to.

    Raises:
        DamagedFileError: variables are not numbered, or are no arrays.
        UnsafeFileError: links that leave the file or make a ring; more than a model needs.
    """
    where = str(file.filename)
    root = root or Node("")
    seen = {address_of(file.id, where)}
    pending = [(root, file)]
    while pending:
        node, group = pending.pop()
        for name in _names(group, where):
            path = f"{node.path}/{name}".lstrip("/")
            parts = components(path, where)
            if len(seen) > GROUPS or len(parts) > PATH_COMPONENTS:
                raise UnsafeFileError(
                    f"{where}: more groups than a model needs, at {shown(path)}", hint=_DAMAGED
                )
            found = open_path(group, (name,), f"{where}: {shown(path)}")
            if not isinstance(found, h5g.GroupID):
                raise DamagedFileError(
                    f"{where}: {shown(path)} is no group, expected variables in groups "
                    f"called {VARS!r}",
                    hint=_DAMAGED,
                )
            address = address_of(found, f"{where}: {shown(path)}")
            if address in seen:
                raise UnsafeFileError(
                    f"{where}: {shown(path)} stands in two places of the file", hint=_DAMAGED
                )
            seen.add(address)
            inner = h5py.Group(found)
            if name == VARS:
                name = (read_text(inner, "name") or b"").decode("utf-8", "replace")
                node.name = node.name or name
                _add_variables(node, inner, place, budget, where)
            else:
                child = node.children.setdefault(name, Node(path))
                pending.append((child, inner))
    return root


def require_complete(root: Node, where: str) -> None:
    """Check that no variable is missing.

    Raises:
        DamagedFileError: one is.
    """
    for node in root.walk():
        count = len(node.numbered)
        if count and max(node.numbered) != count - 1:
            raise DamagedFileError(
                f"{where}: {shown(node.path)} holds {count} variables of "
                f"{max(node.numbered) + 1}, expected them numbered from 0 on",
                hint="copy or download every part of the file again",
            )


def _add_variables(
    node: Node, group: h5py.Group, place: Locate, budget: Budget, where: str
) -> None:
    path = f"{node.path}/{VARS}".lstrip("/")
    for name in _names(group, where):
        if not (name.isascii() and name.isdigit() and str(int(name[:9])) == name):
            raise DamagedFileError(
                f"{where}: {shown(path)} holds {shown(name)}, expected variables numbered from "
                "0 on",
                hint="objects that save their own state are not supported yet",
            )
        here = f"{where}: weight {shown(f'{path}/{name}')}"
        if int(name) in node.numbered:
            raise DamagedFileError(f"{here}: stands in two files", hint=_DAMAGED)
        shape, dtype = describe(open_dataset(group, (name,), here), budget, here)
        node.numbered[int(name)] = Weight(name, shape, dtype, place(f"/{path}/{name}"))


def _names(group: h5py.Group, where: str) -> list[str]:
    found: list[str] = []

    def collect(name: bytes) -> bool | None:
        found.append(name.decode("utf-8", "surrogateescape"))
        return True if len(found) > GROUPS else None

    with library_errors(where):
        group.id.links.iterate(collect)
    if len(found) > GROUPS:
        raise UnsafeFileError(f"{where}: a group of more than {GROUPS} names", hint=_DAMAGED)
    return found
