"""Checkpoints made to do harm, or damaged: each is refused with a typed error."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.hostile.saved_models import Directory, string_bytes

from keraport.errors import DamagedFileError, InputFileError, UnsafeFileError, UsageError
from keraport.formats import read
from keraport.formats.checkpoint import checkpoint_pb2 as pb
from keraport.formats.checkpoint.bundle import open_bundle
from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.checkpoint.object_graph import KEY
from keraport.formats.checkpoint.slices import slice_key
from keraport.formats.checkpoint.table import read_table
from keraport.formats.checkpoint.write_table import table_bytes, varint
from keraport.formats.sources import Sources

GOLDEN = Path(__file__).parents[1] / "formats" / "golden" / "checkpoints"
Entries = dict[bytes, bytes]


def copied(name: str, folder: Path, release: str = "tf2.3") -> Path:
    for path in (GOLDEN / release).glob(f"{name}.*"):
        shutil.copy(path, folder)
    return folder / name


def everything(path: Path) -> None:
    """Read all that a conversion would."""
    file = read(path)
    with Sources() as sources:
        for group in file.groups:
            for weight in group.weights:
                sources.values(weight)


def rewritten(path: Path, change: Callable[[Entries], None]) -> Path:
    """The index with other entries, and sound checksums."""
    index = path.with_name(f"{path.name}.index")
    entries = read_table(index.read_bytes(), index)
    change(entries)
    index.write_bytes(table_bytes(entries))
    return path


def changed(key: bytes, **fields: object) -> Callable[[Entries], None]:
    """An entry with some fields set anew."""

    def change(entries: Entries) -> None:
        entry = pb.Entry.FromString(entries[key])
        for name, value in fields.items():
            setattr(entry, name, value)
        entries[key] = entry.SerializeToString()

    return change


@pytest.mark.parametrize("name", ["saver", "keras"])
@pytest.mark.parametrize("suffix", ["index", "data-00000-of-00001"])
def test_a_flipped_bit_anywhere_is_noticed_or_does_not_matter(
    name: str, suffix: str, tmp_path: Path
) -> None:
    path = copied(name, tmp_path)
    file = tmp_path / f"{name}.{suffix}"
    sound = file.read_bytes()
    truth = values(path)
    for place in range(0, len(sound), max(1, len(sound) // 97)):
        damaged = bytearray(sound)
        damaged[place] ^= 0x10
        file.write_bytes(damaged)
        try:
            found = values(path)
        except (InputFileError, UsageError):
            continue
        # Bytes of the padding in the footer, and of tensors that are no weights.
        assert found == truth, place


def values(path: Path) -> Mapping[str, bytes]:
    file = read(path)
    with Sources() as sources:
        return {
            f"{group.layer}/{number}": sources.values(weight).tobytes()
            for group in file.groups
            for number, weight in enumerate(group.weights)
        }


@pytest.mark.parametrize(
    "fields",
    [
        {"offset": 1 << 40},
        {"offset": -8},
        {"offset": (1 << 63) - 1},
        {"size": -16},
        {"size": 1 << 40},
        {"size": 15},
        {"shard_id": 1},
        {"shard_id": -1},
        {"dtype": 99},
        {"dtype": 3},
    ],
    ids=str,
)
def test_entries_that_lie(fields: Mapping[str, int], tmp_path: Path) -> None:
    path = rewritten(copied("saver", tmp_path), changed(b"dense/bias", **fields))
    with pytest.raises(DamagedFileError, match="dense/bias"):
        everything(path)


@pytest.mark.parametrize("shards", [0, -1, 1 << 30])
def test_numbers_of_shards(shards: int, tmp_path: Path) -> None:
    def change(entries: Entries) -> None:
        entries[b""] = pb.Header(num_shards=shards).SerializeToString()

    with pytest.raises(DamagedFileError, match="shards"):
        everything(rewritten(copied("saver", tmp_path), change))


def test_tensors_that_overlap(tmp_path: Path) -> None:
    path = rewritten(copied("saver", tmp_path), changed(b"dense/kernel", offset=8))
    with pytest.raises(DamagedFileError, match="overlap"):
        everything(path)


@pytest.mark.parametrize(
    "extents",
    [
        [(0, 3), (0, 3), (5, 1)],  # overlap and gap, of the right sum
        [(0, 3), (3, 2)],
        [(0, 3), (3, 2), (6, 2)],
        [(0, 3), (3, 2), (5, 1 << 40)],
        [(-1, 3), (3, 2), (5, 2)],
    ],
    ids=str,
)
def test_parts_with_gaps(extents: list[tuple[int, int]], tmp_path: Path) -> None:
    def change(entries: Entries) -> None:
        entry = pb.Entry.FromString(entries[b"embedding/weights"])
        del entry.slices[:]
        for start, length in extents:
            part = entry.slices.add()
            part.extent.add(start=start, length=length)
            part.extent.add()
        entries[b"embedding/weights"] = entry.SerializeToString()

    with pytest.raises(DamagedFileError, match="embedding/weights"):
        everything(rewritten(copied("saver", tmp_path), change))


def test_a_part_given_twice_does_not_show_memory(tmp_path: Path) -> None:
    """The sum of the parts is right, and one row is nobody's."""

    def change(entries: Entries) -> None:
        entry = pb.Entry.FromString(entries[b"embedding/weights"])
        entry.slices[2].CopyFrom(entry.slices[1])
        entries[b"embedding/weights"] = entry.SerializeToString()

    with pytest.raises(DamagedFileError, match="gaps"):
        everything(rewritten(copied("saver", tmp_path), change))


@pytest.mark.parametrize(
    "boxes",
    [
        [((0, 3), (0, 2)), ((0, 3), (1, 2)), ((3, 4), (0, 4)), ((0, 3), (3, 1))],
        [((0, 4), (0, 2)), ((3, 3), (0, 2)), ((0, 3), (2, 2)), ((3, 4), (2, 2))],
    ],
    ids=["overlap", "overlap and gap of the right sum"],
)
def test_parts_along_two_axes(boxes: Sequence[Sequence[tuple[int, int]]], tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="gaps, or overlap"):
        read(in_parts(boxes, (7, 4), tmp_path))


def test_parts_that_fit_along_two_axes(tmp_path: Path) -> None:
    boxes = [((0, 4), (0, 2)), ((4, 3), (0, 2)), ((0, 3), (2, 2)), ((3, 4), (2, 2))]
    path = in_parts(boxes, (7, 4), tmp_path)
    assert list(values(path)) == ["v/0"]


def in_parts(
    boxes: Sequence[Sequence[tuple[int, int]]], shape: tuple[int, ...], folder: Path
) -> Path:
    """A checkpoint of one variable, whose parts of ones lie where the boxes say."""
    made = Directory({}, [])
    entry = pb.Entry(dtype=1)
    for size in shape:
        entry.shape.dim.add(size=size)
    for extents in boxes:
        part = entry.slices.add()
        for start, length in extents:
            part.extent.add(start=start, length=length)
        made.tensor(slice_key(b"v/w", extents), tuple(length for _, length in extents))
    made.entries[b"v/w"] = entry.SerializeToString()
    made.entries[b""] = pb.Header(num_shards=1).SerializeToString()
    (folder / "c.index").write_bytes(table_bytes(made.entries))
    (folder / "c.data-00000-of-00001").write_bytes(made.data)
    return folder / "c"


@pytest.mark.parametrize(
    "lengths",
    [[1 << 40], [(1 << 64) - 1], [3], [0], [1 << 30]],
    ids=["a terabyte", "most of 64 bits", "too short", "none", "a gigabyte"],
)
def test_lengths_of_strings_that_lie_under_a_sound_checksum(
    lengths: list[int], tmp_path: Path
) -> None:
    made = Directory({"a": [0]}, [(3, 2)])
    path = made.write(tmp_path / "m") / "variables" / "variables"
    data, crc = string_bytes([made.tracked.SerializeToString()], lengths)
    entry = pb.Entry(dtype=7, offset=len(made.data), size=len(data), crc32c=crc)
    made.entries[KEY.encode()] = entry.SerializeToString()
    path.with_name("variables.data-00000-of-00001").write_bytes(made.data + data)
    path.with_name("variables.index").write_bytes(table_bytes(made.entries))
    with pytest.raises(DamagedFileError, match="CHECKPOINTABLE_OBJECT_GRAPH"):
        read(path)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"version": {"producer": 1, "min_consumer": 2}}, "at least 2"),
        ({"version": {"producer": 1, "bad_consumers": [7, 1]}}, "another than 1"),
        ({"version": {"producer": -1}}, "version -1"),
        ({"endianness": 7}, "byte order 7"),
    ],
    ids=str,
)
def test_headers_that_tensorflow_refuses(
    header: dict[str, Any], words: str, tmp_path: Path
) -> None:
    """Tried in TensorFlow 1.12, 1.15 and 2.3, which take a byte order 7 for their own."""

    def change(entries: Entries) -> None:
        entries[b""] = pb.Header(num_shards=1, **header).SerializeToString()

    with pytest.raises(InputFileError, match=f"header: .*{words}"):
        read(rewritten(copied("saver", tmp_path), change))


@pytest.mark.parametrize(
    "header",
    [{}, {"version": {"producer": 9}}, {"version": {"producer": 1, "min_consumer": 1}}],
    ids=str,
)
def test_headers_that_tensorflow_reads(header: dict[str, Any], tmp_path: Path) -> None:
    def change(entries: Entries) -> None:
        entries[b""] = pb.Header(num_shards=1, **header).SerializeToString()

    assert read(rewritten(copied("saver", tmp_path), change)).groups


def test_a_number_that_does_not_end(tmp_path: Path) -> None:
    path = copied("saver", tmp_path)
    index = tmp_path / "saver.index"
    index.write_bytes(index.read_bytes()[:-48] + b"\xff" * 40 + index.read_bytes()[-8:])
    with pytest.raises(DamagedFileError, match="no number"):
        everything(path)


@pytest.mark.parametrize("kept", [0, 7, 47, 48, 100])
def test_a_truncated_index(kept: int, tmp_path: Path) -> None:
    path = copied("saver", tmp_path)
    index = tmp_path / "saver.index"
    index.write_bytes(index.read_bytes()[:kept])
    with pytest.raises(DamagedFileError):
        everything(path)


def test_a_missing_shard(tmp_path: Path) -> None:
    path = copied("shards", tmp_path)
    (tmp_path / "shards.data-00001-of-00002").unlink()
    with pytest.raises(DamagedFileError, match="missing"):
        everything(path)


def test_a_compressed_table(tmp_path: Path) -> None:
    path = copied("saver", tmp_path)
    index = tmp_path / "saver.index"
    data = bytearray(index.read_bytes())
    # The first block starts at 0: its handle stands in the index block.
    size = int(len(data) - 48)
    entries = read_table(bytes(data), index)
    block = table_bytes(entries)
    end = block.index(b"\0" + checksum_of_first(block))
    altered = bytearray(block)
    altered[end] = 1
    index.write_bytes(altered)
    assert size > 0
    with pytest.raises(UnsafeFileError, match="snappy"):
        everything(path)


def checksum_of_first(table: bytes) -> bytes:
    """The checksum behind the first block, found by trying every length."""
    for end in range(len(table)):
        sought = masked(extend(0, table[: end + 1])).to_bytes(4, "little")
        if table[end + 1 : end + 5] == sought:
            return sought
    raise AssertionError


def graph_with(tmp_path: Path, change: Callable[[pb.ObjectGraph], None]) -> Path:
    """A checkpoint whose object graph is another, with sound checksums."""
    path = copied("keras", tmp_path)
    graph = pb.ObjectGraph.FromString(open_bundle(path).strings(KEY)[0])
    change(graph)
    text = graph.SerializeToString()
    lengths = extend(0, len(text).to_bytes(4, "little"))
    checksum = masked(lengths).to_bytes(4, "little")
    data = tmp_path / "keras.data-00000-of-00001"
    offset = data.stat().st_size
    added = varint(len(text)) + checksum + text
    data.write_bytes(data.read_bytes() + added)
    crc = masked(extend(extend(lengths, checksum), text))
    return rewritten(path, changed(KEY.encode(), offset=offset, size=len(added), crc32c=crc))


def test_an_object_that_holds_itself_is_read_once(tmp_path: Path) -> None:
    def change(graph: pb.ObjectGraph) -> None:
        for number, node in enumerate(graph.nodes):
            node.children.add(node_id=0, local_name="root")
            node.children.add(node_id=number, local_name="self")

    path = graph_with(tmp_path, change)
    assert len(read(path).groups) > 0


@pytest.mark.parametrize("number", [-1, 1 << 30])
def test_objects_that_do_not_exist(number: int, tmp_path: Path) -> None:
    def change(graph: pb.ObjectGraph) -> None:
        graph.nodes[0].children.add(node_id=number, local_name="x")

    with pytest.raises(DamagedFileError, match="refers to object"):
        everything(graph_with(tmp_path, change))


def test_names_that_lead_out(tmp_path: Path) -> None:
    def change(graph: pb.ObjectGraph) -> None:
        for node in graph.nodes:
            for tensor in node.attributes:
                tensor.full_name = "../../etc/passwd"

    with pytest.raises(UnsafeFileError, match="points out"):
        everything(graph_with(tmp_path, change))


def test_a_key_that_is_not_there(tmp_path: Path) -> None:
    def change(graph: pb.ObjectGraph) -> None:
        for node in graph.nodes:
            for tensor in node.attributes:
                tensor.checkpoint_key = "nowhere"

    with pytest.raises(DamagedFileError, match="is not there"):
        everything(graph_with(tmp_path, change))


def test_the_file_called_checkpoint_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/etc/passwd"\n')
    with pytest.raises(InputFileError, match="without a model"):
        read(tmp_path)


@pytest.mark.parametrize("suffix", ["index", "data-00000-of-00001"])
def test_links(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    path = copied("saver", tmp_path / "a")
    file = path.with_name(f"saver.{suffix}")
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeFileError, match="symbolic link"):
        everything(path)


def test_a_weight_that_changes_meanwhile(tmp_path: Path) -> None:
    path = copied("saver", tmp_path)
    file = read(path)
    data = tmp_path / "saver.data-00000-of-00001"
    data.write_bytes(data.read_bytes() + b"x")
    weight = file.groups[0].weights[0]
    with pytest.raises(InputFileError, match="changed"), Sources() as sources:
        sources.values(weight)
