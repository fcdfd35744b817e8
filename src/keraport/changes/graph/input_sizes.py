"""What nested models are called on, against what their inputs declare."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect
from keraport.changes.sources import own_keras_file


class ChecksSizes(Effect):
    """A model refuses tensors of other sizes than its inputs declare; before, it only warned.

    `keraport.surgery.agreeing_inputs` writes the sizes that they have.
    """

    alters_meaning = True


CHANGES: Final = (
    # Measured: TensorFlow 2.6.5 runs such a model, and 2.7.4 raises ValueError.
    Change(
        Kind.LAYER,
        ("Functional", "Sequential"),
        key="input_spec",
        held="tf 2.7..",
        source=own_keras_file("2.7.0", "engine/functional.py"),
        effect=ChecksSizes(),
    ),
)
