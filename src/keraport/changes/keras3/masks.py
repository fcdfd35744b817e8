"""Masks and dtypes: what a layer of Keras 3 does to them."""

from __future__ import annotations

from typing import Final

from keraport import hub
from keraport.catalog.api import Kind
from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import BETWEEN, DROPPED, keras3_file, up_to
from keraport.changes.layers.dtype_rules import FLOATS, UNKNOWN, compute_dtype, own_dtype
from keraport.changes.layers.heads import heads_of_companion
from keraport.changes.layers.masks import behind_without_mask
from keraport.changes.site import Expansion, Refused, Site
from keraport.hub import Mask
from keraport.model import Layer, Model
from keraport.model.graph import find_refs, walk, walk_layer
from keraport.report import Verdict

_END_MASKS: Final = ("Identity", "Normalization", "Rescaling")
"""What ends a mask in older releases, and passes it on in Keras 3 (``supports_masking``)."""


_HALVES: Final = ("float16", "bfloat16")
_CAST_THEMSELVES: Final = frozenset({"InputLayer", "Rescaling"})
"""Classes that cast whatever they are given, in all releases."""

_HEED_THEIR_DTYPE: Final = {"Discretization": "tf 1.., keras3 ..3.0"}
"""Classes that take no notice of their dtype in other releases."""


@declared
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
        if masks_are_said(site):
            return subject
        raise Refused(
            f"a mask reaches it, which {site.source} passes on, and {site.target} does not",
            hint="put Masking behind it",
            source=change.source,
        )


@declared
class RoundsHalves(Effect):
    """Half precision is rounded where a kernel of the release rounds it."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The same the other way round."""
        return self.to_release(change, subject, site)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Note it in the report."""
        given = subject.class_name == "InputLayer"
        if isinstance(subject, Layer) and not given and compute_dtype(subject) in _HALVES:
            text = f"{compute_dtype(subject)} is rounded at other places"
            site.note(Verdict.EQUIVALENT, text, source=change.source)
        return subject


@declared
class CastsToWholeNumbers(Effect):
    """A layer with a dtype of integers takes floats as they are; Keras 3 cuts them to integers.

    Only its variables would have that dtype.
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where floats may be cut: other releases would take them as they are."""
        config = config_of(subject)
        if not isinstance(subject, Layer) or change.key not in config or not subject.is_keras:
            return subject
        heeds = _HEED_THEIR_DTYPE.get(subject.class_name)
        if not change.held_by(site.target) or (heeds and not held(heeds, site.source)):
            return subject
        own = own_dtype(subject)
        given = {dtype for call in site.dtypes for dtype in call.inputs}
        row = hub.row(subject.class_name)
        if own in FLOATS or own == UNKNOWN or row is None or subject.class_name in _CAST_THEMSELVES:
            return subject
        if given and not given & {*FLOATS, UNKNOWN}:
            return subject
        raise Refused(
            f"{change.key}={config[change.key]!r}: {site.source} cuts floats that such a layer is "
            f"given to integers, which {site.target} does not",
            hint="build the layer with dtype='float32'",
            source=change.source,
        )

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the dtype of the floats that it is given."""
        config = config_of(subject)
        if not isinstance(subject, Layer) or change.key not in config:
            return subject
        if not change.held_by(site.source):
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


def says_every_mask(model: Model | None, source: Release) -> bool:
    """True for a graph of Keras 3: each call in it that takes a mask says so, or had none.

    `keraport.surgery.recorded_masks` holds what the target makes of masks against that. Stacks say
    nothing; of lists of tensors, and in nested models, nothing is said of masks.
    """
    if model is None or model.is_sequential or not source.has("has-operations"):
        return False
    silent = (layer.model or not layer.is_keras or _takes_list(layer) for layer in model.layers)
    return not any(silent)


_RETURN_THEIR_INPUT: Final = frozenset(
    {
        *("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"),
        *("Identity", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
    }
)
"""What gives the very tensor that it is given when a model of Keras 3 predicts."""


def returns_its_input(layer: Layer) -> bool:
    """True if what a layer of Keras 3 gives is what it is given, and shares its mask."""
    if layer.class_name == "Activation":
        return layer.config.get("activation") in (None, "linear")
    return layer.class_name in _RETURN_THEIR_INPUT


def _takes_list(layer: Layer) -> bool:
    row = hub.row(layer.class_name)
    return row is not None and row.mask is Mask.OF_QUERIES and not row.parts


def masks_are_said(site: Site) -> bool:
    """True if every call of the model that the site is in says its mask."""
    return "/" not in site.path and says_every_mask(site.model, site.source)


@declared
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
        """The companion's class for older releases where there is a mask."""
        if not isinstance(subject, Layer) or not _is_masked(subject, site):
            return subject
        for key, neutral in _LATER_OF_HEADS.items():
            if subject.config.get(key, neutral) != neutral:
                raise Refused(f"{key}={subject.config[key]!r} is not supported yet", hint=_HINT)
        ranks = {None if shape is None else len(shape) for shape in site.input_shapes}
        if None in ranks or not ranks:
            raise Refused(
                f"a mask reaches it, and what {site.source} makes of that depends on the rank of "
                "what it is called with, which is not known",
                hint=_HINT,
                source=change.source,
            )
        if site.masked and not masks_are_said(site):
            raise Refused(
                f"a mask reaches it, which {site.source} takes from what it is called with, and "
                "other layers may look at that",
                hint=_HINT,
                source=change.source,
            )
        scores = any(call.arguments.get("return_attention_scores") for call in subject.calls)
        if ranks == {_SEQUENCES} and not subject.config.get("dropout") and not scores:
            return subject  # one kernel for all of it, which attends to everything there
        plain = subject.with_config(without(subject.config, "seed", *_LATER_OF_HEADS))
        because = f"{site.source} gives zeros where a mask leaves nothing to attend to"
        return heads_of_companion(plain, site, "MultiHeadAttentionOfKeras3", because)


_LATER_OF_HEADS: Final = {"sliding_window": None, "use_gate": False, "flash_attention": None}
_HINT: Final = "take the mask away in the model"
_SEQUENCES: Final = 3
"""The rank of what is attended to along one axis."""


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


@declared
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
        ("MultiHeadAttention",),
        key="mask",
        # Measured in 3.9.2 and 3.10.0, as that of Softmax.
        held=up_to("3.9"),
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
