"""Masks and dtypes: what a layer of Keras 3 does to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from keraport import hub
from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.companions import as_companion
from keraport.changes.keras3.windows import BETWEEN, DROPPED, keras3_file
from keraport.changes.layers.dtype_rules import FLOATS, UNKNOWN, compute_dtype, own_dtype
from keraport.changes.layers.masks import ATTACHES, behind_without_mask
from keraport.changes.site import Expansion, Refused, Site
from keraport.hub import Mask
from keraport.model import Layer
from keraport.model.graph import find_refs, walk, walk_layer
from keraport.report import Verdict

_END_MASKS: Final = ("Identity", "Normalization", "Rescaling")
"""What ends a mask in older releases, and passes it on in Keras 3 (``supports_masking``)."""


_HALVES: Final = ("float16", "bfloat16")
_CAST_THEMSELVES: Final = frozenset({"InputLayer", "Rescaling"})
"""Classes that cast whatever they are given, in all releases."""


@dataclass(frozen=True, slots=True)
class EndsMasks(Effect):
    """A mask that reaches such a layer ends there; in Keras 3 it goes on."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Take the mask away before it."""
        if not isinstance(subject, Layer) or not site.masked or site.wrapper is not None:
            return subject
        return behind_without_mask(subject, site, change.source)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a mask: the layer would end it."""
        if not isinstance(subject, Layer) or not site.masked or site.wrapper is not None:
            return subject
        raise Refused(
            f"a mask reaches it, which {site.source} passes on, and {site.target} does not",
            hint="put Masking behind it",
            source=change.source,
        )


@dataclass(frozen=True, slots=True)
class RoundsHalves(Effect):
    """Half precision is rounded where a kernel of the release rounds it."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The same the other way round."""
        return self.to_release(change, subject, site)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Say so."""
        given = subject.class_name == "InputLayer"
        if isinstance(subject, Layer) and not given and compute_dtype(subject) in _HALVES:
            text = f"{compute_dtype(subject)} is rounded at other places"
            site.note(Verdict.EQUIVALENT, text, source=change.source)
        return subject


@dataclass(frozen=True, slots=True)
class CastsToWholeNumbers(Effect):
    """A layer with a dtype of integers takes floats as they are; Keras 3 cuts them to integers.

    Only its variables would have that dtype.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the dtype of the floats that it is given."""
        config = config_of(subject)
        if not isinstance(subject, Layer) or change.key not in config:
            return subject
        own = own_dtype(subject)
        if own in FLOATS or own == UNKNOWN or subject.class_name in _CAST_THEMSELVES:
            return subject
        given = {dtype for call in site.dtypes for dtype in call.inputs}
        floats = given & FLOATS
        if given and not floats and UNKNOWN not in given:
            return subject
        if subject.weights or len(floats) != 1 or UNKNOWN in given:
            raise Refused(
                f"{change.key}={config[change.key]!r}: {site.target} cuts floats that such a layer "
                f"is given to integers, which {site.source} does not",
                hint="build the layer with dtype='float32'",
                source=change.source,
            )
        (dtype,) = floats
        site.note(
            Verdict.EXACT,
            f"{change.key}={config[change.key]!r} written as {dtype!r}: {site.target} would cut "
            "the floats that it is given to integers",
            source=change.source,
        )
        return configured(subject, {**config, change.key: dtype})


@dataclass(frozen=True, slots=True)
class MergesMasks(Effect):
    """What is merged is masked where any input is.

    In Keras 3 it is where all are, and nowhere if one input has no mask.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class."""
        if not isinstance(subject, Layer) or not site.masked or site.wrapper is not None:
            return subject
        axis = config_of(subject).get("axis", -1)
        able = {-1, 1}
        for shape in site.all_input_shapes:
            able |= {len(shape) - 1, 1 - len(shape)} if shape else set()
        if subject.class_name == "Concatenate" and axis not in able:
            raise Refused(
                f"axis={axis!r}, and a mask reaches it: not supported yet",
                hint="take the mask away in the model",
                source=change.source,
            )
        because = f"{site.target} masks what all inputs mask, {site.source} what any does"
        return as_companion(subject, site, f"{subject.class_name}V2", because)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where somebody looks at the mask that comes out: it would be another one."""
        if not isinstance(subject, Layer) or not site.masked or _mask_is_unseen(subject, site):
            return subject
        raise Refused(
            f"a mask reaches it: {site.source} masks what all inputs mask, {site.target} what any "
            "does",
            hint="take the mask away in the model",
            source=change.source,
        )


def _mask_is_unseen(layer: Layer, site: Site) -> bool:
    """True if what reads the layer ends its mask, or is given one beside it."""
    if site.model is None or site.model.is_sequential or site.path != layer.name:
        return False
    readers = [
        (reader, call)
        for reader in site.model.layers
        for call in reader.calls
        if any(ref.layer == layer.name for ref in call.refs())
    ]
    return all(
        reader.class_name == ATTACHES
        or find_refs(call.arguments.get("mask"))
        or ((row := hub.row(reader.class_name)) is not None and row.mask is Mask.STOPS)
        for reader, call in readers
        if reader.model is None
    ) and all(reader.model is None for reader, _ in readers)


@dataclass(frozen=True, slots=True)
class AttendsToAll(Effect):
    """Where a mask leaves nothing, MultiHeadAttention attends to all; in Keras 3 to nothing."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class where there is a mask."""
        if not isinstance(subject, Layer) or not _is_masked(subject, site):
            return subject
        because = f"{site.target} gives zeros where a mask leaves nothing to attend to"
        return as_companion(subject, site, f"{subject.class_name}V2", because)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where there is a mask."""
        if not isinstance(subject, Layer) or not _is_masked(subject, site):
            return subject
        raise Refused(
            f"a mask reaches it, and {site.source} gives zeros where it leaves nothing to attend "
            f"to, which {site.target} does not",
            hint="take the mask away in the model",
            source=change.source,
        )


def _is_masked(layer: Layer, site: Site) -> bool:
    if site.masked or any("attention_mask" in call.arguments for call in layer.calls):
        return True
    # Values and keys are arguments; Keras 3 takes the masks away from them as well.
    return site.model is None or any(_makes_mask(inner) for _, inner in walk(site.model))


def _makes_mask(layer: Layer) -> bool:
    return layer.class_name == "Masking" or bool(layer.config.get("mask_zero"))


def _gives_mask(layer: Layer) -> bool:
    """True if a mask that is made inside a wrapped layer may leave it."""
    model = layer.model
    if model is None:
        return any(_makes_mask(inner) for _, inner in walk_layer(layer))
    if not any(_makes_mask(inner) for _, inner in walk(model)):
        return False
    given = find_refs(model.outputs)
    last = [model.layer(ref.layer) for ref in given] if given else [model.layers[-1]]
    return not all(_uses_masks_up(item) for item in last)


def _uses_masks_up(layer: Layer) -> bool:
    row = hub.row(layer.class_name)
    if row is None:
        return False
    ends = row.mask is Mask.OF_SEQUENCE and not layer.config.get("return_sequences")
    return ends or row.mask in (Mask.STOPS, Mask.USED_UP)


@dataclass(frozen=True, slots=True)
class HandsMasksOn(Effect):
    """A mask that is made inside TimeDistributed leaves it; in Keras 3 it does not."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where that happens."""
        inner = config_of(subject).get("layer")
        if not isinstance(inner, Layer) or not _gives_mask(inner):
            return subject
        raise Refused(
            f"a mask is made inside it, and only TensorFlow 2 hands it on: {site.source} and "
            f"{site.target} differ there",
            hint="put Masking behind it, or Embedding(mask_zero=True) outside",
            source=change.source,
        )

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The same the other way round."""
        return self.to_release(change, subject, site)


CHANGES = (
    Change(
        Kind.LAYER,
        ("*",),
        key="dtype",
        held=DROPPED,
        source=keras3_file("layers/layer.py"),
        effect=RoundsHalves(),
    ),
    Change(
        Kind.LAYER,
        ("TimeDistributed",),
        key="compute_mask",
        held=DROPPED,
        source=keras3_file("layers/rnn/time_distributed.py"),
        effect=HandsMasksOn(),
        drift=f"0.12 of the largest output {BETWEEN}: an LSTM behind TimeDistributed(Embedding)",
    ),
    Change(
        Kind.LAYER,
        ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"),
        key="mask",
        held=DROPPED,
        source=keras3_file("layers/merging/base_merge.py"),
        effect=MergesMasks(),
        drift=f"0.40 of the largest output {BETWEEN}: a ConvLSTM2D behind Add",
    ),
    Change(
        Kind.LAYER,
        ("MultiHeadAttention",),
        key="mask",
        held=DROPPED,
        source=keras3_file("layers/attention/multi_head_attention.py"),
        effect=AttendsToAll(),
        drift=f"0.25 of the largest output {BETWEEN}",
    ),
    Change(
        Kind.LAYER,
        _END_MASKS,
        key="supports_masking",
        held=DROPPED,
        source=keras3_file("layers/core/identity.py"),
        effect=EndsMasks(),
        drift=f"0.87 to 1.2 of the largest output {BETWEEN}: a GRU or an LSTM behind it",
    ),
    Change(
        Kind.LAYER,
        ("*",),
        key="dtype",
        held=DROPPED,
        source=keras3_file("layers/layer.py"),
        effect=CastsToWholeNumbers(),
        drift=f"0.57 to 0.98 of the largest output {BETWEEN}: Discretization, Reshape",
    ),
)
