"""Equal input gives equal bytes, whatever order sets and dicts have in a process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

GOLDEN = Path(__file__).parent / "tf2.3"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.h5"))[::8]
CONVERT = """
import sys
from pathlib import Path
from keraport.convert import Options, convert
golden, folder, *names = sys.argv[1:]
for name in names:
    for target, suffix in (("tf1.12", "h5"), ("tf1.12", "json"), ("tf2.3", "h5")):
        output = Path(folder) / target / f"{name}.{suffix}"
        output.parent.mkdir(exist_ok=True)
        source = Path(golden) / f"{name}.h5"
        options = Options(allow_approximate=True, drop_optimizer=True)
        convert(source, output, target, options=options, force=True)
"""


def converted(folder: Path, hash_seed: str) -> dict[str, bytes]:
    """Everything that a process of its own writes, by path."""
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-c", CONVERT, str(GOLDEN), str(folder), *NAMES],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=True,
    )
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_equal_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first = converted(tmp_path / "first", "1")
    # HDF5 can write times, which go by seconds.
    time.sleep(1.1)
    second = converted(tmp_path / "second", "2")
    assert len(first) > 2 * len(NAMES)
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name]] == []
