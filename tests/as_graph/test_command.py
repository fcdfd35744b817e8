"""``convert --as-graph``, ``inspect`` and ``verify`` of SavedModels without a Keras model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import ROOT, Call

import keraport

EXAMPLE = ROOT / "examples" / "as_graph"
BRANCHES = EXAMPLE / "branches_tf2"
SCRIPT = Path(__file__).with_name("run_in_tf112.py")


def predicted(python: Path, jobs: list[list[str]], folder: Path) -> list[np.ndarray]:
    """What real TensorFlow 1.12 returns for both inputs of the example."""
    table = folder / "jobs.json"
    table.write_text(json.dumps(jobs), encoding="utf-8")
    done = subprocess.run(
        [python, SCRIPT, EXAMPLE / "branches_tf2.npz", table, folder / "out.npz"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(folder / "out.npz") as found:
        return [found[key] for key in sorted(found.files)]


@pytest.mark.runtime("tf1.12")
def test_both_ways_predict_what_tf23_predicted(
    tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    """A directory, and a file with constants: either branch."""
    carried = keraport.convert_graph(BRANCHES, tmp_path / "out", "tf1.12")
    frozen = keraport.convert_graph(BRANCHES, tmp_path / "out.pb", "tf1.12", freeze=True)
    ends = [item.signatures["serving_default"] for item in (carried, frozen)]
    jobs = [
        [str(item.output), end["inputs"]["rows"], end["outputs"]["state"]]
        for item, end in zip((carried, frozen), ends, strict=True)
    ]
    found = predicted(runtime_python("tf1.12"), jobs, tmp_path)
    with np.load(EXAMPLE / "branches_tf2.npz") as wanted:
        expected = [wanted["output_0"], wanted["output_1"]]
    assert not np.allclose(*expected)
    for array, right in zip(found, expected * 2, strict=True):
        np.testing.assert_allclose(array, right, rtol=0, atol=1e-5 * np.abs(right).max())


def test_it_is_chosen_where_there_is_no_keras_model(call: Call, tmp_path: Path) -> None:
    answer = call("convert", BRANCHES, tmp_path / "out", "--to", "tf1.12")
    assert answer.status == 0
    assert "its graph is converted, as with --as-graph" in answer.err
    assert (tmp_path / "out" / "saved_model.pb").is_file()
    assert (tmp_path / "out" / "variables" / "variables.index").is_file()


def test_a_keras_file_is_no_output_of_a_graph(call: Call, tmp_path: Path) -> None:
    answer = call("convert", BRANCHES, tmp_path / "out.h5", "--to", "tf1.12")
    assert answer.status == 4
    assert "--as-graph" in answer.err
    assert not (tmp_path / "out.h5").exists()


@pytest.mark.parametrize(
    ("out", "more", "said"),
    [
        ("out.h5", ["--as-graph"], "expected the name of a directory"),
        ("out", ["--frozen"], "expected a name that ends in .pb"),
        ("out", ["--signature", "no"], "has no signature 'no', expected one of serving_default"),
        ("out", ["--as-graph", "--to", "tf2.9"], "graphs for TensorFlow 2.9"),
        ("out", ["--as-graph", "--verify"], "compare afterwards: keraport verify"),
        ("out", ["--frozen", "--stock-only"], "--stock-only: not for graphs"),
    ],
)
def test_what_cannot_be_meant(
    call: Call, tmp_path: Path, out: str, more: list[str], said: str
) -> None:
    to = [] if "--to" in more else ["--to", "tf1.12"]
    answer = call("convert", BRANCHES, tmp_path / out, *to, *more)
    assert answer.status == 2
    assert said in answer.err
    assert not [item for item in tmp_path.iterdir() if item.name.startswith("out")]


def test_a_file_is_no_graph(call: Call, tmp_path: Path) -> None:
    model = ROOT / "examples" / "digits" / "digits_tf2.h5"
    answer = call("convert", model, tmp_path / "out", "--to", "tf1.12", "--as-graph")
    assert answer.status == 4
    assert "expected a SavedModel directory" in answer.err


def test_directories_are_never_replaced(call: Call, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    answer = call("convert", BRANCHES, tmp_path / "out", "--to", "tf1.12", "--as-graph")
    assert answer.status == 2
    assert "exists already" in answer.err


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_nothing_outside_of_the_directory_is_copied(call: Call, tmp_path: Path, kind: str) -> None:
    place = tmp_path / "in"
    shutil.copytree(BRANCHES, place)
    (place / "assets").mkdir(exist_ok=True)
    if kind == "link":
        (tmp_path / "secret").write_text("secret")
        (place / "assets" / "words.txt").symlink_to(tmp_path / "secret")
    else:
        os.mkfifo(place / "assets" / "words.txt")
    answer = call("convert", place, tmp_path / "out", "--to", "tf1.12", "--as-graph")
    assert answer.status == 4
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("place", [0, 1000, 5000, -2000])
def test_damage_is_said(call: Call, tmp_path: Path, place: int) -> None:
    """Bytes that are something else: an answer, and never a defect."""
    folder = tmp_path / "in"
    shutil.copytree(BRANCHES, folder)
    file = folder / "saved_model.pb"
    data = bytearray(file.read_bytes())
    generator = np.random.default_rng(place % 97)
    for number in range(40):
        changed = bytearray(data)
        at = int(generator.integers(0, len(data) - 4))
        changed[at : at + 4] = generator.bytes(4)
        file.write_bytes(changed)
        out = tmp_path / f"out{number}"
        answer = call("convert", folder, out, "--to", "tf1.12", "--as-graph")
        assert answer.status in (0, 2, 3, 4), answer.err


def test_a_page_shows_the_signatures(call: Call, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert call("inspect", BRANCHES, "--report", page).status == 0
    text = page.read_text(encoding="utf-8")
    assert "rows float32 [?, 3]" in text
    assert "state float32 [?, 4]" in text
    assert "TensorFlow 1.15, TensorFlow 2.3" in text


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        keraport.convert_graph(BRANCHES, tmp_path / name, "tf1.12")
    texts = [(tmp_path / name / "saved_model.pb").read_bytes() for name in ("a", "b")]
    assert texts[0] == texts[1]


@pytest.mark.runtime("tf2.3")
@pytest.mark.runtime("tf1.12")
def test_verify_calls_signatures(call: Call, tmp_path: Path) -> None:
    carried = tmp_path / "carried"
    call("convert", BRANCHES, carried, "--to", "tf1.12", "--as-graph")
    answer = call("verify", BRANCHES, carried, "--json")
    assert answer.status == 0, answer.err
    document = answer.document
    assert document["status"] == "agree"
    assert [row["name"] for row in document["outputs"]] == ["serving_default/state"]
    changed = tmp_path / "changed"
    keraport.convert_graph(BRANCHES, changed, "tf1.12")
    data = changed / "variables" / "variables.data-00000-of-00001"
    text = bytearray(data.read_bytes())
    text[:4] = np.array([9.0], "<f4").tobytes()
    data.write_bytes(text)
    answer = call("verify", BRANCHES, changed, "--json")
    # TensorFlow 1.12 compares checksums when it restores.
    assert answer.status == 6
    assert "tf1.12 cannot run signature serving_default" in answer.document["error"]["message"]
