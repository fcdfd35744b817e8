"""What a quantized layer stores, in the order of the file.

Source: ``save_own_variables`` and ``variable_serialization_spec`` of the layers (Keras 3.3 to
3.15); the order is the same in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keraport.quantised.policies import KERNELS, Quantisation

_AFTER_KERNEL: Final[Mapping[str, tuple[str, ...]]] = {
    "int8": ("kernel_scale",),
    "int4": ("kernel_scale",),
    "float8": (
        *("inputs_scale", "inputs_amax_history", "kernel_scale", "kernel_amax_history"),
        *("outputs_grad_scale", "outputs_grad_amax_history"),
    ),
}
_CALIBRATED: Final[Mapping[str, tuple[str, ...]]] = {
    "gptq": ("kernel", "kernel_scale", "kernel_zero", "g_idx"),
    "awq": ("kernel", "kernel_scale", "kernel_zero", "awq_scales", "g_idx"),
}
"""Behind the bias."""

_OF_BLOCKS: Final = ("kernel_zero", "g_idx")


def stored_variables(
    class_name: str, config: Mapping[str, object], how: Quantisation
) -> tuple[str, ...]:
    """The names of what it stores; empty where its class is not quantized in that way."""
    if class_name in KERNELS:
        key, default = ("use_bias", True) if class_name == "Dense" else ("bias_axes", None)
        bias = ("bias",) if config.get(key, default) not in (None, False) else ()
        if how.mode in _CALIBRATED:
            return (*bias, *_CALIBRATED[how.mode])
        if how.mode not in _AFTER_KERNEL:
            return ()
        blocks = _OF_BLOCKS if how.has_blocks else ()
        return ("kernel", *bias, *_AFTER_KERNEL[how.mode], *blocks)
    if how.mode not in ("int8", "int4"):
        return ()
    zero = ("embeddings_zero", "g_idx") if how.has_blocks else ()
    found = ("embeddings", "embeddings_scale", *zero)
    if class_name == "Embedding" or config.get("tie_weights", True):
        return found
    more = ("reverse_embeddings_zero",) if how.has_blocks else ()
    return (*found, "reverse_embeddings", "reverse_embeddings_scale", *more)
