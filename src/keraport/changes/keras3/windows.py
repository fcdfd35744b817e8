"""Windows and sources that the changes of Keras 3 share."""

from __future__ import annotations

from typing import Final

DROPPED: Final = "tf 1.., keras3 none"
"""What every release before Keras 3 has, and none of Keras 3."""

NEW: Final = "keras3 3.0.."
"""What Keras 3 brought."""

LATER: Final = "keras3 3.15.."
"""What Keras 3.15 has, and 3.0 has not."""

NOT_IN_3_0: Final = "tf 1.., keras3 3.15.."
"""What older releases and Keras 3.15 have, and Keras 3.0 has not."""

NOT_IN_LATER: Final = "tf 1.., keras3 ..3.0"
"""What older releases and Keras 3.0 have, and Keras 3.15 has not."""

BETWEEN: Final = "between TensorFlow 2.15.1 and Keras 3.15.1"
"""The releases in which drift was measured."""

_TREE: Final = "https://github.com/keras-team/keras/blob/"


def keras3_file(path: str, version: str = "3.15.1") -> str:
    """A file of ``keras/src`` in a tagged release of Keras 3."""
    return f"{_TREE}v{version}/keras/src/{path}"
