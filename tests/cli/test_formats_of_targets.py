"""Every source in every format for every target: written, refused or a usage error; no crash.

Sources are files that real releases saved, one of each format that is read. Which formats a target
reads is stated here once more, so that the table of the package is not its own witness.
"""

from __future__ import annotations

import re
import tarfile
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from tests.cli.conftest import DIGITS, ROOT, Call

from keraport.catalog.releases import all_releases
from keraport.formats import sniff
from keraport.model import Format

GOLDEN = ROOT / "tests" / "formats" / "golden"
WEIGHTS = ROOT / "tests" / "golden" / "weights"
ARCHIVES = {
    "savedmodel": (GOLDEN / "saved_models_of_releases.tar.xz", "tf1.15/dense"),
    "savedmodel-1.x": (GOLDEN / "saved_models_of_releases.tar.xz", "tf1.12/dense_1x/1"),
}
FILES = {
    "h5": DIGITS,
    "weights-h5": WEIGHTS / "tf1.12" / "unnamed.h5",
    "json": WEIGHTS / "tf2.15" / "unnamed.json",
    "keras": GOLDEN / "keras3.15" / "dense.keras",
    "weights.h5": WEIGHTS / "keras3.15" / "unnamed.weights.h5",
    "tf-weights": GOLDEN / "checkpoints" / "tf2.3" / "keras",
}
BESIDE = {"json": ("--weights", WEIGHTS / "tf2.15" / "unnamed.h5")}
TARGETS = [
    release.id
    for release in all_releases()
    if release.described and not release.has("is-source-only")
]
ONE_OF_A_KIND = ["tf1.12", "tf2.3", "tf2.15", "tf_keras2.21", "keras2.3", "keras3.0", "keras3.15"]
"""A target for each set of formats, and each line."""

READ = {
    "tf1.*": "h5, json, weights-h5, tf-weights, savedmodel-1.x",
    "tf2.15": "weights.h5, keras, h5, json, weights-h5, tf-weights",
    "tf2.*": "h5, json, weights-h5, tf-weights",
    "tf_keras*": "weights.h5, keras, h5, json, weights-h5, tf-weights",
    "keras2.*": "h5, json, weights-h5",
    "keras3.15": "weights.h5, keras, h5, json, weights-h5",
    "keras3.*": "weights.h5, keras, json, weights-h5",
}
"""What is written for a target, by the first pattern that fits; in the order of the hints.

Sources: ``save_model`` and ``load_weights`` of each release (Keras 3 has no checkpoints of
TensorFlow, ``tf.contrib.saved_model`` went with TensorFlow 2). HDF5 for Keras 3.0 to 3.14 is left
out on purpose: see ``kits.toml``.
"""


def read_by(target: str) -> str:
    """The formats, as a hint lists them."""
    return next(formats for pattern, formats in READ.items() if fnmatchcase(target, pattern))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Format: a file of it."""
    folder = tmp_path_factory.mktemp("sources")
    found = dict(FILES)
    for name, (archive, inside) in ARCHIVES.items():
        with tarfile.open(archive) as file:
            members = [m for m in file.getmembers() if m.name.startswith(f"{inside}/")]
            file.extractall(folder / name, members=members, filter="data")
        found[name] = folder / name / inside
    return found


def test_there_is_a_source_of_every_format(sources: dict[str, Path]) -> None:
    assert {name: str(sniff(path)) for name, path in sources.items()} == {
        str(item): str(item) for item in Format
    }


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_is_written_what_it_reads_and_told_what_that_is(
    target: str, call: Call, tmp_path: Path
) -> None:
    able = read_by(target)
    for item in Format:
        options = ("--to", target, *BESIDE["json"], "--format", item)
        answer = call("convert", FILES["json"], tmp_path / f"{item}.out", *options, "-q")
        if str(item) in able.split(", "):
            assert (answer.status, answer.err) == (0, ""), item
            assert list(tmp_path.glob(f"{item}.out*"))
        else:
            assert answer.status == 2, item
            assert answer.err.endswith(
                f"{target} reads {able}: give OUT the suffix of one of these, or use --format\n"
            )
            assert not list(tmp_path.glob(f"{item}.out*"))


@pytest.mark.parametrize("target", ONE_OF_A_KIND)
@pytest.mark.parametrize("source", [*FILES, *ARCHIVES])
def test_no_source_crashes(
    sources: dict[str, Path], source: str, target: str, call: Call, tmp_path: Path
) -> None:
    for item in Format:
        out = tmp_path / f"{item}.out"
        options = ("--to", target, *BESIDE.get(source, ()), "--format", item)
        answer = call("convert", sources[source], out, *options, "-q")
        assert answer.status in (0, 2, 3), (item, answer.err)
        assert bool(list(tmp_path.glob(f"{item}.out*"))) == (answer.status == 0)
        # Of a suffix that it speaks of, the target reads the format.
        named = set(re.findall(r"(?:OUT|ARCHITECTURE)\.(\S+?)(?=[\s,;:]|$)", answer.err))
        assert named <= {*read_by(target).split(", ")}, answer.err


def test_the_kinds_are_all(sources: dict[str, Path]) -> None:
    assert {read_by(target) for target in ONE_OF_A_KIND} == {read_by(item) for item in TARGETS}
    assert set(ONE_OF_A_KIND) <= set(TARGETS)


@pytest.mark.parametrize("target", ONE_OF_A_KIND)
def test_an_unknown_format_lists_those_of_the_target(
    target: str, call: Call, tmp_path: Path
) -> None:
    answer = call("convert", DIGITS, tmp_path / "out", "--to", target, "--format", "onnx")
    assert answer.status == 2
    assert answer.err.endswith(f"\nhint: {target} reads {read_by(target)}\n")


@pytest.mark.parametrize(("target", "suffix"), [("tf1.12", ".h5"), ("keras3.0", ".keras")])
def test_lines_to_type_have_a_suffix_that_the_target_reads(
    target: str, suffix: str, call: Call
) -> None:
    weights = FILES["weights-h5"]
    answer = call("convert", weights, "o.json", "--to", target)
    assert f"OUT{suffix}" in answer.err
    model = ROOT / "examples" / "custom_layer" / "custom_model_tf2.h5"
    answer = call("check", model, "--to", target)
    assert answer.status == 3
    assert f"custom_model_tf2_{target}{suffix}" in answer.out
