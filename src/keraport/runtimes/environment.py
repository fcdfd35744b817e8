"""Environment variables of the processes that keraport starts: those listed here, and no others.

What is not listed stays outside: secrets (``AWS_SECRET_ACCESS_KEY``, tokens), and whatever belongs
to the caller's own Python (``PYTHONPATH``, ``VIRTUAL_ENV``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PLATFORM: Final[Mapping[str, str]] = {
    "PATH": "programs that the standard library calls, ldconfig for one",
    "LANG": "the encoding of text",
    "LANGUAGE": "the same",
    "TZ": "the time zone",
    "LD_LIBRARY_PATH": "interpreters that were built beside their libraries",
    "DYLD_LIBRARY_PATH": "the same on macOS",
    "DYLD_FALLBACK_LIBRARY_PATH": "the same on macOS",
    "SYSTEMROOT": "Windows starts no process without it",
    "SYSTEMDRIVE": "Windows",
    "WINDIR": "Windows",
    "COMSPEC": "Windows",
    "PATHEXT": "Windows",
    "NUMBER_OF_PROCESSORS": "Windows",
    "PROCESSOR_ARCHITECTURE": "Windows",
}
"""Variables without which a program may not start, or reads text wrongly, and what each is for."""

_LOCALE: Final = "LC_"
"""How the variables of the locale begin (LC_ALL, LC_CTYPE, ...)."""

COMPUTING: Final[Mapping[str, str]] = {
    "OMP_NUM_THREADS": "how many threads compute",
    "OPENBLAS_NUM_THREADS": "the same for NumPy",
    "OPENBLAS_CORETYPE": "kernels for a processor that OpenBLAS takes for another",
    "GOTO_NUM_THREADS": "how many threads compute",
    "MKL_NUM_THREADS": "the same for MKL",
    "NUMEXPR_NUM_THREADS": "the same for numexpr",
    "VECLIB_MAXIMUM_THREADS": "the same on macOS",
    "TF_NUM_INTEROP_THREADS": "the same for TensorFlow",
    "TF_NUM_INTRAOP_THREADS": "the same for TensorFlow",
    "HDF5_USE_FILE_LOCKING": "network file systems without locks, where HDF5 opens nothing else",
}
"""Variables of the libraries that compute in a release, and what each is for."""

BUILDING: Final[Mapping[str, str]] = {
    "HOME": "uv's cache and settings, and the passwords of ~/.netrc",
    "NETRC": "where those passwords are instead",
    "TMPDIR": "where packages are unpacked",
    "TEMP": "the same on Windows",
    "TMP": "the same on Windows",
    "XDG_CACHE_HOME": "uv's cache",
    "XDG_CONFIG_HOME": "uv's settings",
    "XDG_CONFIG_DIRS": "uv's settings",
    "XDG_DATA_HOME": "the Pythons that uv installed",
    "XDG_BIN_HOME": "the same",
    "USERPROFILE": "the home folder on Windows",
    "APPDATA": "uv's settings on Windows",
    "LOCALAPPDATA": "uv's cache on Windows",
    "PROGRAMDATA": "uv's settings on Windows",
    "PYENV_ROOT": "the Pythons of pyenv",
    "HTTP_PROXY": "the way to the package index",
    "HTTPS_PROXY": "the same",
    "ALL_PROXY": "the same",
    "NO_PROXY": "the same",
    "SSL_CERT_FILE": "the certificates of an index in a company",
    "SSL_CERT_DIR": "the same",
    "SSL_CLIENT_CERT": "the same",
}
"""What uv needs to find interpreters and to install packages, and what each is for. Proxies are
spelt in lower case, too."""

_UV: Final = "UV_"
"""How uv's own variables begin: the index, its credentials, the cache, mirrors."""
_OF_THE_CALLER: Final = frozenset(
    {
        *("UV_ENV_FILE", "UV_PROJECT", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "UV_SYSTEM_PYTHON"),
        *("UV_WORKING_DIR", "UV_WORKING_DIRECTORY"),
    }
)
"""Variables of uv that name the caller's own project."""

_RELEASE: Final = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    # oneDNN reorders sums, so that the same release differs between machines.
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONHASHSEED": "0",
}


def for_building(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that uv, and an interpreter that is asked for its version, get to see.

    Args:
        environ: the caller's; the process' own if None.
    """
    environ = os.environ if environ is None else environ
    return {
        name: value
        for name, value in environ.items()
        if _is_platform(name)
        or name.upper() in BUILDING
        or (name.startswith(_UV) and name not in _OF_THE_CALLER)
    }


def set_for_release(folder: Path, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that a real release needs, without those that only this machine's programs do.

    Args:
        folder: as for `for_release`.
        environ: the caller's; the process' own if None.
    """
    environ = os.environ if environ is None else environ
    computing = {name: value for name, value in environ.items() if name in COMPUTING}
    return {**computing, **_own(folder), **_RELEASE}


def for_release(folder: Path, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that a real release gets to see: it is quiet, on the CPU and repeatable.

    Args:
        folder: its own, which it takes for the home folder and for that of temporary files, so
            that settings in the user's (``~/.keras/keras.json``) change nothing.
        environ: the caller's; the process' own if None.
    """
    environ = os.environ if environ is None else environ
    platform = {name: value for name, value in environ.items() if _is_platform(name)}
    return {**platform, **set_for_release(folder, environ)}


def _own(folder: Path) -> dict[str, str]:
    return dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(folder))


def _is_platform(name: str) -> bool:
    return name.upper() in PLATFORM or name.startswith(_LOCALE)
