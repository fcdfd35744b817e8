"""Layers that the first releases of Keras 3 fail at, or state other shapes of than they give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import again_in, keras3_file
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Layer

_HEADS: Final = "layers/attention/multi_head_attention.py"
_SCORES: Final = "return_attention_scores"
_SHAPED: Final = "ShapedByCall"


@declared
class WorksInGraphs(Effect):
    """A layer can be called in a graph; without the change some of its calls fail.

    Args:
        fails: if it does in the releases without the change.
        because: what they cannot do, for the report.
        name: of the companion's class; ``ShapedByCall`` behind that of the layer if empty.
    """

    fails: Callable[[Layer, Site], bool]
    because: str
    name: str = ""

    alters_meaning = True
    renames_last = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class; refuse inside a wrapper, which would have to know it."""
        if not isinstance(subject, Layer) or not self.fails(subject, site):
            return subject
        if site.wrapper is not None:
            raise Refused(
                f"{site.target} fails there: {self.because}",
                hint="rebuild the model without the wrapper",
                source=change.source,
            )
        name = self.name or f"{subject.class_name}{_SHAPED}"
        return as_companion(subject, site, name, f"{site.target} fails there: {self.because}")


@declared
class EncodesOneCategory(WorksInGraphs):
    """A single category is a row of its own; without the change it is a row in a row."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse what may be a single category."""
        if config_of(subject).get("output_mode") != "one_hot":
            return subject
        if site.input_shapes and all(shape and shape[-1] != 1 for shape in site.input_shapes):
            return subject
        raise Refused(
            f"output_mode='one_hot' of one category: {site.source} states a shape for it that it "
            "does not give",
            hint="rebuild the layer with output_mode='multi_hot'",
            source=change.source,
        )


@declared
class ResizesImages(WorksInGraphs):
    """Images are interpolated along height and width; without the change along other axes."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse what the source resizes otherwise."""
        if not isinstance(subject, Layer) or not self.fails(subject, site):
            return subject
        raise Refused(
            f"data_format='channels_first' with interpolation: {site.source} resizes the width and "
            "the channels",
            hint="rebuild the layer with data_format='channels_last', and Permute around it",
            source=change.source,
        )


@declared
class BuildsOnAnyWidth(Effect):
    """MultiHeadAttention takes queries and values of two widths; in 3.5 and 3.6 it is not built."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse them."""
        if not isinstance(subject, Layer) or not _widths_differ(subject, site):
            return subject
        raise Refused(
            f"queries and values of two widths: {site.target} cannot build it",
            hint="bring them to one width with Dense before the layer",
            source=change.source,
        )


def _gives_scores(layer: Layer, site: Site) -> bool:  # noqa: ARG001
    return any(call.arguments.get(_SCORES) not in (None, False) for call in layer.calls)


def _widths_differ(layer: Layer, site: Site) -> bool:  # noqa: ARG001
    """True unless all that it is called with is known to be of one width."""
    widths = {shape[-1] if shape else None for shape in site.all_input_shapes}
    return len(widths) != 1 or None in widths


def _states_a_shape(layer: Layer, site: Site) -> bool:
    return bool(layer.config.get("output_shape")) or _widths_differ(layer, site)


def _gives_states(layer: Layer, site: Site) -> bool:  # noqa: ARG001
    inner = layer.config.get("layer")
    return isinstance(inner, Layer) and bool(inner.config.get("return_state"))


def _gives_lists_of_states(layer: Layer, site: Site) -> bool:  # noqa: ARG001
    cell = layer.config.get("cell")
    stacked = isinstance(cell, Layer) and cell.class_name == "StackedRNNCells"
    return stacked and bool(layer.config.get("return_state"))


def _holds_a_model(layer: Layer, site: Site) -> bool:  # noqa: ARG001
    inner = layer.config.get("layer")
    return isinstance(inner, Layer) and inner.model is not None


def _interpolates_channels(layer: Layer, site: Site) -> bool:  # noqa: ARG001
    first = layer.config.get("data_format") == "channels_first"
    return first and layer.config.get("interpolation", "nearest") != "nearest"


def _makes_vectors(layer: Layer, site: Site) -> bool:  # noqa: ARG001
    return config_of(layer).get("output_mode") in ("one_hot", "count")


def _gives_one_step(layer: Layer) -> bool:
    inner = layer.config.get("layer")
    config = inner.config if isinstance(inner, Layer) else layer.config
    return layer.model is None and not config.get("return_sequences", False)


@declared
class HandsGivenMasksOn(Effect):
    """A recurrent layer hands on the mask that it is called with, as it does one that arrives.

    Measured in 3.0.5, which hands on nothing, and in 3.15.1; what those between do is not known.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a call with a mask."""
        if not isinstance(subject, Layer):
            return subject
        if not any(call.arguments.get("mask") is not None for call in subject.calls):
            return subject
        if _gives_one_step(subject):
            return subject  # there is no mask behind it
        raise Refused(
            f"it is called with a mask, which {site.target} may not hand on",
            hint="put Masking before the layer, in the place of the argument",
            source=change.source,
        )


CHANGES: Final = (
    Change(
        Kind.LAYER,
        ("Bidirectional", "GRU", "LSTM", "RNN", "SimpleRNN", "Model", "Sequential", "Functional"),
        key="mask argument",
        held=again_in("3.15"),
        source=keras3_file("layers/layer.py", "3.3.3"),
        effect=HandsGivenMasksOn(),
    ),
    Change(
        Kind.LAYER,
        ("Attention", "AdditiveAttention"),
        key=_SCORES,
        held=again_in("3.8"),
        source=keras3_file("layers/attention/attention.py", "3.7.0"),
        effect=WorksInGraphs(_gives_scores, "it gives its scores"),
    ),
    Change(
        Kind.LAYER,
        ("MultiHeadAttention",),
        key="value_shape",
        held="tf 1.., keras3 ..3.4, keras3 3.7..",
        source=keras3_file(_HEADS, "3.6.0"),
        effect=BuildsOnAnyWidth(),
    ),
    Change(
        Kind.LAYER,
        ("MultiHeadAttention",),
        key="output_shape",
        held=again_in("3.7"),
        source=keras3_file(_HEADS, "3.6.0"),
        effect=WorksInGraphs(
            _states_a_shape, "its outputs have a shape of their own, or queries and values differ"
        ),
    ),
    Change(
        Kind.LAYER,
        ("MultiHeadAttention",),
        key=_SCORES,
        held=again_in("3.3"),
        source=keras3_file(_HEADS, "3.2.1"),
        effect=WorksInGraphs(_gives_scores, "it gives its scores"),
    ),
    Change(
        Kind.LAYER,
        ("Bidirectional",),
        key="return_state",
        held=again_in("3.2"),
        source=keras3_file("layers/rnn/bidirectional.py", "3.1.1"),
        effect=WorksInGraphs(_gives_states, "it gives its states"),
    ),
    Change(
        Kind.LAYER,
        ("RNN",),
        key="return_state",
        held=again_in("3.3"),
        source=keras3_file("layers/rnn/rnn.py", "3.2.1"),
        effect=WorksInGraphs(_gives_lists_of_states, "it gives the states of stacked cells"),
    ),
    Change(
        Kind.LAYER,
        ("TimeDistributed",),
        key="model",
        held=again_in("3.4"),
        source=keras3_file("models/functional.py", "3.3.3"),
        effect=WorksInGraphs(_holds_a_model, "it is around a model"),
    ),
    Change(
        Kind.LAYER,
        ("CategoryEncoding",),
        key="inputs",
        held=again_in("3.4"),
        source=keras3_file("layers/preprocessing/category_encoding.py", "3.3.3"),
        effect=EncodesOneCategory(
            _makes_vectors,
            "what it is given is cast to floats, and one category is no row of its own",
            name="CategoryEncodingOfFloats",
        ),
    ),
    Change(
        Kind.LAYER,
        ("UpSampling2D",),
        key="data_format",
        held=again_in("3.2"),
        source=keras3_file("layers/reshaping/up_sampling2d.py", "3.1.1"),
        effect=ResizesImages(
            _interpolates_channels,
            "it interpolates along the width and the channels",
            name="UpSampling2DInPlace",
        ),
    ),
)
