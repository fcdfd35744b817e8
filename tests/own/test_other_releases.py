"""Models of other releases with classes of the user's: converted with their source rewritten.

The files were saved by the real releases (``other_releases/run.py``), which recorded what they
predict; the converted ones are opened by the real targets.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.convert import Options, convert

HERE = Path(__file__).parent / "other_releases"
SOURCES = {
    "keras3.15": ("layers_keras3.py", ".keras"),
    "tf2.15": ("layers_tf215.py", ".h5"),
    "tf1.12": ("layers_tf112.py", ".h5"),
}
MODELS = ("gated", "twice")
TARGETS = {
    "keras3.15": ("tf2.15", "tf1.12"),
    "tf2.15": ("keras3.15", "tf1.12"),
    "tf1.12": ("tf2.15", "keras3.15"),
}
"""And where their models come from."""

CASES = [
    (source, target, name)
    for target, sources in TARGETS.items()
    for source in sources
    for name in MODELS
]


@pytest.fixture(scope="module")
def predicted(
    tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]
) -> Path:
    """What the targets predict, in a file for each case; a process a target."""
    folder = tmp_path_factory.mktemp("other_releases")
    for target, sources in TARGETS.items():
        jobs = []
        for source in sources:
            own, ending = SOURCES[source]
            place = folder / f"{source}_{target}"
            place.mkdir()
            for name in MODELS:
                model = HERE / source / f"{name}{ending}"
                output = place / f"{name}{'.keras' if target == 'keras3.15' else '.h5'}"
                options = Options(objects=(HERE / own,), port=True)
                report = convert(model, output, target, from_=source, options=options)
                [ported] = report.ported
                assert not ported.undecided
                inputs = model.with_suffix(".npz")
                jobs.append([place / ported.written, output, inputs, place / f"{name}.npz"])
        table = folder / f"{target}.json"
        table.write_text(json.dumps([[str(path) for path in job] for job in jobs]), "utf-8")
        keras = "keras" if target == "keras3.15" else "tf.keras"
        command = [str(runtime_python(target)), str(HERE / "run.py"), keras, "load", str(table)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (target, done.stderr[-4000:])
    return folder


@pytest.mark.runtime("keras3.15", "tf2.15", "tf1.12")
@pytest.mark.parametrize(("source", "target", "name"), CASES)
def test_it_predicts_what_the_source_release_predicted(
    source: str, target: str, name: str, predicted: Path
) -> None:
    with (
        np.load(HERE / source / f"{name}.npz") as wanted,
        np.load(predicted / f"{source}_{target}" / f"{name}.npz") as got,
    ):
        scale = float(np.max(np.abs(wanted["y"])))
        assert scale > 0.1
        assert got["y"].shape == wanted["y"].shape
        np.testing.assert_allclose(got["y"], wanted["y"], atol=1e-5 * scale, rtol=0)
