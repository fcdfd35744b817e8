"""Windows and sources that the changes of Keras 3 share."""

from __future__ import annotations

from typing import Final

DROPPED: Final = "tf 1.., keras3 none"
"""What every release before Keras 3 has, and none of Keras 3."""

EVERY: Final = "tf 1.., keras3 3.0.."
"""What every release has, but for those that run on another backend than TensorFlow."""

NEW: Final = "keras3 3.0.."
"""What Keras 3 brought."""

BETWEEN: Final = "between TensorFlow 2.15.1 and Keras 3.15.1"
"""The releases in which drift was measured."""

_TREE: Final = "https://github.com/keras-team/keras/blob/"


def since(position: str) -> str:
    """What Keras 3 brought in a release after 3.0."""
    return f"keras3 {position}.."


def again_in(position: str) -> str:
    """What older releases have, and of Keras 3 those from there on."""
    return f"tf 1.., keras3 {position}.."


def up_to(position: str) -> str:
    """What older releases have, and of Keras 3 those up to there."""
    return f"tf 1.., keras3 ..{position}"


def keras3_file(path: str, version: str = "3.15.1") -> str:
    """A file of ``keras/src`` in a tagged release of Keras 3."""
    return f"{_TREE}v{version}/keras/src/{path}"
