"""Names of files: those that were sent are shown only; those on the disk are made here."""

from __future__ import annotations

import re
from typing import Final

from keraport.text import safe

_LONGEST_SHOWN: Final = 160
_LONGEST_STEM: Final = 60
_SUFFIXES: Final = (
    *(".weights.h5", ".hdf5", ".hdf", ".h5", ".keras", ".json", ".py"),
    # What people take for a model; the message that it is none should name it as they do.
    *(
        ".zip",
        ".onnx",
        ".pb",
        ".pbtxt",
        ".tflite",
        ".index",
        ".ckpt",
        ".pt",
        ".pth",
        ".safetensors",
    ),
    *(".pkl", ".npz", ".txt", ".yaml", ".tgz"),
)
OF_FOLDERS: Final = (".zip", ".tgz", ".pb", ".pbtxt", ".index")
"""What is a part of a folder, or has one inside: a SavedModel or a checkpoint."""
_OTHERS: Final = re.compile(r"[^A-Za-z0-9_]+")


def shown(sent: str) -> str:
    """The last part of a name that was sent, fit to be shown: one line, not too long."""
    last = re.split(r"[/\\]", sent)[-1].strip()
    text = safe(last) or "model"
    half = _LONGEST_SHOWN // 2
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:half]}...{text[-half:]}"


def stored(sent: str) -> str:
    """A name for the disk: ASCII letters, digits and underscores, with a suffix from a list.

    Nothing of the name that was sent decides where the file is: it lies in a folder of its own, and
    messages, reports and the name of the output are readable this way.
    """
    last = re.split(r"[/\\]", sent)[-1].strip()
    suffix = next((item for item in _SUFFIXES if last.lower().endswith(item)), "")
    return f"{_stem(last[: len(last) - len(suffix)])}{suffix}"


def stem(name: str) -> str:
    """The name of a stored file without its suffix."""
    suffix = next((item for item in _SUFFIXES if name.endswith(item)), "")
    return name[: len(name) - len(suffix)]


def _stem(text: str) -> str:
    found = _OTHERS.sub("_", text)[:_LONGEST_STEM].strip("_")
    if not found:
        return "model"
    # The companion's name is that of a Python module.
    return f"model_{found}" if found[0].isdigit() else found
