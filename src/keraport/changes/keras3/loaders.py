"""What older loaders ask for, and Keras 3 does not write; what they do not heed, and it does."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import Cosmetic
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import DROPPED, keras3_file
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer
from keraport.report import Verdict

_FLOATS: Final = ("bfloat16", "float16", "float32", "float64")


@declared
class FloatsStandForInt64(Effect):
    """Numbers of bins are int64 where the dtype is one of floats; Keras 3 refuses such a dtype."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the dtype that the outputs have."""
        config = config_of(subject)
        if config.get(change.key) not in _FLOATS or config.get("output_mode", "int") != "int":
            return subject
        site.note(
            Verdict.EXACT,
            f"{change.key}={config[change.key]!r} written as 'int64', which its outputs are",
            source=change.source,
        )
        return configured(subject, {**config, change.key: "int64"})


@declared
class ReadsStrings(Effect):
    """TextVectorization has the dtype string; in Keras 3 that says what its outputs are."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Write the one dtype that older loaders take."""
        config = config_of(subject)
        if config.get(change.key) not in _FLOATS:
            return subject
        return configured(subject, {**config, change.key: "string"})


@declared
class GivesWholeNumbers(Effect):
    """The dtype of a layer says what it gives; in Keras 3 it gives what it always does.

    It does not heed the dtype, and writes that of other layers.
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the dtype of what comes out."""
        config = config_of(subject)
        mode = config.get("output_mode", "int")
        given = "float32" if mode in _WEIGHED else _GIVEN[subject.class_name].get(mode, "")
        if not given or config.get(change.key) == given:
            return subject
        text = f"{change.key} written as {given!r}, which its outputs are in {site.source}"
        site.note(Verdict.EXACT, text, source=change.source)
        return configured(subject, {**config, change.key: given})


@declared
class KeepsWordsInArchives(Effect):
    """A vocabulary is in the config; Keras 3 writes one that it has adapted into archives alone."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a layer whose vocabulary is not in the file."""
        if config_of(subject).get(change.key) is not None:
            return subject
        raise Refused(
            f"its vocabulary is not in the file: {site.source} saves what adapt() found only in "
            ".keras archives",
            hint="save the model as .keras, or build the layer with vocabulary=[...]",
            source=change.source,
        )


_WEIGHED: Final = ("tf_idf", "tf-idf")
_COUNTS: Final = dict.fromkeys(("int", "multi_hot", "one_hot", "count"), "int64")
_GIVEN: Final = {
    "StringLookup": _COUNTS,
    "IntegerLookup": _COUNTS,
    "Discretization": {"int": "int32"},
}
"""Class and mode: what it gives, whatever its dtype says."""


@declared
class AskedFor(Cosmetic):
    """A key that older loaders take for granted: without it in the config they fail."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Write None, with which the layer finds it out."""
        config = config_of(subject)
        if change.key in config:
            return subject
        return configured(subject, {**config, change.key: None})


@declared
class MasksOfHeads(Effect):
    """Masks that reach attention which is causal, or gives its scores; Keras 3 differs there."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse: nothing was found that gives what TensorFlow 2.15 gives."""
        if not isinstance(subject, Layer) or not site.masked:
            return subject
        asked = [key for call in subject.calls for key in _ASKED if call.arguments.get(key)]
        if not asked:
            return subject
        raise Refused(
            f"a mask reaches it, and it is called with {asked[0]}=True: not supported yet, "
            f"{site.target} computes something else",
            hint="give it the mask as attention_mask",
            source=change.source,
        )


_ASKED: Final = ("return_attention_scores", "use_causal_mask")

CHANGES = (
    Change(
        Kind.LAYER,
        ("MultiHeadAttention",),
        key="masked",
        held=DROPPED,
        source=keras3_file("layers/attention/multi_head_attention.py"),
        effect=MasksOfHeads(),
    ),
    *(
        Change(
            Kind.LAYER,
            ("MultiHeadAttention",),
            key=key,
            held=DROPPED,
            source=keras3_file("layers/attention/multi_head_attention.py"),
            effect=AskedFor("the layer sees the shape when it is called"),
        )
        for key in ("query_shape", "key_shape", "value_shape")
    ),
    Change(
        Kind.LAYER,
        ("TextVectorization",),
        key="dtype",
        held=DROPPED,
        source=keras3_file("layers/preprocessing/text_vectorization.py"),
        effect=ReadsStrings(),
    ),
    Change(
        Kind.LAYER,
        ("Hashing",),
        key="dtype",
        held=DROPPED,
        source=own_keras_file("2.15.0", "layers/preprocessing/hashing.py"),
        effect=FloatsStandForInt64(),
    ),
    Change(
        Kind.LAYER,
        ("StringLookup", "IntegerLookup"),
        key="dtype",
        held=DROPPED,
        source=keras3_file("layers/preprocessing/index_lookup.py"),
        effect=GivesWholeNumbers(),
    ),
    Change(
        Kind.LAYER,
        ("Discretization",),
        key="dtype",
        held="tf 1.., keras3 ..3.0",
        source=keras3_file("layers/preprocessing/discretization.py"),
        effect=GivesWholeNumbers(),
    ),
    Change(
        Kind.LAYER,
        ("StringLookup", "IntegerLookup", "TextVectorization"),
        key="vocabulary",
        held=DROPPED,
        source=keras3_file("layers/preprocessing/index_lookup.py"),
        effect=KeepsWordsInArchives(),
    ),
)
