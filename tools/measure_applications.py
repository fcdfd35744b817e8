"""Build, convert and compare the models of ``keras.applications``.

::

    uv run python tools/measure_applications.py [--from tf2.3] [--to tf1.12] RESULTS.json WORK_DIR
        [NAME ...]

One model at a time is built in the source (``tools/build_applications.py``), converted, run in the
target, and deleted again. RESULTS.json keeps what was measured before.
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

OPTIONS = Options(lambdas=LambdaChoices(translate=True), drop_optimizer=True)
"""InceptionResNetV2 holds Lambdas that add with a scale."""
SUFFIXES = {"keras3": ".keras"}
"""Line of the target: what is written for it, where that is not HDF5."""
SECONDS = 900.0
LIMIT = 1e-5
TIMES_ROUNDING = 10.0
"""Both releases round, and not in the same places."""


def measure(
    name: str, folder: Path, runtime: Runtime, source_id: str, target_id: str
) -> dict[str, Any]:
    """What became of one application; its files are deleted."""
    tool = Path(__file__).with_name("build_applications.py")
    python = ensure_runtime(get_release(source_id))
    subprocess.run([python, tool, folder, name], check=True, stderr=subprocess.DEVNULL)
    suffix = SUFFIXES.get(get_release(target_id).line, ".h5")
    source, output = folder / f"{name}.h5", folder / f"{name}_1{suffix}"
    report = convert(source, output, target_id, from_=source_id, options=OPTIONS, force=True)
    planned = plan(source, target_id, from_=source_id, options=OPTIONS)
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
    parser.add_argument("--from", dest="source", default="tf2.3", help="the release that builds")
    parser.add_argument("--to", default="tf1.12", help="the release that opens them")
    parser.add_argument("--more", action="store_true", help="skip those in RESULTS.json")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    path: Path = arguments.results
    rows = {row["name"]: row for row in json.loads(path.read_text())} if path.exists() else {}
    refused = []
    with Runtime.start(get_release(arguments.to)) as runtime:
        for name in arguments.name:
            if arguments.more and name in rows:
                continue
            try:
                rows[name] = measure(name, arguments.work, runtime, arguments.source, arguments.to)
            except (RefusedError, ValueError, subprocess.CalledProcessError) as error:
                refused.append(f"{name}: {error}")
                print(refused[-1], flush=True)
                continue
            print(json.dumps(rows[name]), flush=True)
            ordered = [rows[key] for key in sorted(rows)]
            path.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    if refused:
        raise SystemExit("\n".join(refused))


if __name__ == "__main__":
    main()
