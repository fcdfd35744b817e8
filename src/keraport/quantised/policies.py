"""How a config says that its layer is quantized."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from keraport import hub
from keraport.model import Object
from keraport.records import dataclass

KERNELS: Final = hub.names(lambda row: row.quantised is hub.Quantised.KERNEL)
TABLES: Final = hub.names(lambda row: row.quantised is hub.Quantised.TABLE)
CLASSES: Final = KERNELS | TABLES
"""What Keras 3 quantizes."""

CALIBRATED: Final = frozenset({"gptq", "awq"})
"""Modes that quantize a kernel by what goes through its layer."""

_POLICIES: Final = frozenset(
    {
        *("QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy", "Int4DTypePolicy"),
        *("GPTQDTypePolicy", "AWQDTypePolicy"),
    }
)
_BY_NAME: Final = re.compile(r"(int8|int4|float8|gptq|awq)((?:/-?\d+)*)_from_(\w+)")
_ONE_BLOCK: Final = -1


@dataclass(frozen=True, slots=True)
class Quantisation:
    """How a layer is quantized.

    Args:
        mode: ``int8``, ``int4``, ``float8``, ``gptq`` or ``awq``.
        source: the policy that the layer had before, e.g. ``float32``.
        settings: what the policy says behind the mode, e.g. the size of a block.
    """

    mode: str
    source: str
    settings: tuple[int, ...] = ()

    @property
    def packs_inputs(self) -> bool:
        """Two integers of 4 bits in a byte are neighbours along the inputs (Keras 3.11 to 3.13).

        Policies say nothing behind ``int4`` there; since 3.14 they are neighbours in a row.
        """
        return self.mode == "int4" and not self.settings

    @property
    def has_blocks(self) -> bool:
        """Each block of a column has a scale of its own, and a zero point."""
        return self.mode == "int4" and self.settings[:1] not in ((), (_ONE_BLOCK,))


def quantisation(config: Mapping[str, object]) -> Quantisation | None:
    """How a layer of that config is quantized; None if it is not."""
    policy = config.get("dtype")
    if isinstance(policy, str):
        found = _BY_NAME.fullmatch(policy)
        return found and _said(found[1] + found[2], found[3])
    if not isinstance(policy, Object) or policy.class_name not in _POLICIES:
        return None
    said = policy.config if isinstance(policy.config, Mapping) else {}
    mode, source = said.get("mode"), said.get("source_name")
    return _said(mode, source) if isinstance(mode, str) else None


def _said(mode: str, source: object) -> Quantisation:
    name, *settings = mode.split("/")
    numbers = tuple(int(item) for item in settings if re.fullmatch(r"-?\d+", item))
    return Quantisation(name, source if isinstance(source, str) else "float32", numbers)


def rounds_inputs(
    class_name: str, config: Mapping[str, object], how: Quantisation, *, reverse: bool
) -> bool:
    """Whether the layer rounds what it is given as well, which no other release does.

    Args:
        class_name: of the layer.
        config: of the layer.
        how: it is quantized.
        reverse: a ReversibleEmbedding is called with ``reverse=True``.
    """
    if how.mode in CALIBRATED or (class_name in TABLES and not reverse):
        return False
    if how.mode == "float8" or (how.has_blocks and class_name in KERNELS):
        return how.mode == "float8"
    said = config.get("quantization_config")
    if isinstance(said, Object) and isinstance(said.config, Mapping):
        return said.config.get("activation_quantizer") is not None
    return how.mode == "int8" or how.packs_inputs or class_name in TABLES


def is_usual(config: Mapping[str, object]) -> bool:
    """True if releases without ``quantization_config`` quantize the layer in the same way."""
    said = config.get("quantization_config")
    if said is None:
        return True
    inside = said.config if isinstance(said, Object) and isinstance(said.config, Mapping) else {}
    if said.class_name == "Float8QuantizationConfig" if isinstance(said, Object) else False:
        return True
    inputs = inside.get("activation_quantizer")
    usual = {"value_range": [-127, 127], "epsilon": 1e-07, "output_dtype": "int8"}
    return (
        isinstance(inputs, Object)
        and inputs.class_name == "AbsMaxQuantizer"
        and isinstance(inputs.config, Mapping)
        and {key: inputs.config.get(key, value) for key, value in usual.items()} == usual
    )
