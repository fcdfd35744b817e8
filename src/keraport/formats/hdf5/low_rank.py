"""Low-rank matrices beside a kernel, which HDF5 of Keras 3 lists, and archives have in the kernel.

Source: the property ``kernel`` of ``layers/core/dense.py``, ``embeddings`` of
``layers/core/embedding.py`` (Keras 3.15).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from keraport import hub
from keraport.formats.keras_zip.classes import built_in
from keraport.model import Layer, Weight
from keraport.model.weights import Array, combined_weight
from keraport.quantised.policies import TABLES
from keraport.records import dataclass

FORGETS_FACTOR: Final = hub.names(lambda row: row.takes_rank_for_alpha)
"""Classes whose loaders take ``lora_rank`` for ``lora_alpha``, whatever the config says."""


@dataclass(frozen=True, slots=True)
class AddsMatrices:
    """Adds the product of two matrices to a kernel.

    Args:
        factor: of the product.
    """

    factor: float

    def __call__(self, kernel: Array, first: Array, second: Array) -> Array:
        """The kernel that the layer multiplies by, in its dtype."""
        product = np.matmul(first.astype(np.float32), second.astype(np.float32))
        added: Array = kernel.astype(np.float32) + np.float32(self.factor) * product
        return added.astype(kernel.dtype)


def matrices_of(layer: Layer) -> tuple[str, ...]:
    """The names of the matrices in the order of the file; none for a layer without."""
    if _rank(layer) is None:
        return ()
    kernel = "embeddings" if built_in(layer) in TABLES else "kernel"
    return (f"lora_{kernel}_a", f"lora_{kernel}_b")


def factor_of(layer: Layer) -> float:
    """What the product is multiplied by."""
    rank, alpha = _rank(layer), layer.config.get("lora_alpha")
    if rank is None or not isinstance(alpha, int | float):
        return 1.0
    return alpha / rank


def with_matrices(layer: Layer, kernel: Weight, matrices: Sequence[Weight]) -> Weight | None:
    """The kernel with the product of the matrices in it; None if their shapes do not fit it.

    Args:
        layer: its config.
        kernel: of the plain layer.
        matrices: in the order of `matrices_of`.
    """
    first, second = matrices
    rank = _rank(layer)
    inner = first.shape[-1:] == second.shape[:1] == (rank,)
    if not inner or len(second.shape) != 2 or (*first.shape[:-1], second.shape[1]) != kernel.shape:
        return None
    added = AddsMatrices(factor_of(layer))
    return combined_weight([kernel, first, second], kernel.name, kernel.shape, added)


def _rank(layer: Layer) -> int | None:
    rank = layer.config.get("lora_rank")
    return rank if type(rank) is int and rank > 0 else None
