"""Whether the file system lets two files share blocks, so that bytes move without being copied.

XFS and Btrfs do, for whole blocks that lie alike in both files (``ioctl_ficlonerange(2)``);
``copy_file_range`` shares them by itself then.
"""

from __future__ import annotations

import os
import struct
import tempfile
from pathlib import Path
from typing import Final

PAGE: Final = 4096
"""Bytes of a block, or several of them."""
_FICLONERANGE: Final = 0x4020940D
_RANGE: Final = struct.Struct("=qQQQ")


def shares_blocks(handle: int, folder: Path) -> bool:
    """Whether a file in `folder` can share blocks with an open file; one is tried.

    Args:
        handle: the open file.
        folder: where the other one is written.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        found = os.fstat(handle)
        if found.st_size < PAGE or found.st_dev != folder.stat().st_dev:
            return False
        with tempfile.TemporaryFile(dir=folder) as trial:
            fcntl.ioctl(trial.fileno(), _FICLONERANGE, _RANGE.pack(handle, 0, PAGE, 0))
    except OSError:
        return False
    return True
