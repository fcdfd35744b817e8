"""Whose class a document names: Keras' own, an operation of Keras 3, or the user's.

Keras 2.12 and later write ``module`` and ``registered_name`` beside ``class_name``: the module of
the public API for Keras' own classes, the module where it was defined for any other
(``serialize_with_public_class`` in ``saving/serialization_lib.py``, Keras 2.15 and 3). Older
documents, and the layers of HDF5 files of every release, have the name alone; a class that the
user registered is ``package>Name`` there (``get_registered_name``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keraport.model import KERAS, OPERATIONS, UNREGISTERED, Value
from keraport.records import dataclass

KERAS_MODULES: Final = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")
"""Modules, with all that is below them, that hold classes of Keras' own."""

OPERATION_MODULES: Final = ("keras.ops", "keras.src.ops")
"""Modules, with all that is below them, that hold the operations of Keras 3."""

SPELLING: Final = frozenset({"module", "registered_name", "build_config", "compile_config"})
"""Keys beside ``class_name`` and ``config`` that only Keras 2.12 and later write."""

_SEPARATOR: Final = ">"
_PUBLIC: Final = {"GroupQueryAttention": "GroupedQueryAttention"}
"""Classes by what the public API calls them otherwise: archives of Keras 3 do, too."""

_IN_TENSORFLOW: Final = "tensorflow.python.ops.init_ops_v2"
_INITIALIZERS: Final = frozenset(
    {
        *("Constant", "GlorotNormal", "GlorotUniform", "Identity", "Ones", "Orthogonal"),
        *("RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Zeros"),
    }
)
"""What ``tf.constant_initializer`` and the like make: they write the keywords of Keras' classes of
the same names (TensorFlow 2.15, ``python/ops/init_ops_v2.py``)."""

_FUNCTION: Final = "function"
_BUILT_IN: Final = "builtins"
"""Where Keras 3 says that a function of the user's is."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A class.

    Args:
        class_name: the name it is looked up by: ``Dense``, ``package>Name``.
        package: `KERAS`, `OPERATIONS`, or the package or module of a class of the user's own.
    """

    class_name: str
    package: str


def identity(document: Mapping[str, Value]) -> Identity:
    """The class that an object's document names, with or without the marks of Keras 2.12."""
    name = str(document["class_name"])
    registered = document.get("registered_name")
    if isinstance(registered, str) and _SEPARATOR in registered:
        name = registered
    if _SEPARATOR in name:
        return Identity(name, name.partition(_SEPARATOR)[0])
    if "module" not in document or name.startswith("__"):
        return Identity(name, KERAS)
    module = document["module"]
    if (name, module) == (_FUNCTION, _BUILT_IN):
        module = None
    if module == _IN_TENSORFLOW and name in _INITIALIZERS:
        return Identity(name, KERAS)
    package = _package(module)
    return Identity(_PUBLIC.get(name, name) if package == KERAS else name, package)


def _package(module: Value) -> str:
    if not isinstance(module, str):
        return UNREGISTERED
    if _is_in(module, OPERATION_MODULES):
        return OPERATIONS
    return KERAS if _is_in(module, KERAS_MODULES) else module


def _is_in(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
