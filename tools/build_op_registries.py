"""Write the registries of operations that ``src/keraport/graphs/registries`` holds.

::

    uv run python tools/build_op_registries.py tf1.12 tf2.3

Each is what ``tools/op_registry.py`` and ``tools/kernel_registry.py`` find in the real release,
which is installed on demand.
"""

from __future__ import annotations

import lzma
import subprocess
import sys
import tempfile
from pathlib import Path

from keraport.catalog.releases import get_release
from keraport.runtimes.manager import ensure_runtime

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src" / "keraport" / "graphs" / "registries"


SCRIPTS = {"pb": "op_registry.py", "kernels": "kernel_registry.py"}


def main() -> None:
    """Write the registries of the releases that the command line names."""
    for release in sys.argv[1:]:
        python = ensure_runtime(get_release(release))
        for suffix, script in SCRIPTS.items():
            with tempfile.TemporaryDirectory() as folder:
                listed = Path(folder) / "listed"
                subprocess.run([str(python), str(ROOT / "tools" / script), str(listed)], check=True)
                packed = lzma.compress(listed.read_bytes(), preset=9 | lzma.PRESET_EXTREME)
            (FOLDER / f"{release.removeprefix('tf')}.{suffix}.xz").write_bytes(packed)
            print(release, suffix, len(packed))


if __name__ == "__main__":
    main()
