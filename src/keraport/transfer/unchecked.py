"""What a transfer has to leave unchecked, so that nobody takes it for checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from keraport.catalog.api import Kind, load_api
from keraport.transfer.computation import Computation, hub_spelling
from keraport.transfer.matching import BY_MADE_NAME, Pair

_NAMED = ("recurrent_activation", "activation")


def unchecked(
    has_architecture: bool, rebuilt: Mapping[str, Computation], pairs: Sequence[Pair]
) -> tuple[str, ...]:
    """What could not be compared, in sentences.

    Args:
        has_architecture: the trained file tells its own.
        rebuilt: what the layers of the architecture compute, by path.
        pairs: layers that were put together.
    """
    if has_architecture:
        return tuple(_code(rebuilt))
    return ("the trained file holds weights only: " + _settings(rebuilt, pairs), *_names(pairs))


def _names(pairs: Sequence[Pair]) -> Iterator[str]:
    made = [pair.rebuilt.path for pair in pairs if pair.why == BY_MADE_NAME]
    if made:
        yield (
            "that both models were built in the same order, so that names made by Keras mean the "
            f"same layers: {', '.join(made)}"
        )


def _code(rebuilt: Mapping[str, Computation]) -> Iterator[str]:
    api = load_api(hub_spelling())
    own = [
        path
        for path, item in rebuilt.items()
        if item.class_name == "Lambda" or api.find(Kind.LAYER, item.class_name) is None
    ]
    if own:
        yield f"what the code of Lambdas and custom classes does: {', '.join(own)}"


def _settings(rebuilt: Mapping[str, Computation], pairs: Sequence[Pair]) -> str:
    rows = []
    for pair in pairs:
        item = _innermost(rebuilt.get(pair.rebuilt.path))
        if item is not None and "recurrent_activation" in item.config:
            told = [f"{key}={item.config.get(key)!r}" for key in _NAMED]
            rows.append(f"{pair.rebuilt.path} with {', '.join(told)}")
    text = (
        "activations, strides, padding, epsilon and the like of the architecture are as you wrote"
    )
    if rows:
        text += f"; the trained recurrent layers must have been {'; '.join(rows)}"
    return text


def _innermost(item: Computation | None) -> Computation | None:
    while item is not None and isinstance(item.config.get("layer"), Computation):
        item = item.config["layer"]
    return item
