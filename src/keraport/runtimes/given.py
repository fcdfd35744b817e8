"""Environments of the user's own: a command that runs the Python in which a release is installed.

Said by ``--runtime tf1.12=COMMAND``, or by a variable such as ``KERAPORT_RUNTIME_TF1_12``. A
command is the path of an interpreter, or whatever stands before the arguments of ``python`` on a
command line: ``docker run -i --rm ... IMAGE python``. Nothing is installed for it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import Release, all_releases, get_release, line_of
from keraport.errors import UnknownReleaseError, UsageError

if TYPE_CHECKING:
    from packaging.version import Version

Command = tuple[str, ...]

_VARIABLE: Final = "KERAPORT_RUNTIME_"
_EXAMPLE: Final = "e.g. --runtime tf1.12=/path/to/python"


def variable_of(release: Release) -> str:
    """The environment variable that names a command for a release: ``KERAPORT_RUNTIME_TF1_12``."""
    return _VARIABLE + re.sub(r"\W", "_", release.runtime).upper()


def parse_options(options: Iterable[str]) -> dict[str, str]:
    """The command for each runtime, out of what was typed.

    Args:
        options: ``RELEASE=COMMAND`` each; ``keras3.15-jax=...`` names a backend, too.

    Raises:
        UsageError: no ``=``, an unknown release, an empty command, or two of one release.
    """
    found: dict[str, str] = {}
    for text in options:
        name, sign, command = text.partition("=")
        if not (sign and name.strip() and command.strip()):
            raise UsageError(f"--runtime {text}: expected RELEASE=COMMAND", hint=_EXAMPLE)
        runtime = _named(name.strip(), text).runtime
        if found.setdefault(runtime, command) != command:
            raise UsageError(
                f"--runtime {text}: {runtime} has a command already: {found[runtime]}",
                hint="give one for each release",
            )
    return found


def command_for(
    release: Release, given: Mapping[str, str], environ: Mapping[str, str] | None = None
) -> Command | None:
    """What runs the Python of a release, as words; None if the user named nothing.

    Args:
        release: which.
        given: as `parse_options` returns it; it wins over variables.
        environ: the environment to look at; the process' own if None.

    Raises:
        UsageError: the command cannot be split into words, or there is no such program.
    """
    environ = os.environ if environ is None else environ
    variable = variable_of(release)
    text = given.get(release.runtime) or environ.get(variable, "").strip()
    if not text:
        return None
    said = f"--runtime {release.runtime}" if release.runtime in given else variable
    program = Path(text).expanduser()
    words = [str(program)] if program.is_file() else _split(text, said)
    if shutil.which(words[0]) is None:
        raise UsageError(
            f"{said}={text}: there is no program {words[0]!r} that can be run",
            hint=f"name an interpreter, or a command that ends with one; {_EXAMPLE}",
        )
    return tuple(words)


def difference(release: Release, versions: Mapping[str, str]) -> str:
    """Why an environment is not of a release; empty if it is.

    Another patch of the same minor release counts as the release, unless it is known as another.

    Args:
        release: what it was said to be.
        versions: what is installed there, by package.
    """
    from packaging.version import InvalidVersion, Version

    line = line_of(release)
    found = versions.get(line.version, "")
    told = f"{line.product} {found}" if found else f"no {line.product}"
    try:
        installed, wanted = Version(found), Version(release.exact_version)
    except InvalidVersion:
        return told
    if _minor(installed) != _minor(wanted):
        return told
    others = [item for item in all_releases() if item.line == release.line and item != release]
    return told if any(Version(item.exact_version) == installed for item in others) else ""


def _minor(version: Version) -> tuple[int, int]:
    return version.major, version.minor


def release_of(name: str) -> Release:
    """The release that a runtime is called by: ``tf1.12``, ``keras3.15-jax``.

    Raises:
        UnknownReleaseError: there is none of that name.
        UsageError: it has no such backend.
    """
    try:
        return get_release(name)
    except UnknownReleaseError:
        first, dash, backend = name.rpartition("-")
        if not dash:
            raise
        return on_backend(get_release(first), backend)


def _named(name: str, text: str) -> Release:
    """The release of an option.

    Raises:
        UnknownReleaseError: there is none; the message has the option.
    """
    try:
        return release_of(name)
    except UnknownReleaseError as error:
        raise UnknownReleaseError(f"--runtime {text}: {error.message}", hint=error.hint) from error


def _split(text: str, said: str) -> list[str]:
    try:
        return shlex.split(text, posix=os.name != "nt")
    except ValueError as problem:
        raise UsageError(
            f"{said}={text}: cannot be split into words: {problem}",
            hint="quote it as for a shell",
        ) from problem
