"""Models that standalone Keras 2.0 to 2.3 saved, converted for tf.keras.

The numbers to reach are those that the release gave that saved the model
(``tools/build_standalone_keras.py``; ``keras2.1_theano`` is Keras 2.1.6 with Theano 1.0.5). What
cannot be converted is refused by the reasons in the table here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.golden.predicted import assert_predicts

from keraport.convert import Options, convert
from keraport.own.lambda_layers import LambdaChoices
from keraport.runtimes import RuntimePool

HERE = Path(__file__).parent
FOLDERS = (*("keras2.0", "keras2.1", "keras2.1_theano", "keras2.2.2", "keras2.2", "keras2.3"),)
TARGETS = ("tf2.15", "tf2.3", "tf1.12")
CASES = [
    pytest.param(path, target, id=f"{folder}-{path.stem}-{target}")
    for folder in FOLDERS
    for path in sorted((HERE / folder).glob("*.h5"))
    for target in TARGETS
    # A slice of the middle of the line is enough: its ends have every model.
    if target == "tf2.15" or folder in ("keras2.0", "keras2.2")
]


@pytest.mark.runtime(*TARGETS)
@pytest.mark.parametrize(("source", "target"), CASES)
def test_predicts_the_same(
    source: Path, target: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    out = tmp_path / "out.h5"
    options = Options(lambdas=LambdaChoices(translate=True))
    report = convert(source, out, target, options=options)
    assert report.source == source.parent.name.partition("_")[0]
    assert_predicts(out, source, target, runtimes, tmp_path)
