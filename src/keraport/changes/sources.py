"""Where the facts come from: release notes, and source files of releases."""

from __future__ import annotations

_RELEASE = "https://github.com/tensorflow/tensorflow/releases/tag/"
_TREE = "https://github.com/tensorflow/tensorflow/blob/"

TF_1_14 = f"{_RELEASE}v1.14.0"
TF_1_15 = f"{_RELEASE}v1.15.0"
TF_2_0 = f"{_RELEASE}v2.0.0"
TF_2_3 = f"{_RELEASE}v2.3.0"


_KERAS_TREE = "https://github.com/keras-team/keras/blob/"


def own_keras_file(version: str, path: str) -> str:
    """A file of ``keras`` in a tagged release of Keras, which TensorFlow takes from there."""
    return f"{_KERAS_TREE}v{version}/keras/{path}"


def tf_keras_file(version: str, path: str) -> str:
    """A file of ``tf_keras`` in a tagged release of it."""
    return f"https://github.com/keras-team/tf-keras/blob/v{version}/tf_keras/{path}"


def keras_file(version: str, path: str) -> str:
    """A file of ``tensorflow/python/keras`` in a tagged TensorFlow release."""
    return f"{_TREE}v{version}/tensorflow/python/keras/{path}"
