"""Models opened by the lines that `convert` prints, in the real release, in one process for all."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

SCRIPT = """
import json, os, sys
import numpy as np
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
import tensorflow as tf
for name in ("tf_keras", "keras"):
    try:
        globals()[name] = __import__(name)
    except ImportError:
        pass
found = []
for number, job in enumerate(json.load(open(sys.argv[1]))):
    os.chdir(job["folder"])
    sys.path.insert(0, job["folder"])
    data = np.load(job["arrays"])
    given = [data["input_%d" % n] for n in range(sum(k.startswith("in") for k in data.files))]
    wanted = [data["output_%d" % n] for n in range(sum(k.startswith("out") for k in data.files))]
    try:
        names = dict(globals())
        *before, last = job["load"].split("; ")
        for line in before:
            exec(line, names)
        exec(last if last.startswith("model") else "model = " + last, names)
        model = names["model"]
        result = model.predict(given if len(given) > 1 else given[0])
        result = result if isinstance(result, list) else [result]
        assert len(result) == len(wanted)
        worst = max(
            float(np.max(np.abs(a - b)) / (1e-6 + np.max(np.abs(b))))
            for a, b in zip(result, wanted)
        )
        found.append(worst)
    except Exception as error:
        found.append("%s: %s" % (type(error).__name__, str(error)[:400]))
    sys.path.pop(0)
print("RESULT " + json.dumps(found))
"""


@dataclass(frozen=True)
class Job:
    """A model to open.

    Args:
        folder: where the line is typed.
        load: what is typed; it ends with the model, or says ``model = ...``.
        arrays: ``input_0``, ..., ``output_0``, ... as the source release had them.
    """

    folder: str
    load: str
    arrays: str


def differences(python: Path, jobs: Sequence[Job], tmp_path: Path) -> list[float | str]:
    """How far each model is from what is wanted, as a share of the largest value, or its error."""
    (tmp_path / "stock.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "jobs.json").write_text(json.dumps(list(map(asdict, jobs))), encoding="utf-8")
    run = subprocess.run(
        [str(python), str(tmp_path / "stock.py"), str(tmp_path / "jobs.json")],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    lines = [line for line in run.stdout.splitlines() if line.startswith("RESULT ")]
    assert lines, run.stderr[-2000:]
    answer: list[float | str] = json.loads(lines[-1].removeprefix("RESULT "))
    return answer


def wrong(found: Mapping[str, float | str], bound: float = 1e-5) -> dict[str, float | str]:
    """Those that failed or are too far off."""
    return {
        key: value
        for key, value in found.items()
        if isinstance(value, str) or not np.isfinite(value) or value > bound
    }
