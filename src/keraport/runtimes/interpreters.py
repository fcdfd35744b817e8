"""Finds the Python interpreter that a real release needs, without installing one behind one's back.

Looked at in this order: ``KERAPORT_PYTHON_3_6`` and the like, what uv discovers, pyenv's versions
folder, and last a Python that uv downloads, where it is allowed to.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from keraport.errors import RuntimeUnavailableError, UsageError
from keraport.runtimes.environment import for_building
from keraport.runtimes.processes import run_supervised
from keraport.runtimes.uv import find_uv

_PROBE_SECONDS = 30.0
_DOWNLOAD_SECONDS = 300.0
_ASK_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
# Interpreters from which the published wheels are known to install and run.
_KNOWN_PATCH = {"2.7": "2.7.18", "3.6": "3.6.15", "3.7": "3.7.16", "3.8": "3.8.18"}


def variable_name(minor: str) -> str:
    """The environment variable that names the interpreter for `minor` (``3.6``)."""
    return f"KERAPORT_PYTHON_{minor.replace('.', '_')}"


def find_interpreter(
    minor: str,
    *,
    environ: Mapping[str, str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """The executable of a Python of version `minor`, e.g. ``3.6``.

    Args:
        minor: major and minor version.
        environ: the environment to look at; the process' own if None.
        progress: told, in a sentence, what takes time.

    Raises:
        UsageError: ``KERAPORT_PYTHON_<minor>`` names something else than such an interpreter.
        RuntimeUnavailableError: there is none; the hint lists the ways to get one.
    """
    environ = os.environ if environ is None else environ
    named = environ.get(variable_name(minor), "").strip()
    if named:
        return _named_by_user(minor, Path(named).expanduser())
    found = _known_to_uv(minor, environ) or _in_pyenv(minor, environ)
    if found is not None:
        return found
    if progress is not None:
        progress(f"no Python {minor} on this machine; asking uv for one")
    refusal = _download(minor, environ)
    found = _known_to_uv(minor, environ)
    if found is not None:
        return found
    raise RuntimeUnavailableError(
        f"Python {minor} is needed and was not found: not in {variable_name(minor)}, not by uv, "
        f"not in pyenv's versions folder; uv cannot download it ({refusal})",
        hint=ways_to_get(minor),
    )


def ways_to_get(minor: str) -> str:
    """How a user gets a Python of version `minor`, as one sentence."""
    tag = "py" + minor.replace(".", "")
    patch = _KNOWN_PATCH.get(minor, minor)
    return (
        f"run `pyenv install {patch}`, or `conda create -n {tag} python={minor}`, or take one out "
        f"of a docker image (python:{minor}-slim), then set {variable_name(minor)}=/path/to/python"
    )


def version_of(python: Path) -> str | None:
    """Major and minor version that an interpreter reports; None if it does not run."""
    try:
        answer = subprocess.run(
            [str(python), "-s", "-c", _ASK_VERSION],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_PROBE_SECONDS,
            env=for_building(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = answer.stdout.strip()
    return version if answer.returncode == 0 and re.fullmatch(r"\d+\.\d+", version) else None


def _named_by_user(minor: str, python: Path) -> Path:
    version = version_of(python)
    if version == minor:
        # Not resolved: the path of a virtual environment's python is what makes it one.
        return python.absolute()
    found = f"that is a Python {version}" if version else "that cannot be run"
    raise UsageError(
        f"{variable_name(minor)}={python}: {found}, expected a Python {minor} interpreter",
        hint=f"unset it, or let it name the executable: {ways_to_get(minor)}",
    )


def _known_to_uv(minor: str, environ: Mapping[str, str]) -> Path | None:
    arguments = ["python", "find", minor, "--no-python-downloads", "--system", "--no-project"]
    status, output = _run_uv(arguments, environ, _PROBE_SECONDS)
    candidate = Path(output.strip().splitlines()[-1]) if status == 0 and output.strip() else None
    # uv also answers with shims and with pre-releases that cannot run: ask the interpreter itself.
    return candidate if candidate is not None and version_of(candidate) == minor else None


def _in_pyenv(minor: str, environ: Mapping[str, str]) -> Path | None:
    home = environ.get("PYENV_ROOT", "").strip()
    versions = (Path(home) if home else Path.home() / ".pyenv") / "versions"
    folders = (
        folder
        for folder in versions.glob(f"{minor}.*")
        if re.fullmatch(re.escape(minor) + r"\.\d+", folder.name)
    )
    for folder in sorted(folders, key=lambda path: int(path.name.rpartition(".")[2]), reverse=True):
        for candidate in (folder / "bin" / "python", folder / "python.exe"):
            if candidate.exists() and version_of(candidate) == minor:
                return candidate
    return None


def _download(minor: str, environ: Mapping[str, str]) -> str:
    """Let uv install its own build of Python; returns why it could not, or an empty string."""
    patient = {"UV_HTTP_RETRIES": "1", "UV_HTTP_TIMEOUT": "20", **environ}
    arguments = ["python", "install", minor, "--no-bin", "--no-progress"]
    status, output = _run_uv(arguments, patient, _DOWNLOAD_SECONDS)
    if status == 0:
        return ""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1].removeprefix("error: ").removeprefix("cause: ") if lines else "no answer"


def _run_uv(arguments: list[str], environ: Mapping[str, str], seconds: float) -> tuple[int, str]:
    try:
        status, out, err = run_supervised(
            [find_uv(environ), *arguments], env=for_building(environ), timeout=seconds
        )
    except RuntimeUnavailableError as problem:
        return 1, problem.message
    except (OSError, subprocess.TimeoutExpired) as problem:
        return 1, str(problem)
    return status, out if status == 0 else err
