"""A short run of ``tools/fuzz.py``, always the same cases."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FUZZ = Path(__file__).parents[2] / "tools" / "fuzz.py"


def test_a_short_campaign_finds_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    ended = subprocess.run(
        [sys.executable, FUZZ, "--executions", "1500", "--seed", "0", "--json", log],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout
    results = json.loads(log.read_text("utf-8"))
    assert sum(result["executions"] for result in results) >= 1500
    # A mutation that breaks nothing, or everything, would find nothing either.
    outcomes = {result["target"]: set(result["outcomes"]) for result in results}
    assert {"read", "DamagedFileError", "UnsafeFileError"} <= outcomes["hdf5"]
    assert {"done", "DamagedFileError"} <= outcomes["config"]
    assert {"translated", "UntranslatableError"} <= outcomes["lambda"]
