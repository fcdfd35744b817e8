"""Converting a large SavedModel against ``cp`` and flushing, in turn, in one run.

``uv run python benchmarks/large_saved_model.py [MEGABYTES]``; needs the runtime of TensorFlow 2.3,
which writes the directory.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import CONVERT, copy_and_flush, in_turn, show

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
        copied, out = Path(folder) / "copied", Path(folder) / "out.h5"
        commands = {
            "cp -r + fsync": copy_and_flush(large, copied),
            "keraport convert": [*CONVERT, "-q", str(large), str(out), "--to", "tf1.12"],
            "keraport convert (small)": [*CONVERT, "-q", str(small), str(out), "--to", "tf1.12"],
        }
        rows = in_turn(commands, [copied, out])
    print(f"{megabytes} MB in 1 kernel")
    show(rows, "cp -r + fsync")
    values = rows["keraport convert"].seconds - rows["keraport convert (small)"].seconds
    print(f"without what the small one takes: {values / rows['cp -r + fsync'].seconds:.2f}")


if __name__ == "__main__":
    main()
