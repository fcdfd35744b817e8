"""Environment variables for processes that must see only their own Python."""

from __future__ import annotations

import os
from collections.abc import Mapping

# Variables, beside all of Python's own, that would let the caller's environment leak into another.
_LEAKING = frozenset(
    {
        "__PYVENV_LAUNCHER__",
        "VIRTUAL_ENV",
        "CONDA_PREFIX",
        "UV_PYTHON",
        "UV_PROJECT",
        "UV_PROJECT_ENVIRONMENT",
        "UV_WORKING_DIRECTORY",
    }
)

_RELEASE = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    # oneDNN reorders sums, so that the same release differs between machines.
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONHASHSEED": "0",
}


def isolated(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """`environ` (the process' own if None) without what belongs to the caller's Python."""
    environ = os.environ if environ is None else environ
    return {
        name: value
        for name, value in environ.items()
        if name not in _LEAKING and not name.startswith("PYTHON")
    }


def for_release(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """An isolated environment in which TensorFlow is quiet, on the CPU and repeatable."""
    return {**isolated(environ), **_RELEASE}
