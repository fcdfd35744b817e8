"""Converting large files against ``cp`` and flushing, in one run: slope, fixed cost, memory.

``uv run python benchmarks/large_file.py [MEGABYTES ...]``, by default 500 2000 4000; needs no
TensorFlow, and three times the largest size on disk.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import CONVERT, IMPORTS, LAYERS, build, copy_and_flush, in_turn, show

SIZES = (500, 2000, 4000)


def main() -> None:
    """Print the tables."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    taken = {}
    with tempfile.TemporaryDirectory() as folder:
        source, small = Path(folder) / "source.h5", Path(folder) / "small.h5"
        copied, out, archive = (Path(folder) / name for name in ("copied.h5", "o.h5", "o.keras"))
        build(small, 1)
        convert = [*CONVERT, "-q", str(small), str(out), "--to", "tf1.12"]
        fixed = in_turn({"import h5py, numpy": IMPORTS, "keraport convert": convert}, [out])
        print("a file of 1 MB")
        show(fixed, "import h5py, numpy")
        for size in sizes:
            build(source, size)
            commands = {
                "cp + fsync": copy_and_flush(source, copied),
                "keraport convert": [*CONVERT, "-q", str(source), str(out), "--to", "tf1.12"],
                "keraport convert to .keras": [
                    *(*CONVERT, "-q", str(source), str(archive), "--to", "keras3.15"),
                ],
                "keraport inspect": [sys.executable, "-m", "keraport", "inspect", str(source)],
            }
            taken[size] = rows = in_turn(commands, [copied, out, archive])
            print(f"{size} MB in {LAYERS} weights")
            show(rows, "cp + fsync")
    if len(sizes) > 1:
        first, last = taken[sizes[0]], taken[sizes[-1]]
        slopes = {name: last[name].seconds - first[name].seconds for name in first}
        for name in ("keraport convert", "keraport convert to .keras"):
            print(f"slope of {name}: {slopes[name] / slopes['cp + fsync']:.2f} of cp + fsync")


if __name__ == "__main__":
    main()
