"""Build, convert and compare the models of ``keras.applications`` of TensorFlow 2.3.0.

::

    uv run python tools/measure_applications.py RESULTS.json WORK_DIR [NAME ...]

One model at a time is built in TensorFlow 2.3.0 (``tools/build_applications.py``), converted, run
in TensorFlow 1.12.0, and deleted again. RESULTS.json keeps what was measured before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from coverage.measure.convert import defined_by
from keraport.catalog.releases import get_release
from keraport.companion.write import companion_path
from keraport.convert import Options, convert, plan
from keraport.errors import RefusedError
from keraport.own.lambda_layers import LambdaChoices
from keraport.runtimes import Runtime, ensure_runtime

OPTIONS = Options(lambdas=LambdaChoices(translate=True))
"""InceptionResNetV2 holds Lambdas that add with a scale."""
SECONDS = 900.0
LIMIT = 1e-5
TIMES_ROUNDING = 10.0
"""Both releases round, and not in the same places."""


def measure(name: str, folder: Path, runtime: Runtime) -> dict[str, Any]:
    """What became of one application; its files are deleted."""
    tool = Path(__file__).with_name("build_applications.py")
    python = ensure_runtime(get_release("tf2.3"))
    subprocess.run([python, tool, folder, name], check=True, stderr=subprocess.DEVNULL)
    source, output = folder / f"{name}.h5", folder / f"{name}_1.h5"
    report = convert(source, output, "tf1.12", options=OPTIONS, force=True)
    planned = plan(source, "tf1.12", options=OPTIONS)
    if planned.report.layers != report.layers:
        raise ValueError(f"{name}: check says something else than convert does")
    companion, returned = companion_path(output), folder / f"{name}_1.npz"
    request = {
        "op": "predict",
        "model": str(output.absolute()),
        "inputs": str((folder / f"{name}.npz").absolute()),
        "outputs": str(returned.absolute()),
        "objects": [str(companion.absolute())] if companion.exists() else [],
        "compile": False,
    }
    reply = runtime.request(request, timeout=SECONDS)
    if "error" in reply:
        raise ValueError(f"{name}: {reply['error']['type']}: {reply['error']['message'][:500]}")
    with np.load(folder / f"{name}.npz") as arrays, np.load(returned) as found:
        side = arrays["input_0"].shape[1]
        rounding = float(arrays["rounding"])
        wanted, got = arrays["output_0"], found["output_0"]
        difference = float(np.abs(got - wanted).max() / np.abs(wanted).max())
    if difference > max(LIMIT, TIMES_ROUNDING * rounding):
        raise ValueError(f"{name}: differs by {difference:.1e}, rounding makes {rounding:.1e}")
    row = {
        "name": name,
        "side": side,
        "weights": source.stat().st_size // 4,
        "verdict": str(report.verdict),
        "companions": defined_by(planned),
        "difference": difference,
        "rounding": rounding,
    }
    for path in (source, output, companion, returned, folder / f"{name}.npz"):
        path.unlink(missing_ok=True)
    return row


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("name", nargs="+")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    path: Path = arguments.results
    rows = {row["name"]: row for row in json.loads(path.read_text())} if path.exists() else {}
    refused = []
    with Runtime.start(get_release("tf1.12")) as runtime:
        for name in arguments.name:
            try:
                rows[name] = measure(name, arguments.work, runtime)
            except RefusedError as error:
                refused.append(f"{name}: {error}")
                continue
            print(json.dumps(rows[name]), flush=True)
            ordered = [rows[key] for key in sorted(rows)]
            path.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    if refused:
        raise SystemExit("\n".join(refused))


if __name__ == "__main__":
    main()
