"""Channels first on a CPU: the same layer with channels last between two Permute.

Kernels for channels first exist for GPUs alone where these layers call an operation directly
(``core/kernels/conv_ops.cc``, ``maxpooling_op.cc`` and ``avgpooling_op.cc`` of TF 1.12 and 2.3).
"""

from __future__ import annotations

from dataclasses import replace

from keraport.changes.change import Change, Effect, Subject, config_of, without
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import INPUT, Expansion, Site
from keraport.model import Call, Layer, TensorRef
from keraport.report import Verdict

_ELEMENTWISE = frozenset(
    {
        *(None, "elu", "exponential", "hard_sigmoid", "linear", "relu", "selu", "sigmoid"),
        *("softplus", "softsign", "swish", "tanh"),
    }
)
"""Activations for which it does not matter where the channels are."""

_BECAUSE = "there are kernels for channels_first on GPUs only"


@declared
class OnAnyDevice(Effect):
    """Images with channels first are computed on a CPU as well; the others need a GPU.

    Args:
        rank: spatial dimensions of an image.
    """

    alters_meaning = True

    rank: int

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Put the layer between two Permute, or into the companion's class."""
        if config_of(subject).get("data_format") != "channels_first":
            return subject
        if not isinstance(subject, Layer):
            return subject
        if can_be_several(subject, site, self.rank):
            return between_permutes(subject, site, self.rank, source=change.source)
        if site.stock_only:
            site.note(Verdict.UNCHANGED, f"runs on a GPU only: {_BECAUSE}", source=change.source)
            return subject
        return as_companion(subject, site, f"{subject.class_name}V2", _BECAUSE)


def can_be_several(layer: Layer, site: Site, rank: int) -> bool:
    """True where the layer can be put between two others that move its channels."""
    activation = layer.config.get("activation")
    if not (activation is None or isinstance(activation, str)) or activation not in _ELEMENTWISE:
        return False
    if site.wrapper is not None or site.masked or not _has_known_inputs(site):
        return False
    return all(shape is not None and len(shape) == rank + 2 for shape in site.input_shapes)


def _has_known_inputs(site: Site) -> bool:
    """False in a Sequential that does not say its input shape: it cannot become a graph."""
    model = site.model
    if model is None or not model.is_sequential:
        return True
    first = model.layers[0]
    declared = first.config.get("batch_input_shape", model.settings.get("build_input_shape"))
    return first.class_name == "InputLayer" or declared is not None


def between_permutes(
    layer: Layer,
    site: Site,
    rank: int,
    *,
    source: str = "",
    back: bool = True,
    because: str = _BECAUSE,
) -> Expansion:
    """The layer with channels last, behind a Permute that moves them, and before one that returns.

    Args:
        layer: says ``data_format``.
        site: takes the note.
        rank: spatial dimensions of an image.
        source: where the fact comes from.
        back: whether the result has channels to be moved back.
        because: why it does not stay as it is, for the note.
    """
    site.note(
        Verdict.EXACT,
        f"rewritten with channels last behind a Permute: {because}",
        source=source,
    )
    name = layer.name
    before, inside = f"{name}_channels_last", f"{name}_inside" if back else name
    main = replace(
        layer,
        name=inside,
        config={
            **without(layer.config, "batch_input_shape"),
            "name": inside,
            "data_format": "channels_last",
        },
        calls=(Call([TensorRef(before, 0, 0)]),),
    )
    moved = _permute(layer, before, [*range(2, rank + 2), 1], TensorRef(INPUT, 0, 0))
    parts = [moved, main]
    if back:
        dims = [rank + 1, *range(1, rank + 1)]
        parts.append(_permute(layer, name, dims, TensorRef(inside, 0, 0)))
    return Expansion(tuple(parts), (TensorRef(name, 0, 0),), main=inside)


def _permute(layer: Layer, name: str, dims: list[int], given: TensorRef) -> Layer:
    config = {"name": name, "trainable": True, "dtype": layer.config.get("dtype"), "dims": dims}
    return Layer(name, "Permute", config, (Call([given]),))
