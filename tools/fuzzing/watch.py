"""What reading a model must never do, watched through Python's audit events (PEP 578)."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_FORBIDDEN = frozenset(
    {
        *("ctypes.dlopen", "ctypes.dlsym", "marshal.load", "marshal.loads", "pickle.find_class"),
        *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile"),
        *("os.system", "pty.spawn", "subprocess.Popen", "urllib.Request", "webbrowser.open"),
        *("socket.__new__", "socket.bind", "socket.connect", "socket.getaddrinfo"),
        *("socket.gethostbyname", "socket.sendto", "http.client.connect", "ftplib.connect"),
        *("os.symlink", "os.chown", "shutil.rmtree", "shutil.copyfile", "code.__new__"),
    }
)
_FRAMEWORKS = ("tensorflow", "keras", "tf_keras", "torch", "jax", "dill", "cloudpickle")
_OWN = tuple(
    {
        os.path.realpath(folder)
        for folder in (
            sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(),
            str(Path(__file__).parents[2] / "src"),
        )
    }
)  # fmt: skip
"""Where Python and its packages lie: modules and their data are read from there."""


class Watch:
    """Collects forbidden events while it is on. There is one for a process: hooks stay for ever.

    Args:
        beneath: count only what a module below this folder causes; everything without it.
    """

    def __init__(self, *, beneath: str = "") -> None:
        self._beneath = beneath
        self._allowed: tuple[str, ...] = ()
        self._on = False
        self.events: list[str] = []
        sys.addaudithook(self._hook)

    @contextmanager
    def on(self, *allowed: Path) -> Iterator[list[str]]:
        """Watch; files may be opened below `allowed` only, and where Python itself lies.

        Yields:
            the events that were forbidden, filled while it runs.
        """
        self._allowed = tuple(os.path.realpath(path) for path in allowed)
        self.events = []
        self._on = True
        try:
            yield self.events
        finally:
            self._on = False

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._on:
            return
        found = ""
        if event == "open":
            found = self._opened(arguments[0])
        elif event == "import":
            name = str(arguments[0])
            found = f"import {name}" if name.partition(".")[0] in _FRAMEWORKS else ""
        elif event in _FORBIDDEN and not _by_the_import_system():
            found = f"{event} {arguments!r:.200}"
        if found and self._caused_beneath():
            self.events.append(found)

    def _caused_beneath(self) -> bool:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename.startswith(self._beneath):
                return True
            frame = frame.f_back
        return False

    def _opened(self, path: object) -> str:
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        self._on = False
        place = os.path.realpath(os.fsdecode(path))
        self._on = True
        # How much memory this process has is asked of the system.
        own = (os.devnull, f"/proc/{os.getpid()}/statm")
        return "" if place in own or place.startswith((*self._allowed, *_OWN)) else f"open {place}"


def _by_the_import_system() -> bool:
    """True if the next frame of Python is that of an import, which unmarshals ``.pyc`` files."""
    frame = sys._getframe(2)
    return frame.f_code.co_filename.startswith("<frozen importlib")
