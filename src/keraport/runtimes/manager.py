"""Builds, lists and removes the environments in which the real releases run.

An environment is a folder ``<release>-<hash of pins and Python>`` in the cache. The marker
``complete.json`` is written last: a folder without it is an interrupted build and is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from platformdirs import user_cache_dir

from keraport.catalog.releases import Release
from keraport.errors import RuntimeUnavailableError
from keraport.records import dataclass
from keraport.runtimes.disk import require_space
from keraport.runtimes.environment import for_building
from keraport.runtimes.interpreters import find_interpreter
from keraport.runtimes.locks import locked
from keraport.runtimes.processes import run_supervised
from keraport.runtimes.uv import find_uv

Progress = Callable[[str], None]

_MARKER = "complete.json"
_BUILD_SECONDS = 1800.0
_LAST_LINES = 15
_MARKER_BYTES = 65_536
_FOLDER = re.compile(r"(?P<release>.+)-(?P<digest>[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class InstalledRuntime:
    """An environment in the cache.

    Args:
        release: id of the release.
        path: its folder.
        python: its interpreter.
        requirements: the pins it was built from.
        size: bytes of all its files (files that uv shares with its own cache are counted too).
    """

    release: str
    path: Path
    python: Path
    requirements: tuple[str, ...]
    size: int


def cache_root() -> Path:
    """``KERAPORT_CACHE_DIR``, or the user's cache folder for keraport."""
    chosen = os.environ.get("KERAPORT_CACHE_DIR", "").strip()
    return Path(chosen).expanduser().absolute() if chosen else Path(user_cache_dir("keraport"))


def runtimes_folder() -> Path:
    """Where the environments are."""
    return cache_root() / "runtimes"


def runtime_folder(release: Release) -> Path:
    """Where the environment of `release` is, or would be; new pins make a new folder."""
    pins = json.dumps([release.python, *release.requirements])
    digest = hashlib.sha256(pins.encode()).hexdigest()[:12]
    return runtimes_folder() / f"{release.runtime}-{digest}"


def python_of(folder: Path) -> Path:
    """The interpreter of the environment in `folder`."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def installed_python(release: Release) -> Path | None:
    """The interpreter of the finished environment of `release`; None if there is none.

    Raises:
        RuntimeUnavailableError: the cache cannot be read.
    """
    folder = runtime_folder(release)
    with _cache_errors(folder.parent):
        # The marker stays when the interpreter below the environment is uninstalled.
        finished = _pins_of(folder) == release.requirements and python_of(folder).exists()
    return python_of(folder) if finished else None


def require_runtime(release: Release) -> Path:
    """The Python executable of the environment of `release`, which is not built.

    Raises:
        RuntimeUnavailableError: there is none, or the cache cannot be read.
    """
    python = installed_python(release)
    if python is None:
        raise RuntimeUnavailableError(
            f"{release.runtime} is not installed", hint=f"run `{_install_line(release)}`"
        )
    return python


def _install_line(release: Release) -> str:
    backend = f" --backend {release.backend}" if release.backend else ""
    return f"keraport runtimes install {release.id}{backend}"


def ensure_runtime(release: Release, progress: Progress | None = None) -> Path:
    """The Python executable of the environment of `release`, which is built if need be.

    Safe to be called by several processes at once: one builds, the others wait.

    Args:
        release: which release.
        progress: told, in a sentence each, what is being done.

    Raises:
        RuntimeUnavailableError: no interpreter, uv could not build it, or the cache cannot be
            written.
        UsageError: ``KERAPORT_PYTHON_<minor>`` names something else than such an interpreter.
    """
    say = progress or (lambda _: None)
    python = installed_python(release)
    if python is not None:
        return python
    folder = runtime_folder(release)
    waiting = f"another process is building {release.runtime}; waiting for it"
    lock = folder.with_name(f"{folder.name}.lock")
    with _cache_errors(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(lock, waiting=lambda: say(waiting)) as held:
            python = installed_python(release)
            if python is None:
                python = _build(release, folder, say, held)
    return python


def installed_runtimes() -> tuple[InstalledRuntime, ...]:
    """Every finished environment in the cache, by name.

    Raises:
        RuntimeUnavailableError: the cache cannot be read.
    """
    found = []
    with _cache_errors(runtimes_folder()):
        for marker in sorted(runtimes_folder().glob(f"*/{_MARKER}")):
            folder = marker.parent
            match, pins = _FOLDER.fullmatch(folder.name), _pins_of(folder)
            if match is None or pins is None or not python_of(folder).exists():
                continue
            python = python_of(folder)
            found.append(InstalledRuntime(match["release"], folder, python, pins, _size(folder)))
    return tuple(found)


def remove_runtime(release: Release) -> int:
    """Remove every environment of `release`, also unfinished ones and those of older pins.

    Returns:
        How many bytes were removed; 0 if there was none.

    Raises:
        RuntimeUnavailableError: another process is building it, or the folder cannot be removed.
    """
    removed = 0
    with _cache_errors(runtimes_folder()):
        for folder in sorted(runtimes_folder().glob(f"{release.runtime}-*")):
            match = _FOLDER.fullmatch(folder.name)
            if match is None or match["release"] != release.runtime or not folder.is_dir():
                continue
            with locked(folder.with_name(f"{folder.name}.lock"), seconds=5.0):
                size = _size(folder)
                _remove(folder)
                removed += size
    return removed


def _build(release: Release, folder: Path, say: Progress, held: list[int]) -> Path:
    find_uv()  # Before an interpreter is looked for in vain.
    interpreter = find_interpreter(release.python, progress=say)
    _remove(folder)
    require_space(release.runtime, folder.parent)
    say(
        f"building {release.runtime} on Python {release.python} ({', '.join(release.requirements)})"
    )
    venv = ["venv", "--quiet", "--no-project", "--python", str(interpreter), str(folder)]
    _uv(release, venv, held)
    python = python_of(folder)
    install = ["pip", "install", "--quiet", "--python", str(python), *release.requirements]
    _uv(release, install, held)
    about = {
        "release": release.runtime,
        "python": release.python,
        "interpreter": str(interpreter),
        "requirements": list(release.requirements),
    }
    temporary = folder / f"{_MARKER}.tmp"
    temporary.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    temporary.replace(folder / _MARKER)
    say(f"{release.runtime} is ready")
    return python


def _uv(release: Release, arguments: list[str], held: list[int]) -> None:
    """Run uv, which keeps the lock `held` as long as any of it runs."""
    try:
        status, out, err = run_supervised(
            [find_uv(), *arguments, "--no-progress"],
            timeout=_BUILD_SECONDS,
            env=for_building(),
            # uv reads settings of a project it finds around the working directory.
            cwd=runtimes_folder(),
            holding=held,
        )
    except subprocess.TimeoutExpired as problem:
        raise RuntimeUnavailableError(
            f"building {release.runtime} took longer than {_BUILD_SECONDS:.0f} s and was stopped",
            hint="check the connection to the package index and try again",
        ) from problem
    if status != 0:
        last = "\n".join(f"{out}\n{err}".strip().splitlines()[-_LAST_LINES:])
        raise RuntimeUnavailableError(
            f"uv could not build {release.runtime} for Python {release.python}:\n{last}",
            hint="check the connection to the package index, or point uv at a mirror with "
            "UV_DEFAULT_INDEX, and try again",
        )


@contextmanager
def _cache_errors(folder: Path) -> Iterator[None]:
    """Whatever the system refuses in the cache, as the error that says where it could be instead.

    Raises:
        RuntimeUnavailableError: a full disk, a folder that is read-only or no folder, ...
    """
    try:
        yield
    except OSError as problem:
        where = f": {problem.filename}" if problem.filename else ""
        raise RuntimeUnavailableError(
            f"the cache folder {folder} cannot be used: "
            f"{(problem.strerror or str(problem)).lower()}{where}",
            hint="set KERAPORT_CACHE_DIR to a folder that can be written",
        ) from problem


def _remove(folder: Path) -> None:
    # Without its marker a folder counts as unfinished, so an interrupted removal is repaired too.
    try:
        (folder / _MARKER).unlink(missing_ok=True)
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as problem:
        raise RuntimeUnavailableError(
            f"{folder} cannot be removed: {problem.strerror}",
            hint="end the processes that use it, or remove it by hand",
        ) from problem


def _pins_of(folder: Path) -> tuple[str, ...] | None:
    """What a finished environment was built from; None if it is not finished, or damaged."""
    marker = folder / _MARKER
    if not marker.is_file() or marker.stat().st_size > _MARKER_BYTES:
        return None
    try:
        about = json.loads(marker.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return None
    pins = about.get("requirements") if isinstance(about, dict) else None
    whole = isinstance(pins, list) and all(isinstance(pin, str) for pin in pins)
    return tuple(pins) if whole and pins is not None else None


def _size(folder: Path) -> int:
    """Bytes of its files; what another process removes meanwhile counts as nothing."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            about = path.lstat()
            total += about.st_size if stat.S_ISREG(about.st_mode) else 0
    return total
