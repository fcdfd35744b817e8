"""What a layer costs: chains, nested models, and layers that all change; doubled each time.

``uv run python benchmarks/many_layers.py``; needs no TensorFlow.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
from measuring import CONVERT, build, dense, in_turn, write

UNITS = 4


def chain(path: Path, layers: int) -> None:
    """Dense layers, one behind the other."""
    build(path, 0, layers)


def changing(path: Path, layers: int) -> None:
    """Layers with an activation that TensorFlow 1.12 does not have, so that all are rewritten."""
    names = [f"d{number}" for number in range(layers)]
    made = []
    for name in names:
        config = {"name": name, "units": UNITS, "use_bias": False, "activation": "swish"}
        made.append({"class_name": "Dense", "config": config})
    write(path, made, dict.fromkeys(names, np.eye(UNITS, dtype="float32")), UNITS)


def nested(path: Path, layers: int) -> None:
    """A tenth as many models, each with ten of the layers."""
    kernels = [(f"d{number}", np.eye(UNITS, dtype="float32")) for number in range(layers)]
    models = []
    with h5py.File(path, "w") as file:
        weights = file.create_group("model_weights")
        for number in range(layers // 10):
            inner = kernels[10 * number : 10 * number + 10]
            entry = {"batch_input_shape": [None, UNITS], "dtype": "float32", "sparse": False}
            first = {"name": f"i{number}", "ragged": False, **entry}
            listed = [{"class_name": "InputLayer", "config": first}]
            listed += [dense(name, UNITS) for name, _ in inner]
            config = {"name": f"m{number}", "layers": listed}
            models.append({"class_name": "Sequential", "config": config})
            for name, kernel in inner:
                weights[f"m{number}/{name}/kernel:0"] = kernel
            names = [f"{name}/kernel:0".encode() for name, _ in inner]
            weights[f"m{number}"].attrs["weight_names"] = np.array(names)
        weights.attrs["layer_names"] = np.array([f"m{n}".encode() for n in range(len(models))])
        document = {"class_name": "Sequential", "config": {"name": "whole", "layers": models}}
        file.attrs["model_config"] = json.dumps(document).encode()
        file.attrs["keras_version"] = b"2.4.0"
        file.attrs["backend"] = b"tensorflow"


CASES: tuple[tuple[str, Callable[[Path, int], None], int], ...] = (
    ("layers in a chain", chain, 5000),
    ("layers in a tenth as many models", nested, 1000),
    ("layers that change", changing, 2000),
)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.h5"
        for name, make, most in CASES:
            commands = {}
            for layers in (most // 4, most // 2, most):
                source = Path(folder) / f"{make.__name__}-{layers}.h5"
                make(source, layers)
                allowed = ("--to", "tf1.12", "--allow", "approximate")
                commands[str(layers)] = [*CONVERT, "-q", str(source), str(out), *allowed]
            rows = in_turn(commands, [out])
            before = None
            for layers, row in rows.items():
                times = "" if before is None else f"  {row.seconds / before:4.2f} times"
                print(
                    f"{layers:>5} {name:34} {row.seconds:6.2f} s  cpu {row.cpu:6.2f} s"
                    f"  peak {row.memory:6.1f} MB{times}"
                )
                before = row.seconds


if __name__ == "__main__":
    main()
