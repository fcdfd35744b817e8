"""What a process asked of the system between two marks, read from the log of strace.

Marks are files that do not exist, whose status the process asks for (``worker_target.py``).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_CALL = re.compile(r"^(\d+)\s+(?:<\.\.\. )?(\w+)(?:\(| resumed)(.*)$")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PROC = re.compile(r"^/proc/(\d+|self)(/task/\d+)?")
_WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE")
_LOOKS = frozenset(
    [
        *("open", "openat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat"),
        *("faccessat2", "readlink", "readlinkat", "statfs", "getcwd", "getxattr", "lgetxattr"),
    ]
)
_SILENT = frozenset({"exit", "exit_group", "wait4", "waitid", "fstatfs", "fstat"})


@dataclass(frozen=True, slots=True)
class Access:
    """One call to the system.

    Args:
        call: its name.
        paths: that it names.
        writes: it is not one that only looks or reads.
    """

    call: str
    paths: tuple[str, ...]
    writes: bool
    line: str


def command(log: Path) -> list[str]:
    """What to start a process under; it sees files, processes and the network.

    Raises:
        FileNotFoundError: strace is not installed.
    """
    strace = shutil.which("strace")
    if strace is None:
        raise FileNotFoundError("strace is not installed: apt-get install strace")
    return [strace, "-f", "-qq", "--seccomp-bpf", "-s", "300", "-e",
            "trace=%file,%process,%network", "-o", str(log)]  # fmt: skip


@dataclass(slots=True)
class Log:
    """Reads on where it stopped.

    Args:
        path: the log.
    """

    path: Path
    place: int = 0
    rest: str = ""
    inside: str | None = None
    marked: dict[str, list[Access]] = field(default_factory=dict)

    def between(self, mark: str) -> list[Access]:
        """Everything between the two marks of that number.

        Raises:
            ValueError: a mark is missing.
        """
        ended = False
        for line in self._lines():
            if f"/keraport-mark/{mark}/begin" in line:
                self.marked[mark] = []
                self.inside = mark
            elif f"/keraport-mark/{mark}/end" in line:
                self.inside = None
                ended = True
            elif self.inside is not None:
                access = _access(line)
                if access is not None:
                    self.marked[self.inside].append(access)
        if not ended or mark not in self.marked:
            raise ValueError(f"the log of strace has no marks of {mark}")
        return self.marked.pop(mark)

    def _lines(self) -> Iterator[str]:
        with self.path.open("rb") as file:
            file.seek(self.place)
            data = file.read()
            self.place = file.tell()
        *lines, self.rest = (self.rest + data.decode("utf-8", "replace")).split("\n")
        yield from lines


def _access(line: str) -> Access | None:
    found = _CALL.match(line)
    if found is None or "resumed" in line.split("(")[0]:
        return None  # the line that it resumes was counted
    call, arguments = found.group(2), found.group(3)
    if call in _SILENT:
        return None
    if call in ("clone", "clone3") and "CLONE_THREAD" in arguments:
        return None
    # An empty path is that of a file which is open already: ``fstat``.
    paths = tuple(_PROC.sub("/proc/PID", path) for path in _TEXT.findall(arguments) if path)
    writes = call not in _LOOKS or (call.startswith("open") and bool(_WRITES.search(arguments)))
    return Access(call, paths, writes, line[:300])


def events(accesses: list[Access], allowed: frozenset[str]) -> list[str]:
    """Those that write, start, connect, or look at what is not allowed."""
    return [item.line for item in accesses if item.writes or not set(item.paths) <= allowed]
