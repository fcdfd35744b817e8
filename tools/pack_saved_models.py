"""Pack SavedModel directories into one archive for the tests.

::

    uv run python tools/pack_saved_models.py DIR ARCHIVE.tar.xz [NAME...]

The files are stored as they were saved. Solid compression makes much of what graphs of one release
have in common.
"""

import sys
import tarfile
from pathlib import Path


def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without what differs from run to run."""
    entry.mtime = entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def main() -> None:
    """Pack."""
    folder, archive, *names = sys.argv[1:]
    chosen = names or sorted(path.name for path in Path(folder).iterdir())
    with tarfile.open(archive, "w:xz", preset=9) as tar:
        for name in chosen:
            for path in sorted((Path(folder) / name).rglob("*")):
                if path.is_file():
                    tar.add(
                        path, f"{name}/{path.relative_to(Path(folder) / name)}", filter=anonymous
                    )
    print(f"{len(chosen)} models, {Path(archive).stat().st_size} bytes")


main()
