"""Public names of what a file takes from ``tensorflow.python``, which is private."""

from __future__ import annotations

from collections.abc import Mapping

from keraport.catalog.public_names import PublicName, modules_of, shortest_names

_ROOT = "tensorflow."
_KERAS = "python.keras."


def public_path(path: str, names: Mapping[str, PublicName]) -> str | None:
    """The public name, or public module, of something below ``tf.python``.

    Args:
        path: without ``tf.``, e.g. ``python.ops.math_ops.reduce_sum``.
        names: the public names of a release.

    Returns:
        e.g. ``reduce_sum``; None if it has none.
    """
    module, _, name = path.rpartition(".")
    identity = f"{_ROOT}{module}:{name}"
    shortest = shortest_names(names)
    if identity in shortest:
        return shortest[identity]
    if f"{path}.".startswith(_KERAS):
        public = path.removeprefix("python.")
        if public in names or public in modules_of(names):
            return public
    return None
