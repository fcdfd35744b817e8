"""What a process has that has nothing but a release of TensorFlow: modules that imports find.

The packages are those that ``pip install tensorflow==...`` brought, read in real environments;
modules of Python that came later are in the notes "versionadded" of its library reference.
"""

from __future__ import annotations

import sys

from keraport.catalog.public_names import modules_of, public_names
from keraport.catalog.releases import Release, line_of

_ALL = frozenset(
    {"absl", "gast", "google", "grpc", "h5py", "keras_preprocessing", "markdown", "numpy"}
    | {"pkg_resources", "setuptools", "six", "tensorboard", "tensorflow", "termcolor"}
    | {"werkzeug", "wheel"}
)
_LATER = {
    "contextvars": (3, 7),
    "dataclasses": (3, 7),
    "graphlib": (3, 9),
    "tomllib": (3, 11),
    "zoneinfo": (3, 9),
}
_GONE = frozenset({"asynchat", "asyncore", "distutils", "imp", "smtpd"})
"""Modules of Python that releases after 3.11 lack, and the targets have."""

_OTHERS = {
    "keras": "another package than tf.keras, whose classes do not fit it",
    "tensorflow_addons": "which needs TensorFlow 2",
    "tensorflow_hub": "whose releases each need one TensorFlow",
    "tensorflow_probability": "whose releases each need one TensorFlow",
}


def lacks(module: str, name: str, release: Release) -> str:
    """What a bare process lacks of an import; empty if it succeeds.

    Args:
        module: e.g. ``scipy.special``.
        name: that is imported from it; empty for ``import module``.
        release: the process's.
    """
    top = module.partition(".")[0]
    version = release.tensorflow
    if top == line_of(release).module:
        return ""
    if top == "tensorflow":
        return _of_tensorflow(module, name, release)
    if top in _LATER:
        python = tuple(int(part) for part in release.python.split("."))
        later = ".".join(map(str, _LATER[top]))
        return f"{top} came with Python {later}" if python < _LATER[top] else ""
    if top in _ALL | {*release.brings} or top in sys.stdlib_module_names or top in _GONE:
        return ""
    if top in _OTHERS:
        return f"TensorFlow {version} does not bring {top}, {_OTHERS[top]}"
    return f"TensorFlow {version} does not bring {top}: install it where the output is loaded"


def _of_tensorflow(module: str, name: str, release: Release) -> str:
    path = module.partition(".")[2]
    if path.split(".")[0] == "python":
        return f"{module} is private: whether {release.title} has it is not known"
    if not release.described:
        return ""
    names = public_names(release.id)
    whole = f"{path}.{name}".strip(".") if name != "*" else path
    if not names or not whole or whole in names or whole in modules_of(names):
        return ""
    return f"tf.{whole} is not in {release.title}"
