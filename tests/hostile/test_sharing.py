"""Small files whose parts are shared so often, or are so tiny, that they cost much."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import dense, save_model
from tests.hostile.bounds import allowed, cost
from tests.hostile.saved_models import Directory

from keraport.formats.checkpoint import checkpoint_pb2 as ck
from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.checkpoint.table import FOOTER, MAGIC
from keraport.formats.checkpoint.write_table import varint

SECONDS = 12


def _saved(edit: Callable[[Directory], None], directory: Directory | None = None) -> Directory:
    made = directory or Directory({"a": [0]}, [(3, 2)])
    edit(made)
    return made


def one_tensor_of_many_layers() -> Directory:
    names = [f"d{number}" for number in range(400)]
    return Directory({name: [0] for name in names}, [(1000, 1000)], units=1000)


def all_variables_in_all_layers() -> Directory:
    names = [f"d{number}" for number in range(3000)]
    return Directory(dict.fromkeys(names, range(3000)), [()] * 3000)


def a_ring_of_layers() -> Directory:
    """Layers without lists of variables, each of which holds the next."""

    def edit(made: Directory) -> None:
        count, first = 6000, len(made.graph.nodes)
        for number in range(count):
            node = made.node()
            node.children.add(node_id=first + (number + 1) % count, local_name="next")
            made.graph.nodes[0].children.add(node_id=first + number, local_name=f"layer-{number}")
            node.user_object.metadata = json.dumps({"name": f"n{number}"})

    return _saved(edit)


def many_names_of_one_layer() -> Directory:
    def edit(made: Directory) -> None:
        layer = next(c.node_id for c in made.graph.nodes[0].children if c.local_name == "layer-0")
        metadata = json.dumps({"name": "a", "more": [0] * 400_000})
        made.graph.nodes[layer].user_object.metadata = metadata
        for number in range(1, 3000):
            made.graph.nodes[0].children.add(node_id=layer, local_name=f"layer-{number}")

    return _saved(edit)


def kinds_of_slots(count: int) -> Callable[[], Directory]:
    def build() -> Directory:
        def edit(made: Directory) -> None:
            root = made.graph.nodes[0]
            metadata = root.user_object.metadata
            root.user_object.metadata = metadata[:-1] + ', "training_config": {"loss": "mse"}}'
            root.children.add(node_id=len(made.graph.nodes), local_name="optimizer")
            optimizer = made.node()
            for number in range(count):
                optimizer.slot_variables.add(
                    original_variable_node_id=made.first,
                    slot_name=f"s{number}",
                    slot_variable_node_id=made.first,
                )

        return _saved(edit)

    return build


def tiny(message: str, count: int = 4_000_000) -> Callable[[Path], Path]:
    """Empty entries, two bytes each, behind a sound graph."""
    fields = {
        "objects": (2, 7, 1),
        "children of an object": (2, 7, 1, 1),
        "dimensions": (2, 7, 1, 7, 2, 2),
        "nodes of the graph": (2, 2, 1),
        "functions": (2, 2, 2, 1),
        "tags": (2, 1, 4),
        "signatures": (2, 5),
    }
    *outer, last = fields[message]

    def build(folder: Path) -> Path:
        path = Directory({"a": [0]}, [(3, 2)]).write(folder / "bad")
        data = bytes([last << 3 | 2, 0]) * count
        for number in reversed(outer):
            data = bytes([number << 3 | 2]) + varint(len(data)) + data
        with (path / "saved_model.pb").open("ab") as file:
            file.write(data)
        return path

    return build


def tiny_metadata(folder: Path) -> Path:
    path = Directory({"a": [0]}, [(3, 2)]).write(folder / "bad")
    (path / "keras_metadata.pb").write_bytes(b"\x0a\0" * 4_000_000)
    return path


def _index(folder: Path, blocks: list[bytes], handles: list[tuple[int, int]]) -> Path:
    """An index of these blocks, and of what the handles (number of a block) say."""
    out = bytearray()
    places = [_append(out, block) for block in blocks]
    index = b"".join(
        _entry(0, b"%08d" % at, places[number]) for at, (number, _) in enumerate(handles)
    )
    footer = _append(out, _block(b"")) + _append(out, _block(index))
    path = folder / "bad.index"
    path.write_bytes(bytes(out) + footer.ljust(FOOTER - len(MAGIC), b"\0") + MAGIC)
    (folder / "bad.data-00000-of-00001").write_bytes(b"")
    return folder / "bad"


def _entry(shared: int, key: bytes, value: bytes) -> bytes:
    return varint(shared) + varint(len(key)) + varint(len(value)) + key + value


def _block(entries: bytes) -> bytes:
    return entries + (0).to_bytes(4, "little") + (1).to_bytes(4, "little")


def _append(out: bytearray, block: bytes) -> bytes:
    start = len(out)
    out += block + b"\0" + masked(extend(0, block + b"\0")).to_bytes(4, "little")
    return varint(start) + varint(len(block))


_HEADER = _entry(0, b"", ck.Header(num_shards=1).SerializeToString())


def _scalar() -> bytes:
    entry = ck.Entry(dtype=1)
    entry.shape.dim.add(size=0)
    return entry.SerializeToString()


def many_handles_of_one_block(folder: Path) -> Path:
    rows = [_HEADER, *(_entry(0, b"k%06d" % number, _scalar()) for number in range(3000))]
    return _index(folder, [_block(b"".join(rows))], [(0, 0)] * 100_000)


def keys_that_share_their_beginning(length: int) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        rows = [_HEADER, _entry(0, b"k" * length, _scalar())]
        rows += [_entry(length, b"%06d" % number, _scalar()) for number in range(40_000)]
        return _index(folder, [_block(b"".join(rows))], [(0, 0)])

    return build


def tiny_tensors(folder: Path) -> Path:
    rows = [_HEADER, *(_entry(0, b"%x" % number, _scalar()) for number in range(900_000))]
    return _index(folder, [_block(b"".join(rows))], [(0, 0)])


def tiny_parts(folder: Path) -> Path:
    entry = ck.Entry(dtype=1).SerializeToString() + b"\x3a\0" * 4_000_000
    return _index(folder, [_block(_HEADER + _entry(0, b"k", entry))], [(0, 0)])


def a_part_many_times(folder: Path) -> Path:
    """Each part is an entry of its own; the whole names one of them again and again."""
    whole = ck.Entry(dtype=1)
    whole.shape.dim.add(size=1 << 40)
    for _ in range(5000):
        whole.slices.add().extent.add(start=0, length=1 << 20)
    rows = [_HEADER, _entry(0, b"k", whole.SerializeToString())]
    rows += [_entry(0, b"z%06d" % number, _scalar()) for number in range(6000)]
    return _index(folder, [_block(b"".join(rows))], [(0, 0)])


def a_ring_of_objects(folder: Path) -> Path:
    made = Directory({"a": [0]}, [(3, 2)])
    count, first = 6000, len(made.graph.nodes)
    for number in range(count):
        node = made.node()
        node.children.add(node_id=first + (number + 1) % count, local_name="next")
        made.graph.nodes[0].children.add(node_id=first + number, local_name=f"c{number}")
    return made.write(folder / "bad") / "variables" / "variables"


def objects_with_all_variables(folder: Path) -> Path:
    made = Directory({"a": [0]}, [()] * 3000)
    listed = len(made.graph.nodes)
    node = made.node()
    for number in range(3000):
        node.children.add(node_id=made.first + number, local_name=f"w{number}")
    for number in range(3000):
        made.graph.nodes[0].children.add(node_id=len(made.graph.nodes), local_name=f"c{number}")
        made.node().children.add(node_id=listed, local_name="inner")
    return made.write(folder / "bad") / "variables" / "variables"


def tiny_objects(folder: Path) -> Path:
    made = Directory({"a": [0]}, [(3, 2)])
    made.entries.clear()
    path = made.write(folder / "bad")
    graph = made.tracked.SerializeToString() + b"\x0a\0" * 4_000_000
    made.strings(b"_CHECKPOINTABLE_OBJECT_GRAPH", [graph])
    from keraport.formats.checkpoint.write_table import table_bytes

    (path / "variables" / "variables.index").write_bytes(table_bytes(made.entries))
    (path / "variables" / "variables.data-00000-of-00001").write_bytes(made.data)
    return path / "variables" / "variables"


def _written(build: Callable[[], Directory]) -> Callable[[Path], Path]:
    return lambda folder: build().write(folder / "bad")


CASES: list[tuple[str, Callable[[Path], Path], str]] = [
    ("one tensor of 400 layers", _written(one_tensor_of_many_layers), "100 times"),
    ("3,000 variables in 3,000 layers", _written(all_variables_in_all_layers), "weights in"),
    ("a ring of layers", _written(a_ring_of_layers), "share so many parts"),
    ("3,000 names of one layer", _written(many_names_of_one_layer), ""),
    ("9,000 kinds of slots", _written(kinds_of_slots(9_000)), ""),
    ("40,000 kinds of slots", _written(kinds_of_slots(40_000)), "weights in"),
    *((f"tiny {name}", tiny(name), "entries in") for name in (
        "objects", "children of an object", "dimensions", "nodes of the graph", "functions", "tags",
        "signatures",
    )),
    ("tiny metadata", tiny_metadata, "entries in"),
    ("handles of one block", many_handles_of_one_block, "lies in the one before"),
    ("keys of 100 KB", keys_that_share_their_beginning(100_000), "a key of 100000 bytes"),
    ("keys of 16 KB", keys_that_share_their_beginning(16_000), "in all"),
    ("tiny tensors", tiny_tensors, "entries in"),
    ("tiny parts", tiny_parts, "entries in"),
    ("a part many times", a_part_many_times, "is missing"),
    ("a ring of objects", a_ring_of_objects, "share so many parts"),
    ("all variables in all objects", objects_with_all_variables, "weights in"),
    ("tiny objects of a checkpoint", tiny_objects, "entries in"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("build", "words"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_sharing_is_paid_for(tmp_path: Path, build: Callable[[Path], Path], words: str) -> None:
    good = save_model(tmp_path / "good.h5", [dense("a")])
    path = build(tmp_path)
    status, used, seconds, said = cost(["inspect", str(path)], good)
    assert status == (4 if words else 0), said
    assert words in said
    assert seconds < SECONDS
    assert used < allowed(*(item for item in tmp_path.rglob("*") if item.is_file()))
