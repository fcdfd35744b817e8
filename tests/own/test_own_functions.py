"""Activations of a user's own that Keras 3.15 saved as objects, registered by a name and not."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.convert import Options, check, convert
from keraport.porting.files import port_objects
from keraport.report import Verdict
from keraport.verify.run import verify

HERE = Path(__file__).parent / "own_functions"
SOURCE = HERE / "functions_keras3.py"


@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_what_no_file_defines_is_refused_by_its_name(ending: str) -> None:
    report = check(HERE / f"own_functions{ending}", "tf2.15")
    told = {
        row.path: note.text
        for row in report.layers
        for note in row.notes
        if note.verdict is Verdict.REFUSED
    }
    assert told.keys() == {"registered", "by_name"}
    assert "acts>mish" in told["registered"]
    assert "sine" in told["by_name"]


@pytest.mark.runtime("keras3.15", "tf2.15")
@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_what_was_ported_predicts_the_same(ending: str, tmp_path: Path) -> None:
    ported, output = tmp_path / "ported_functions.py", tmp_path / "out.h5"
    ported.write_text(port_objects(SOURCE, "tf2.15", from_="keras3.15").code, encoding="utf-8")
    source = HERE / f"own_functions{ending}"
    convert(source, output, "tf2.15", options=Options(objects=(ported,)))
    result = verify(
        source,
        output,
        source_release=get_release("keras3.15"),
        target_release=get_release("tf2.15"),
        objects=[SOURCE],
        output_objects=[ported],
    )
    assert result.passed
