"""Public names of what a file takes from ``tensorflow.python``, which is private."""

from __future__ import annotations

from collections.abc import Mapping

from keraport.catalog.public_names import PublicName, modules_of, shortest_names

_ROOT = "tensorflow."
_KERAS = "python.keras."
_MODULES = {
    "python.framework.dtypes": "dtypes",
    "python.ops.image_ops": "image",
    "python.ops.linalg_ops": "linalg",
    "python.ops.nn": "nn",
    "python.ops.string_ops": "strings",
    "python.util.nest": "nest",
}
"""Private modules that are, or take over, all that a public one has."""


def public_path(path: str, names: Mapping[str, PublicName]) -> str | None:
    """The public name, or public module, of something below ``tf.python``.

    Args:
        path: without ``tf.``, e.g. ``python.ops.math_ops.reduce_sum``.
        names: the public names of a release.

    Returns:
        e.g. ``reduce_sum``; None if it has none.
    """
    module, _, name = path.rpartition(".")
    package, _, last = module.rpartition(".")
    shortest = shortest_names(names)
    # What TensorFlow generates stands in a module of its own, and is taken over by the other.
    for found in (f"{_ROOT}{module}:{name}", f"{_ROOT}{package}.gen_{last}:{name}"):
        if found in shortest:
            return shortest[found]
    if path in _MODULES:
        return _MODULES[path]
    if f"{_MODULES.get(module)}.{name}" in names:
        return f"{_MODULES[module]}.{name}"
    if f"{path}.".startswith(_KERAS):
        public = path.removeprefix("python.")
        if public in names or public in modules_of(names):
            return public
        return _of_keras(name, shortest)
    return None


def _of_keras(name: str, shortest: Mapping[str, str]) -> str | None:
    """What modules of Keras take from each other: ``keras.engine.base_layer.InputSpec``."""
    found = {
        public
        for identity, public in shortest.items()
        if identity.endswith(f":{name}") and identity.startswith(f"{_ROOT}{_KERAS}")
    }
    return found.pop() if len(found) == 1 else None
