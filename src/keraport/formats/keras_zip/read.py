"""``.keras`` archives and ``.weights.h5`` files to `ModelFile`. Weights are described, not loaded.

An archive is ``metadata.json``, ``config.json``, ``model.weights.h5`` and, for layers with
vocabularies, ``assets/`` (``saving_lib.save_model``). Nothing of it is unpacked to disk, but an
HDF5 file that somebody compressed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from keraport.dialects import parse_compiled, parse_model
from keraport.errors import DamagedFileError, ForeignFileError
from keraport.formats.hdf5.guard import open_input
from keraport.formats.hdf5.read import attach, converted_by
from keraport.formats.hdf5.source import DatasetBytes
from keraport.formats.keras_zip.archive import Member, read_directory, read_text
from keraport.formats.keras_zip.assets import with_vocabularies
from keraport.formats.keras_zip.classes import STATE
from keraport.formats.keras_zip.matching import CONTAINERS, OPTIMIZER, match
from keraport.formats.keras_zip.shards import weight_files
from keraport.formats.keras_zip.source import MemberBytes
from keraport.formats.keras_zip.tree import Node, read_tree, require_complete
from keraport.formats.keras_zip.window import open_hdf5
from keraport.formats.limits import Budget, parse_json, shown
from keraport.formats.marks import CONVERTED_BY, DATE_SAVED, date_of, understood
from keraport.formats.sniff import sniff
from keraport.formats.stamps import Stamp
from keraport.model import (
    Format,
    Model,
    ModelFile,
    Producer,
    StoredBytes,
    Training,
    Value,
    Weight,
    WeightGroup,
)

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"
COMPILED = "compile_config"
INNER_OPTIMIZER = "inner_optimizer"
"""What wrappers call the optimizer in them."""
_DAMAGED = "the archive is damaged or was not written by Keras: save the model again"


def read_model(path: Path) -> ModelFile:
    """A whole model.

    Raises:
        DamagedFileError: the archive contradicts itself or the format.
        UnsafeFileError: reading on would leave it, or exceed a limit.
        ForeignFileError: it holds what is not read yet; the message names it.
    """
    stamp = Stamp.of(path)
    members = read_directory(path)
    document = _json(path, members, CONFIG)
    metadata = _json(path, members, METADATA)
    model = with_vocabularies(_parsed(path, document), path, members)
    tree = _archive_tree(path, members, stamp)
    groups = match(model, tree, f"{path}: {WEIGHTS}")
    return ModelFile(
        path=path,
        format=Format.KERAS,
        producer=_producer(metadata),
        model=attach(model, groups, path),
        groups=groups,
        training=_training(document, tree),
    )


def read_weights(path: Path, model: Model | None = None) -> ModelFile:
    """The weights of a ``.weights.h5`` file, or of the shards that a ``.weights.json`` names.

    Args:
        path: the file.
        model: the architecture that they belong to. Without it, a layer is called what the file
            calls it, by its own name or by its class and a counter, and its weights are in the
            order of the file.

    Raises:
        As for `read_model`.
    """
    tree = Node("")
    marks = [_add_file(tree, part) for part in weight_files(path)]
    require_complete(tree, str(path))
    groups = _bare_groups(tree) if model is None else match(model, tree, str(path))
    return ModelFile(
        path=path,
        format=Format.KERAS_WEIGHTS,
        producer=Producer(converted_by=next(filter(None, marks), "")),
        model=None if model is None else attach(model, groups, path),
        groups=groups,
    )


def weights_of(path: Path, model: Model) -> tuple[WeightGroup, ...]:
    """The weights of an architecture out of an archive or a ``.weights.h5`` file."""
    if sniff(path) is Format.KERAS:
        tree = _archive_tree(path, read_directory(path), Stamp.of(path))
        return match(model, tree, f"{path}: {WEIGHTS}")
    return read_weights(path, model).groups


def _add_file(tree: Node, path: Path) -> str:
    """Add what a file holds; its mark of keraport is returned, or nothing."""
    stamp = Stamp.of(path)
    with open_input(path) as file:

        def place(location: str) -> StoredBytes:
            return DatasetBytes(path, location, stamp)

        read_tree(file, place, Budget(path, stamp.size), tree)
        return converted_by(file)


def _archive_tree(path: Path, members: dict[str, Member], stamp: Stamp) -> Node:
    if WEIGHTS not in members:
        found = next((name for name in sorted(members) if name.startswith("model.weights")), "")
        raise ForeignFileError(
            f"{path}: there is no {WEIGHTS}"
            + (f", but {shown(found)}, which is not read" if found else ""),
            hint='in the release that wrote it, open it and call model.save("model.keras")',
        )

    def place(location: str) -> StoredBytes:
        return MemberBytes(path, location, stamp, WEIGHTS)

    member = members[WEIGHTS]
    with open_hdf5(path, member) as part:
        tree = read_tree(part.file, place, Budget(path, stamp.size))
    require_complete(tree, f"{path}: {WEIGHTS}")
    return tree


def _parsed(path: Path, document: dict[str, Value]) -> Model:
    try:
        return parse_model({k: v for k, v in document.items() if k != COMPILED})
    except DamagedFileError as error:
        raise DamagedFileError(f"{path}: {CONFIG}: {error.message}", hint=error.hint) from error


def _json(path: Path, members: dict[str, Member], name: str) -> dict[str, Value]:
    if name not in members:
        raise DamagedFileError(f"{path}: there is no {name}", hint=_DAMAGED)
    found = parse_json(read_text(path, members[name]), f"{path}: {name}")
    if not isinstance(found, dict):
        raise DamagedFileError(f"{path}: {name} is no JSON object", hint=_DAMAGED)
    return found


def _producer(metadata: dict[str, Value]) -> Producer:
    version = metadata.get("keras_version")
    return Producer(
        keras_version=version if isinstance(version, str) else "",
        converted_by=understood(metadata.get(CONVERTED_BY)),
        date_saved=date_of(metadata.get(DATE_SAVED)),
    )


def _training(document: dict[str, Value], tree: Node) -> Training | None:
    found = parse_compiled(document.get(COMPILED))
    state = tree.children.get(OPTIMIZER)
    if found is None or state is None:
        return found
    # What a wrapper lists itself is the same once more, and what it counts.
    state = state.children.get(INNER_OPTIMIZER, state)
    variables = [weight for node in state.walk() for weight in node.variables]
    named = (replace(w, name=f"variable_{number}:0") for number, w in enumerate(variables))
    return replace(found, state=tuple(named))


def _bare_groups(tree: Node) -> tuple[WeightGroup, ...]:
    """A group for each layer at the outermost level, in the order of names and their numbers."""
    groups = []
    for name, child in tree.children.items():
        if name in CONTAINERS:
            listed = sorted(child.children.items(), key=_natural)
            groups += [_bare_group(key, node) for key, node in listed]
        elif name not in (*STATE, OPTIMIZER):
            # An attribute of a subclassed model.
            groups.append(_bare_group(name, child))
    return tuple(groups)


def _bare_group(key: str, node: Node) -> WeightGroup:
    weights: list[Weight] = []
    for inner in node.walk():
        below = inner.path.removeprefix(node.path).strip("/")
        parts = (key, below) if below else (key,)
        weights += [replace(w, name="/".join((*parts, w.name))) for w in inner.variables]
    return WeightGroup(node.name or key, tuple(weights))


def _natural(item: tuple[str, Node]) -> tuple[str, int]:
    stem, _, number = item[0].rpartition("_")
    return (stem, int(number)) if stem and number.isdigit() else (item[0], 0)
