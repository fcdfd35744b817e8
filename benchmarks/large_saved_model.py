"""Converting a large SavedModel: wall time and peak memory beside those of ``cp``, in one run.

``uv run python benchmarks/large_saved_model.py [MEGABYTES]``; needs the runtime of TensorFlow 2.3,
which writes the directory.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import measure

from keraport.catalog.releases import get_release
from keraport.runtimes.manager import ensure_runtime

SAVE = """
import sys
import tensorflow as tf
units = int(sys.argv[2])
dense = tf.keras.layers.Dense(units, input_shape=(units,), kernel_initializer="zeros")
tf.keras.Sequential([dense]).save(sys.argv[1])
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
        convert = [sys.executable, "-m", "keraport", "convert"]
        rows = {
            "cp -r": measure(["cp", "-r", str(large), f"{folder}/copied"]),
            "keraport convert": measure([*convert, str(large), f"{folder}/a.h5", "--to", "tf1.12"]),
            "keraport convert (small)": measure(
                [*convert, str(small), f"{folder}/b.h5", "--to", "tf1.12"]
            ),
        }
    print(f"{megabytes} MB in 1 kernel")
    for name, (seconds, memory) in rows.items():
        ratio = seconds / rows["cp -r"][0]
        print(f"{name:26} {seconds:6.2f} s  {ratio:6.2f} of cp  peak {memory:7.1f} MB")


if __name__ == "__main__":
    main()
