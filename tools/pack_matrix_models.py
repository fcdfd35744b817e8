"""Pack what ``tools/build_matrix_models.py`` wrote for the repository, or unpack it.

::

    uv run python tools/pack_matrix_models.py FOLDER/keras2.2 [FOLDER/tf2.15 ...]
    uv run python tools/pack_matrix_models.py --unpack FOLDER [keras2.2 ...]

The names of the folders are those of the releases. It packs into ``tests/matrix/models``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from matrix.archive import MODELS, pack, releases, unpack


def main() -> None:
    """Pack or unpack."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--unpack", type=Path, metavar="FOLDER")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    if arguments.unpack is not None:
        for release in arguments.names or releases():
            print(unpack(release, arguments.unpack))
        return
    for folder in map(Path, arguments.names):
        print(f"{folder.name}: {pack(folder, MODELS / folder.name)} bytes")


if __name__ == "__main__":
    main()
