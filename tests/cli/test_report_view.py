"""Reports of large models stay readable, and nothing is lost in them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hostile.models import as_hdf5, bytecode, given, model

from keraport.cli.plain import render
from keraport.cli.report_view import drift_blocks, refusal_blocks, report_blocks
from keraport.convert import Options, plan
from keraport.own.hints import custom_layer_hint
from keraport.own.lambda_layers import LambdaChoices
from keraport.report import LayerReport, Note, Report, Verdict

EXACT = Note(Verdict.EXACT, "groups=1 left out")
CODES = Path(__file__).parents[1] / "lambdas" / "bytecode" / "3.8.json"
LOOP = json.loads(CODES.read_text(encoding="utf-8"))["loop"]
"""A function with a loop, which is not read."""
OBJECTS = ("--objects", "FILE.py")


def report(*layers: LayerReport, **more: object) -> Report:
    return Report("tf2.3", "tf1.12", "keras_version 2.4.0", layers, **more)  # type: ignore[arg-type]


def rows(found: Report, *, every: bool = False) -> list[str]:
    return [
        text
        for text in render(report_blocks(found, every=every)).splitlines()
        if text.startswith(("exact ", "equivalent ", "refused "))
    ]


def test_400_layers_fold_to_a_row_a_note() -> None:
    layers = [LayerReport(f"conv_{number}", "Conv2D", (EXACT,)) for number in range(399)]
    found = report(*layers, LayerReport("flatten", "Flatten"))
    (row,) = rows(found)
    assert "conv_0, conv_1, conv_2 and 396 more" in row
    assert "1 layer of 400 unchanged" in render(report_blocks(found))


def test_all_has_a_row_for_each_layer() -> None:
    layers = [LayerReport(f"conv_{number}", "Conv2D", (EXACT,)) for number in range(50)]
    assert len(rows(report(*layers), every=True)) == 50


def test_layers_with_several_notes() -> None:
    other = Note(Verdict.EQUIVALENT, "swish as a product")
    found = report(LayerReport("a", "Dense", (EXACT, other)), LayerReport("b", "Dense", (EXACT,)))
    exact, equivalent = rows(found)
    assert "a, b" in exact
    assert "swish as a product" in equivalent
    assert "b" not in equivalent.split()[1]


def test_a_row_names_each_class_once() -> None:
    found = report(LayerReport("a", "Conv1D", (EXACT,)), LayerReport("b", "Conv2D", (EXACT,)))
    assert "Conv1D, Conv2D" in rows(found)[0]


def test_every_refused_layer_is_named() -> None:
    note = Note(Verdict.REFUSED, "groups=2 has no counterpart", "split the layer")
    found = report(
        *[LayerReport(f"conv_{number}", "Conv2D", (note, EXACT)) for number in range(30)]
    )
    shown = render(refusal_blocks(found, ["keraport", "convert", "a.h5", "b.h5"]))
    assert all(f"conv_{number}" in shown for number in range(30))
    assert shown.count("hint: split the layer") == 1
    assert "groups=1 left out" not in shown
    assert "FILE.py" not in shown


def test_own_classes_are_named_with_the_command() -> None:
    own = {
        name: Note(Verdict.REFUSED, "own", custom_layer_hint(name), options=OBJECTS)
        for name in ("One", "Two")
    }
    layers = [LayerReport(name.lower(), name, (own[name],)) for name in ("One", "Two", "One")]
    command = ["keraport", "convert", "my model.h5", "out.h5", "--to", "tf1.12"]
    shown = render(refusal_blocks(report(*layers), command))
    assert "define One, Two for TensorFlow 1.12.0 in FILE.py and type:" in shown
    line = "    keraport convert 'my model.h5' out.h5 --to tf1.12 --objects FILE.py"
    assert f"{line}\n" in shown
    assert f"{line} --port\n" in shown
    assert "keraport port-objects FILE.py --from tf2.3 --to tf1.12 -o FILE_tf1_12.py\n" in shown
    checked = render(refusal_blocks(report(*layers), ["keraport", "code", "a.h5"]))
    assert "--port\n" not in checked
    assert "keraport port-objects FILE.py --from tf2.3" in checked


def test_training_that_is_left_out_is_told_once() -> None:
    found = report(
        training=(Note(Verdict.REFUSED, "no such loss"), Note(Verdict.EXACT, "lr renamed")),
        left_out=("the training config (no such loss)",),
    )
    shown = render(report_blocks(found))
    assert shown.count("no such loss") == 1
    assert "- exact: lr renamed" in shown


BY_HAND = ("--objects", "FILE.py", "--lambda", "last=FUNCTION", "--translate-lambdas")
COMMAND = ["keraport", "convert", "a.h5", "b.h5", "--to", "tf1.12"]


def typed(*notes: Note) -> list[str]:
    """The lines that are offered for copying."""
    layers = [LayerReport(f"layer_{index}", "Some", (note,)) for index, note in enumerate(notes)]
    shown = render(refusal_blocks(report(*layers), COMMAND))
    start = "    keraport convert a.h5 b.h5 --to tf1.12 "
    return [text.removeprefix(start) for text in shown.splitlines() if text.startswith(start)]


def refused(*options: str) -> Note:
    return Note(Verdict.REFUSED, f"needs {options}", "a hint", options=options)


def test_a_lambda_has_two_ways_out() -> None:
    by_hand = "--objects FILE.py --lambda last=FUNCTION"
    assert typed(refused(*BY_HAND)) == ["--translate-lambdas", by_hand]


def test_lambdas_and_own_classes_are_one_line() -> None:
    assert typed(refused(*BY_HAND), refused(*OBJECTS)) == ["--objects FILE.py --translate-lambdas"]


def test_each_pair_of_options_comes_once() -> None:
    nameless = refused(*OBJECTS, "--map", "<lambda>=FUNCTION")
    drop = refused("--drop", "Mine.rate")
    assert typed(drop, nameless, nameless, drop) == [
        "--objects FILE.py --drop Mine.rate --map '<lambda>=FUNCTION'"
    ]
    assert typed(drop) == ["--drop Mine.rate"]


def test_what_cannot_be_helped_has_no_line() -> None:
    assert typed(refused()) == []


def test_many_lambdas_of_one_kind_are_one_row_and_one_line(tmp_path: Path) -> None:
    """528 blocks of a residual network hold the same lambda, each with its own scale."""
    layers = [given()]
    for number in range(528):
        arguments = {"scale": number / 1000}
        before = layers[-1]["name"]
        layers.append(bytecode(f"lambda_{number}", before, [LOOP, None, None], arguments=arguments))
    path = as_hdf5(model(*layers), tmp_path)
    command = ["keraport", "convert", str(path), "out.h5", "--to", "tf1.12"]
    for translate in (False, True):
        options = Options(lambdas=LambdaChoices(translate=translate))
        shown = render(refusal_blocks(plan(path, "tf1.12", options=options).report, command))
        assert shown.count("refused ") == 1
        assert "and 489 more" in shown
        assert shown.count("--lambda lambda_0=FUNCTION") == 1
        assert shown.count("FUNCTION") == 1
        assert len(shown) < 3_000


def test_naming_one_names_all_that_store_the_same(tmp_path: Path) -> None:
    layers = [given(), bytecode("a", "in", [LOOP, None, None])]
    layers.append(bytecode("b", "a", [LOOP, None, None], arguments={"scale": 2.0}))
    path, mine = as_hdf5(model(*layers), tmp_path), tmp_path / "mine.py"
    mine.write_text("def f(x, scale=1.0):\n    return x * scale\n", encoding="utf-8")
    options = Options(objects=(mine,), lambdas=LambdaChoices({"a": "f"}))
    report = plan(path, "tf1.12", options=options).report
    assert not report.refusals
    assert sum("calls f of your file" in n.text for row in report.layers for n in row.notes) == 2


GOLDEN = Path(__file__).parents[1] / "golden"


def test_check_warns_of_layers_that_load_as_they_are_and_drift() -> None:
    """RandomCrop: TF 2.3 opens the file of TF 2.15, and was measured to be off by 0.36."""
    found = plan(GOLDEN / "tf2.15" / "random_crop.h5", "tf2.3").report
    text = render(drift_blocks(found))
    assert text.startswith("\nunconverted, TensorFlow 2.3.0 loads these layers")
    assert "(RandomCrop): the order of resizing and cropping differs" in text
    assert {layer.class_name for layer in found.drifting} == {"RandomCrop"}


def test_what_does_not_drift_is_no_warning() -> None:
    found = plan(GOLDEN / "tf2.15" / "random_crop.h5", "tf2.15").report
    assert not render(drift_blocks(found))
