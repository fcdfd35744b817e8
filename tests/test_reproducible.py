"""Equal input gives byte-identical output, whatever the process, the time and the name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.kits.formats import require_readable
from keraport.model import Format

GOLDEN = Path(__file__).parent / "golden"
MODELS = (
    "tf2.3/op_attention.h5",
    "tf2.3/masked_backward_layer.h5",
    "tf2.3/dense_features.h5",
    "tf2.3/conv_groups.h5",
    "tf2.3/nested_shared.h5",
    "carried/tf2.3/activations_in_nested_models.h5",
    "carried/tf2.3/cudnn.h5",
)
FORMATS = ("h5", "weights-h5", "json", "tf-weights", "savedmodel-1.x")

CONVERT = """
import json, sys
from pathlib import Path
from keraport.convert import convert
from keraport.errors import KeraportError
from keraport.model import Format
folder, stem, sources, formats = json.loads(sys.argv[1])
for number, source in enumerate(sources):
    for name in formats:
        place = Path(folder, f"{number}_{name}")
        place.mkdir(parents=True)
        suffix = {"h5": ".h5", "json": ".json"}.get(name, "")
        try:
            convert(source, place / f"{stem}{suffix}", "tf1.12", file_format=Format(name))
        except KeraportError as error:
            (place / "error").write_text(str(error))
"""


def written(folder: Path, stem: str, seed: str) -> dict[str, bytes]:
    """All that a fresh process writes, by path, with `stem` as a word of its own left out."""
    given = json.dumps([str(folder), stem, [str(GOLDEN / name) for name in MODELS], FORMATS])
    subprocess.run(
        [sys.executable, "-c", CONVERT, given],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    return {
        str(path.relative_to(folder)).replace(stem, "OUT"): path.read_bytes().replace(
            stem.encode(), b"OUT" if path.suffix == ".py" else stem.encode()
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The same conversions in two processes, in different seconds, under different names."""
    first = written(tmp_path_factory.mktemp("first"), "modela", "1")
    time.sleep(1.1)
    return first, written(tmp_path_factory.mktemp("second"), "renamed", "4242")


def test_outputs_are_equal_byte_by_byte(
    twice: tuple[dict[str, bytes], dict[str, bytes]],
) -> None:
    first, second = twice
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []


@pytest.mark.parametrize("name", FORMATS)
def test_every_written_format_is_among_them(
    name: str, twice: tuple[dict[str, bytes], dict[str, bytes]]
) -> None:
    first, _ = twice
    written_in = {path.partition("/")[0] for path in first if not path.endswith("/error")}
    assert any(folder.endswith(f"_{name}") for folder in written_in)
    assert any(path.endswith("OUT_objects.py") for path in first)
    # The table of what TF 1.12 reads has no further one.
    require_readable(Format(name), get_release("tf1.12"), Path("out"))
