"""Converting a large file against ``cp``, in one run: wall time and peak memory.

``uv run python benchmarks/large_file.py [MEGABYTES]``; needs no TensorFlow.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

LAYERS = 16


def build(path: Path, megabytes: int) -> None:
    """A chain of Dense layers in the layout of TensorFlow 2.3."""
    # Imported by the process that builds alone: a child's peak memory begins with its parent's.
    import h5py
    import numpy as np

    units = int((megabytes * 2**20 / 4 / LAYERS) ** 0.5)
    entry = {"batch_input_shape": [None, units], "dtype": "float32", "sparse": False}
    layers = [{"class_name": "InputLayer", "config": {**entry, "ragged": False, "name": "input"}}]
    kernel = np.random.default_rng(0).normal(size=(units, units)).astype("float32")
    with h5py.File(path, "w") as file:
        weights = file.create_group("model_weights")
        for index in range(LAYERS):
            name = f"dense_{index}"
            config = {"name": name, "units": units, "use_bias": False, "activation": "relu"}
            layers.append({"class_name": "Dense", "config": config})
            weights[f"{name}/{name}/kernel:0"] = kernel
            weights[name].attrs["weight_names"] = [f"{name}/kernel:0".encode()]
        weights.attrs["layer_names"] = [f"dense_{index}".encode() for index in range(LAYERS)]
        config = {"name": "chain", "layers": layers}
        document = {"class_name": "Sequential", "config": config}
        file.attrs["model_config"] = json.dumps(document).encode()
        file.attrs["keras_version"] = b"2.4.0"
        file.attrs["backend"] = b"tensorflow"


def measure(command: list[str]) -> tuple[float, float]:
    """Wall time in seconds and peak memory in MB of a process."""
    start = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    assert status == 0, command
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    if sys.argv[1:2] == ["--build"]:
        build(Path(sys.argv[2]), int(sys.argv[3]))
        return
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder:
        source, small = Path(folder) / "large.h5", Path(folder) / "small.h5"
        for path, size in ((source, megabytes), (small, 1)):
            measure([sys.executable, __file__, "--build", str(path), str(size)])
        copied, out = str(Path(folder) / "copied.h5"), str(Path(folder) / "out.h5")
        convert = [sys.executable, "-m", "keraport", "convert"]
        rows = {
            "cp": measure(["cp", str(source), copied]),
            "keraport convert": measure([*convert, str(source), out, "--to", "tf1.12"]),
            "keraport convert (1 MB)": measure(
                [*convert, str(small), out, "--to", "tf1.12", "--force"]
            ),
        }
    print(f"{megabytes} MB in {LAYERS} weights")
    for name, (seconds, memory) in rows.items():
        ratio = seconds / rows["cp"][0]
        print(f"{name:26} {seconds:6.2f} s  {ratio:6.2f} of cp  peak {memory:7.1f} MB")


if __name__ == "__main__":
    main()
