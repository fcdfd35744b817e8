"""Puts the objects that a model needs and its target lacks into one source file."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from keraport.catalog.releases import Release, line_of
from keraport.companion.sources_of import Source, with_needs

_HEADER = '''"""Objects that {target} lacks and that {model} needs.

Load the model with

    {load}
"""

{imports}
'''


_KERAS: Final = {
    "keras2": ("import keras", "keras.utils"),
    "keras3": ("import keras", "keras.saving"),
}
"""API: how the module that registers objects is had there, and what it is called."""
_TF_KERAS: Final = ("import tensorflow as tf", "tf.keras.utils")
_WRITTEN: Final = "tensorflow.keras"
"""The module that sources for TensorFlow are written for, as `tf.keras`."""


def companion_path(output: Path) -> Path:
    """Where the companion of an output lies: ``<stem>_objects.py`` beside it.

    The stem is made a name that Python can import.
    """
    stem = "".join(
        letter if letter.isalnum() and letter.isascii() else "_" for letter in output.stem
    )
    if not stem[:1].isalpha():
        stem = f"model_{stem}"
    return output.with_name(f"{stem}_objects.py")


def _quoted(text: str) -> str:
    """Text that ends no docstring, whatever the output is called; ASCII, for Python 2."""
    quoted = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return quoted.encode("ascii", "backslashreplace").decode("ascii")


def renamed(text: str, old: tuple[Path, str], new: tuple[Path, str]) -> str | None:
    """A companion for a copy of its output under another name.

    Args:
        text: the companion.
        old: the output it was written for, and the line that loads it.
        new: the copy, and the line that loads that.

    Returns:
        the text; None if it does not name the output as companions do.
    """
    for before, after in (
        (f"and that {_quoted(old[0].name)} needs.", f"and that {_quoted(new[0].name)} needs."),
        (f"\n    {_quoted(old[1])}\n", f"\n    {_quoted(new[1])}\n"),
    ):
        if before not in text:
            return None
        text = text.replace(before, after, 1)
    return text


def companion_source(
    names: Collection[str],
    output: Path,
    target: Release,
    load: str,
    functions: Collection[Source] = (),
) -> str:
    """The source of a companion.

    Args:
        names: the objects; each has a file of that name in ``companion/sources``, in the folder of
            the target's API.
        output: the model file it stands beside.
        target: the release it is written for.
        load: the line that loads the model with it.
        functions: of this model alone, to stand beside the objects.
    """
    sources = [*with_needs(names, target.companion_api), *functions]
    imported, utils = _KERAS.get(target.api, _TF_KERAS)
    module = _apart(target)
    given = [imported] if module is None else [imported, f"import {module}"]
    objects = [item.name for item in sources if not item.is_helper]
    mapping = "".join(f'    "{name}": {name},\n' for name in objects)
    header = _HEADER.format(
        target=target.title,
        model=_quoted(output.name),
        load=_quoted(load),
        imports="".join(f"{line}\n" for line in _imports(sources, *given)),
    )
    text = "\n\n".join([header.rstrip("\n") + "\n", *(f"{item.body}\n" for item in sources)]) + (
        f"\n\ncustom_objects = {{\n{mapping}}}\n"
        # Layers that make copies of themselves while they are loaded look there alone.
        f"{utils}.get_custom_objects().update(custom_objects)\n"
    )
    return text if module is None else _OF_TENSORFLOW.sub(f"{module}.", text)


_OF_TENSORFLOW: Final = re.compile(r"\btf\.keras\.(?=\w)")


def _apart(target: Release) -> str | None:
    """The module that is Keras beside TensorFlow, where `tf.keras` is another one."""
    module = line_of(target).module
    return None if target.api in _KERAS or module == _WRITTEN else module


def _imports(sources: Collection[Source], *imported: str) -> list[str]:
    """All import statements, each once: the future's, then by name."""
    lines = {line for item in sources for line in item.imports}.union(imported)
    return sorted(lines, key=lambda line: (not line.startswith("from __future__"), line))
