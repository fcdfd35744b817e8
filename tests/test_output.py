"""The format of the output, the line that loads it, and why there is none."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from keraport.analysis.order import depth_of
from keraport.catalog.releases import get_release
from keraport.errors import UsageError
from keraport.kits.formats import format_of, require_readable, require_weights
from keraport.kits.load_line import load_line
from keraport.model import (
    Call,
    Format,
    Layer,
    Model,
    ModelFile,
    Producer,
    TensorRef,
    WeightGroup,
)
from keraport.own.objects import ObjectsFile
from keraport.refusal import refusal
from keraport.report import LayerReport, Note, Report, Verdict

MODEL = Model("m", "Sequential", (Layer("d", "Dense", {}), Layer("n", "MyNorm", {})))
MINE = ObjectsFile(Path("folder/my_layers.py"), ("MyNorm", "MyOther"))
LOSS = ObjectsFile(Path("losses.py"), ("my_loss",))


def line(
    name: str,
    *objects: ObjectsFile,
    file_format: Format = Format.HDF5,
    weights: str | None = None,
    companion: bool = False,
) -> str:
    found = load_line(
        Path("folder") / name,
        file_format,
        MODEL,
        target=get_release("tf1.12"),
        weights=Path("folder") / weights if weights else None,
        objects=objects,
        has_companion=companion,
    )
    ast.parse(found)
    return found


def test_a_stock_model() -> None:
    assert line("out.h5") == 'tf.keras.models.load_model("out.h5")'


def test_with_a_companion() -> None:
    assert line("out.h5", companion=True) == (
        "from out_objects import custom_objects; "
        'tf.keras.models.load_model("out.h5", custom_objects=custom_objects)'
    )


def test_with_objects_of_the_user() -> None:
    """Only the classes that the model uses; all of a file that it does not tell about."""
    assert line("out.h5", MINE) == (
        "from my_layers import MyNorm; "
        'tf.keras.models.load_model("out.h5", custom_objects={"MyNorm": MyNorm})'
    )
    assert "from losses import my_loss;" in line("out.h5", LOSS)


def test_with_both() -> None:
    assert line("out.h5", MINE, LOSS, companion=True) == (
        "from my_layers import MyNorm; from losses import my_loss; "
        "from out_objects import custom_objects; "
        'tf.keras.models.load_model("out.h5", custom_objects='
        'dict(custom_objects, **{"MyNorm": MyNorm, "my_loss": my_loss}))'
    )


def test_an_architecture() -> None:
    assert line("out.json", file_format=Format.JSON) == (
        'model = tf.keras.models.model_from_json(open("out.json").read())'
    )
    assert line("out.json", MINE, file_format=Format.JSON).endswith(
        'model_from_json(open("out.json").read(), custom_objects={"MyNorm": MyNorm})'
    )


def test_an_architecture_with_its_weights_beside_it() -> None:
    found = line("out.json", file_format=Format.JSON, weights='a "b".h5')
    assert found.endswith('; model.load_weights("a \\"b\\".h5")')


def test_weights_alone() -> None:
    assert line("w.h5", file_format=Format.HDF5_WEIGHTS) == 'model.load_weights("w.h5")'


ODD = ['a"b.h5', "a'b.h5", "a\\b.h5", "a b.h5", "größe.h5", "a\nb.h5", "2nd.h5", '"""; exit() #.h5']


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("companion", [False, True])
def test_odd_names_stay_one_string(name: str, companion: bool) -> None:
    tree = ast.parse(line(name, companion=companion))
    (call,) = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    assert ast.literal_eval(call.args[0]) == name
    assert len(tree.body) == 1 + companion


def file_of(file_format: Format, *, groups: bool = True) -> ModelFile:
    found = (WeightGroup("d", ()),) if groups else ()
    return ModelFile(Path("source"), file_format, Producer(), MODEL, groups=found)


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        (".h5", Format.HDF5),
        (".hdf5", Format.HDF5),
        (".hdf", Format.HDF5),
        (".H5", Format.HDF5),
        (".json", Format.JSON),
        (".JSON", Format.JSON),
    ],
)
def test_suffixes(suffix: str, expected: Format) -> None:
    assert format_of(Path(f"out{suffix}"), get_release("tf1.12")) is expected


@pytest.mark.parametrize(
    ("target", "suffixes"),
    [
        ("tf1.12", ".h5, .hdf5, .hdf, .json"),
        ("tf2.15", ".weights.h5, .keras, .h5, .hdf5, .hdf, .json"),
        ("keras3.0", ".weights.h5, .keras, .json"),
    ],
)
@pytest.mark.parametrize("name", ["out", "out.pb", "out.h5.bak", ".h5"])
def test_suffixes_that_say_nothing(name: str, target: str, suffixes: str) -> None:
    with pytest.raises(UsageError, match="names no format that is written") as caught:
        format_of(Path(name), get_release(target))
    assert name in caught.value.message
    assert (
        caught.value.hint
        == f"{target} reads {suffixes}: give OUT one of these suffixes, or use --format"
    )


def test_an_architecture_alone_is_no_whole_model() -> None:
    with pytest.raises(UsageError, match="architecture without weights") as caught:
        require_weights(Format.HDF5, file_of(Format.JSON, groups=False))
    assert "--weights" in caught.value.hint
    require_weights(Format.HDF5, file_of(Format.JSON))
    require_weights(Format.JSON, file_of(Format.JSON, groups=False))


def report(*verdicts: Verdict) -> Report:
    rows = tuple(
        LayerReport(f"l{at}", "Dense", (Note(verdict, "text", f"hint {at}"),))
        for at, verdict in enumerate(verdicts)
    )
    return Report("tf2.3", "tf1.12", "", rows)


@pytest.mark.parametrize(("count", "words"), [(1, "1 layer"), (3, "3 layers")])
def test_refusals_say_how_many(count: int, words: str) -> None:
    found = report(Verdict.APPROXIMATE, *[Verdict.REFUSED] * count)
    error = refusal(found, Path("in.h5"))
    assert error.message == f"in.h5: {words} cannot be expressed in tf1.12"
    assert error.hint == "hint 1"
    assert error.report is found
    assert error.exit_status == 3


def test_approximations_can_be_allowed() -> None:
    error = refusal(report(Verdict.EXACT, Verdict.APPROXIMATE), Path("in.h5"))
    assert error.message == "in.h5: 1 layer can only be approximated in tf1.12"
    assert "--allow approximate" in error.hint


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("out.keras", Format.KERAS),
        ("out.weights.h5", Format.KERAS_WEIGHTS),
        ("weights.h5", Format.HDF5),
        ("OUT.KERAS", Format.KERAS),
    ],
)
def test_formats_of_keras_2_12_and_later(name: str, expected: Format) -> None:
    assert format_of(Path(name), get_release("tf2.15")) is expected


@pytest.mark.parametrize("file_format", [Format.KERAS, Format.KERAS_WEIGHTS])
@pytest.mark.parametrize(
    ("release", "reads"),
    [
        ("tf 1.12", False),
        ("tf 2.3", False),
        ("tf 2.11", False),
        ("tf 2.12", False),
        ("tf 2.15", True),
        ("tf-keras 2.16", True),
        ("keras2 2.3", False),
        ("keras3 3.0", True),
    ],
)
def test_a_format_that_the_target_cannot_read(
    release: str, reads: bool, file_format: Format
) -> None:
    """``.keras`` came with TF 2.12; its layout is that of TF 2.15 and later."""
    line, position = release.split()
    target = replace(get_release("tf2.3"), id=release, line=line, position=position)
    if reads:
        require_readable(file_format, target, Path("out"))
        return
    with pytest.raises(UsageError, match="cannot read the format") as caught:
        require_readable(file_format, target, Path("out"))
    assert "h5, json" in caught.value.hint


@pytest.mark.parametrize("release", ["tf1.12", "tf2.15"])
def test_hdf5_is_read_by_all(release: str) -> None:
    require_readable(Format.HDF5, get_release(release), Path("out.h5"))


@pytest.mark.parametrize("release", ["tf1.12", "tf2.3"])
def test_what_is_read_and_not_written_is_a_matter_of_usage(release: str) -> None:
    with pytest.raises(UsageError, match="savedmodel is read and not written") as caught:
        require_readable(Format.SAVED_MODEL, get_release(release), Path("out"))
    assert "h5, json, weights-h5, tf-weights" in caught.value.hint


def test_how_an_archive_is_loaded() -> None:
    assert line("out.keras", file_format=Format.KERAS) == (
        'tf.keras.models.load_model("out.keras")'
    )
    assert line("out.weights.h5", file_format=Format.KERAS_WEIGHTS) == (
        'model.load_weights("out.weights.h5")'
    )


def chain(length: int) -> Model:
    """A graph of layers one behind another."""
    layers = [Layer("x0", "InputLayer", {})]
    for place in range(1, length):
        before = TensorRef(f"x{place - 1}", 0, 0)
        layers.append(Layer(f"x{place}", "Activation", {}, (Call([before]),)))
    ends = [TensorRef("x0", 0, 0)], [TensorRef(f"x{length - 1}", 0, 0)]
    return Model("m", "Functional", tuple(layers), *ends)


@pytest.mark.parametrize("format_", [Format.HDF5, Format.KERAS])
def test_deep_graphs_need_more_frames_than_python_gives(format_: Format) -> None:
    """Releases follow a graph by recursion: 900 layers load, and 1,100 raise RecursionError."""
    target = get_release("keras3.15")

    def found(length: int) -> str:
        return load_line(
            *(Path("out"), format_, chain(length)),
            target=target,
            weights=None,
            objects=(),
            has_companion=False,
            depth=depth_of(chain(length)),
        )

    assert "recursion" not in found(500)
    assert found(1200).startswith("import sys; sys.setrecursionlimit(12000); keras.")
