"""What the benchmarks share: processes measured in turn, and models of any size."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAYERS = 16
RUNS = int(os.environ.get("RUNS", "7"))
"""How often each command is measured; the environment says otherwise for a quick look."""
CONVERT = (sys.executable, "-m", "keraport", "convert")
IMPORTS = (sys.executable, "-c", "import h5py, numpy")
# As an installed package is: Python compiles each module once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@dataclass(frozen=True)
class Measured:
    """Medians of the runs of a command.

    Args:
        seconds: wall time.
        cpu: seconds of computing, by it and the system for it.
        memory: the largest peak of a process, in MB.
    """

    seconds: float
    cpu: float
    memory: float


def copy_and_flush(source: Path, target: Path) -> tuple[str, ...]:
    """``cp``, and waiting until the copy is on disk: what has to happen at the very least."""
    return ("sh", "-c", f"cp -r '{source}' '{target}' && find '{target}' -type f -exec sync {{}} +")


def in_turn(
    commands: Mapping[str, Sequence[str]], made: Sequence[Path] = (), runs: int = RUNS
) -> dict[str, Measured]:
    """Measure commands so often, one after the other, in changing order.

    What else the machine does, and what the disk still has to do, then meets all of them alike.

    Args:
        commands: each by its name.
        made: what they write; removed before each run.
        runs: of each, after one that does not count.
    """
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name in commands if number % 2 else reversed(commands):
            for path in made:
                remove(path)
            result = measure_fully(commands[name])
            if number:
                found[name].append(result)
    for path in made:
        remove(path)
    return {
        name: Measured(
            statistics.median(seconds for seconds, _, _ in results),
            statistics.median(cpu for _, cpu, _ in results),
            max(memory for _, _, memory in results),
        )
        for name, results in found.items()
    }


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there, and wait until the disk has done so."""
    if path.is_dir():
        for entry in path.iterdir():
            remove(entry)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def measure(command: Sequence[str]) -> tuple[float, float]:
    """Wall time in seconds and peak memory in MB of a process."""
    seconds, _, memory = measure_fully(command)
    return seconds, memory


def measure_fully(command: Sequence[str]) -> tuple[float, float, float]:
    """Wall time and computing time in seconds, and peak memory in MB of a process."""
    start = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawnp(command[0], list(command), os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    assert status == 0, command
    cpu = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, cpu, usage.ru_maxrss / 1024


def show(rows: Mapping[str, Measured], base: str) -> None:
    """Print a table, with the ratio to the row called `base`."""
    for name, row in rows.items():
        print(
            f"{name:34} {row.seconds:7.2f} s  {row.seconds / rows[base].seconds:6.2f} of {base}"
            f"  cpu {row.cpu:6.2f} s  peak {row.memory:7.1f} MB"
        )


def build(path: Path, megabytes: int, layers: int = LAYERS) -> None:
    """A chain of Dense layers in the layout of TensorFlow 2.3, written by a process of its own.

    A child's peak memory begins with its parent's.
    """
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import measuring; "
    code += f"measuring.build_here(measuring.Path({str(path)!r}), {megabytes}, {layers})"
    measure([sys.executable, "-c", code])


def build_here(path: Path, megabytes: int, layers: int) -> None:
    """As `build`, in this process."""
    import numpy as np

    units = max(4, int((megabytes * 2**20 / 4 / layers) ** 0.5))
    kernel = np.random.default_rng(0).normal(size=(units, units)).astype("float32")
    names = [f"dense_{index}" for index in range(layers)]
    write(path, [dense(name, units) for name in names], dict.fromkeys(names, kernel), units)


def dense(name: str, units: int) -> dict[str, object]:
    """A Dense layer without a bias."""
    config = {"name": name, "units": units, "use_bias": False, "activation": "relu"}
    return {"class_name": "Dense", "config": config}


def write(
    path: Path, layers: Sequence[dict[str, object]], kernels: Mapping[str, object], units: int
) -> None:
    """A Sequential in the layout of TensorFlow 2.3, with a kernel for each of these layers."""
    import h5py
    import numpy as np

    entry = {"batch_input_shape": [None, units], "dtype": "float32", "sparse": False}
    first = {"class_name": "InputLayer", "config": {**entry, "ragged": False, "name": "input"}}
    config = {"name": "chain", "layers": [first, *layers]}
    document = {"class_name": "Sequential", "config": config}
    with h5py.File(path, "w") as file:
        weights = file.create_group("model_weights")
        for name, kernel in kernels.items():
            weights[f"{name}/{name}/kernel:0"] = kernel
            weights[name].attrs["weight_names"] = np.array([f"{name}/kernel:0".encode()])
        listed = np.array([name.encode() for name in kernels])
        # Keras splits lists that an attribute does not hold.
        parts = np.array_split(listed, -(-listed.nbytes // 60_000))
        for number, part in enumerate(parts):
            weights.attrs["layer_names" + (str(number) if len(parts) > 1 else "")] = part
        file.attrs["model_config"] = json.dumps(document).encode()
        file.attrs["keras_version"] = b"2.4.0"
        file.attrs["backend"] = b"tensorflow"
