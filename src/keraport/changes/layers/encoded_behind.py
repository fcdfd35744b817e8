"""Layers that encode the categories they find, said with a CategoryEncoding behind them."""

from __future__ import annotations

from dataclasses import replace

from keraport.changes.change import without
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.model import Call, Config, Layer, TensorRef
from keraport.report import Verdict

_MODES = {"count": "count", "multi_hot": "binary"}
"""What ``output_mode`` is for a layer, and for CategoryEncoding in the hub's words."""


def encoded_behind(layer: Layer, site: Site, *, size: int) -> Expansion:
    """The layer giving numbers of categories, and CategoryEncoding of them behind it.

    Args:
        layer: says ``output_mode`` and ``sparse``.
        site: takes the note.
        size: how many categories there are.

    Raises:
        Refused: CategoryEncoding has no such mode.
    """
    mode, single = layer.config.get("output_mode"), is_single(site)
    found = "binary" if mode == "one_hot" and single else _MODES.get(str(mode))
    if found is None:
        raise Refused(
            f"output_mode={mode!r}: {site.target} encodes the categories of a sample in one row",
            hint="rebuild the layer with output_mode='multi_hot' or 'count'",
        )
    inner = f"{layer.name}_categories"
    site.note(
        Verdict.EXACT,
        f"output_mode={mode!r} rewritten as CategoryEncoding(max_tokens={size}, "
        f"output_mode={found!r}) behind the layer",
    )
    main = replace(
        layer,
        name=inner,
        config={**without(layer.config, "output_mode", "sparse"), "name": inner, "dtype": "int64"},
        calls=(Call([TensorRef(INPUT, 0, index) for index in range(_count(layer))]),),
    )
    config: Config = {
        "name": layer.name,
        "trainable": True,
        "dtype": layer.config.get("dtype"),
        "max_tokens": size,
        "output_mode": found,
        "sparse": bool(layer.config.get("sparse")),
    }
    encoding = Layer(layer.name, "CategoryEncoding", config, (Call([TensorRef(inner, 0, 0)]),))
    return Expansion((main, encoding), (TensorRef(layer.name, 0, 0),), main=inner)


def _count(layer: Layer) -> int:
    return max((len(call.refs()) for call in layer.calls), default=1)


def is_single(site: Site) -> bool:
    """True where each sample has one category."""
    shapes = site.input_shapes
    return bool(shapes) and all(shape is not None and shape[1:] == (1,) for shape in shapes)
