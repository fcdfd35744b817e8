"""What `import keraport` offers takes text as well as `Path` and `Release`, and keywords."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import DIGITS

import keraport

GOLDEN = Path(__file__).parent / "golden" / "tf2.3"
LAMBDA = GOLDEN / "refused" / "lambda_layer.h5"


@pytest.mark.parametrize("of", [str, Path])
def test_paths_and_releases_as_text_or_objects(of: Callable[[Path], str], tmp_path: Path) -> None:
    source, output = of(DIGITS), of(tmp_path / "out.h5")
    release = keraport.get_release("tf1.12")
    assert keraport.inspect(source).release == "tf2.3"
    by_name = keraport.check(source, "tensorflow==1.12.0")
    stated = keraport.check(source, release, from_=keraport.get_release("tf2.3"))
    assert stated.layers == by_name.layers
    assert stated.evidence == "stated as tf2.3"
    report = keraport.convert(source, output, release)
    assert report.written == ("out.h5",)
    assert keraport.transfer(output, source, of(tmp_path / "x.h5"), dry_run=True).refusals == ()


def test_options_as_keywords_or_as_one(tmp_path: Path) -> None:
    own = tmp_path / "mine.py"
    own.write_text("def same(x):\n    return x\n", encoding="utf-8")
    layer = next(la.path for la in keraport.check(LAMBDA, "tf1.12").refusals)
    chosen = {"objects": str(own), "lambdas": {layer: "same"}}
    report = keraport.check(LAMBDA, "tf1.12", **chosen)  # type: ignore[arg-type]
    assert report.verdict is not keraport.Verdict.REFUSED
    stated = keraport.options(**chosen)  # type: ignore[arg-type]
    assert keraport.check(LAMBDA, "tf1.12", options=stated) == report
    with pytest.raises(TypeError, match="stock_only beside it"):
        keraport.check(LAMBDA, "tf1.12", options=stated, stock_only=True)


def test_a_refusal_says_all_of_it(tmp_path: Path) -> None:
    with pytest.raises(keraport.RefusedError) as caught:
        keraport.convert(LAMBDA, tmp_path / "out.h5", "tf1.12")
    lines = str(caught.value).splitlines()
    report = caught.value.report
    assert report is not None
    assert len(lines) == 1 + len(report.refusals)
    layer = report.refusals[0]
    assert lines[1].startswith(f"  {layer.path} (Lambda): {layer.notes[0].text}; workaround: ")
    assert not list(tmp_path.iterdir())


def test_a_report_is_a_few_lines() -> None:
    report = keraport.check(LAMBDA, "tf1.12")
    first, *rest = repr(report).splitlines()
    assert first.startswith("<Report tf2.3 -> tf1.12: refused (")
    assert len(rest) == len(report.refusals)


def test_names_from_a_file_are_escaped_in_a_notebook() -> None:
    note = keraport.Note(keraport.Verdict.EXACT, "<img src=x onerror=alert(1)>")
    layer = keraport.LayerReport("<script>alert(1)</script>", "Dense", (note,))
    shown = keraport.Report("tf2.3", "tf1.12", "<b>", (layer,))._repr_html_()
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<b>&lt;" not in shown


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: keraport.convert("m.h5", "o.h5", "tf1.12", objekts=()),  # type: ignore[call-arg]
            r"convert\(\) got an unexpected keyword argument 'objekts'; did you mean 'objects'\?",
        ),
        (
            lambda: keraport.check("m.h5", "tf1.12", frobnicate=1),  # type: ignore[call-arg]
            r"check\(\) got an unexpected keyword argument 'frobnicate'$",
        ),
        (
            lambda: keraport.check("m.h5", None),  # type: ignore[arg-type]
            r"expected a release such as 'tf2.15', not None",
        ),
    ],
)
def test_arguments_of_the_wrong_kind(call: Callable[[], Any], told: str) -> None:
    with pytest.raises(TypeError, match=told):
        call()
