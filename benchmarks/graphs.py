"""Carrying a large graph over: wall time and peak memory beside those of ``cp`` and of freezing.

``uv run python benchmarks/graphs.py [MEGABYTES]``; needs the runtime of TensorFlow 2.3, which
writes the directory and freezes its signature in the same run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from large_saved_model import SAVE
from measuring import measure

from keraport.catalog.releases import get_release
from keraport.runtimes.manager import ensure_runtime

FREEZE = """
import sys
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
loaded = tf.saved_model.load(sys.argv[1])
frozen = convert_variables_to_constants_v2(loaded.signatures["serving_default"])
open(sys.argv[2], "wb").write(frozen.graph.as_graph_def().SerializeToString())
"""


def main() -> None:
    """Print the table."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
    python = ensure_runtime(get_release("tf2.3"))
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder) / "large", Path(folder) / "small"
        for path, units in ((large, int((megabytes * 2**20 / 4) ** 0.5)), (small, 8)):
            command = [str(python), "-c", SAVE, str(path), str(units)]
            subprocess.run(command, check=True, capture_output=True)
        convert = [sys.executable, "-m", "keraport", "convert", "--to", "tf1.12", "--as-graph"]
        freeze = [str(python), "-c", FREEZE]
        rows = {
            "cp -r": measure(["cp", "-r", str(large), f"{folder}/copied"]),
            "keraport": measure([*convert, str(large), f"{folder}/a"]),
            "keraport (small)": measure([*convert, str(small), f"{folder}/b"]),
            "keraport --frozen": measure([*convert, str(large), f"{folder}/c.pb", "--frozen"]),
            "keraport --frozen (small)": measure(
                [*convert, str(small), f"{folder}/d.pb", "--frozen"]
            ),
            "freezing in TensorFlow 2.3": measure([*freeze, str(large), f"{folder}/e.pb"]),
            "freezing (small)": measure([*freeze, str(small), f"{folder}/f.pb"]),
        }
    print(f"{megabytes} MB in 1 kernel")
    for name, (seconds, memory) in rows.items():
        ratio = seconds / rows["cp -r"][0]
        print(f"{name:26} {seconds:6.2f} s  {ratio:6.2f} of cp  peak {memory:7.1f} MB")


if __name__ == "__main__":
    main()
