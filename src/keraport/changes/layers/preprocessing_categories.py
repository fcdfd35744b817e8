"""Layers that turn words and integers into categories, and those into numbers (TF 2.3)."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.combinators import Added, NewClass, Renamed, RenamedValue
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.encoded_behind import encoded_behind, is_single
from keraport.changes.layers.sparse_inputs import require_zeros
from keraport.changes.layers.vocabularies import TABLE_HINT, VocabularyInConfig
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Call, Layer
from keraport.model.graph import find_refs
from keraport.report import Verdict

_FOLDER = "layers/preprocessing/"
_ENCODING = keras_file("2.3.0", f"{_FOLDER}category_encoding.py")
_DEFAULT_KEY = [0xDECAFCAFFE, 0xDECAFCAFFE]
"""What TF 2.3.0 writes for salt=None (``hashing.py``), and then takes for a salt."""


def _encoding(layer: Layer, site: Site) -> Layer | Expansion:
    """CategoryEncoding, with the weights of a count as a second input."""
    if layer.config.get("max_tokens") is None:
        raise Refused(
            "max_tokens=None: how many categories there are stands with the weights, which come "
            f"after the layer is built; {site.source} itself cannot open such a file",
            hint="rebuild the layer with max_tokens=N, N being what num_elements says",
            source=_ENCODING,
        )
    if layer.config.get("sparse") and _is_output(layer, site):
        raise Refused(
            f"sparse=True, and the model returns it: models of {site.target} return no sparse "
            "tensors",
            hint="rebuild the layer with sparse=False",
            source=_ENCODING,
        )
    if layer.config.get("sparse") and site.model is not None:
        require_zeros(layer, site.model, site)
    because = f"no layer of {site.target} counts categories"
    if layer.config.get("sparse"):
        because += "; it gives a dense tensor with the same numbers"
    verdict = Verdict.EQUIVALENT if layer.config.get("sparse") else Verdict.EXACT
    calls = tuple(_with_weights(call) for call in layer.calls)
    counted = replace(layer, calls=calls)
    return as_companion(counted, site, "CategoryEncoding", because, verdict=verdict)


def _with_weights(call: Call) -> Call:
    weights = find_refs(call.arguments.get("count_weights"))
    if not weights:
        return call
    inputs = [*find_refs(call.inputs), *weights]
    return Call(inputs, without(call.arguments, "count_weights"))


def _is_output(layer: Layer, site: Site) -> bool:
    """True if the model around the layer returns what the layer gives."""
    if site.model is None or site.model.is_sequential:
        return site.model is not None and site.model.layers[-1].name == layer.name
    return any(ref.layer == layer.name for ref in find_refs(site.model.outputs))


def _hashing(layer: Layer, site: Site) -> Layer | Expansion:
    """Hashing as the file says it, which is not always how the model was built."""
    because = f"no layer of {site.target} hashes"
    if layer.config.get("salt") == _DEFAULT_KEY:
        because += (
            f"; {site.source} has written salt={_DEFAULT_KEY}, as it does where there was none: "
            "what it loads from this file hashes with that salt, and so does this, while the model "
            "that was saved hashed without"
        )
    return as_companion(layer, site, "Hashing", because)


_TABLE = (
    "its vocabulary is in a lookup table, which TF 2.3 keeps neither in the config nor in HDF5: "
    'save("x.h5") fails, and to_json leaves it out'
)
_ENCODING_SINCE = own_keras_file("2.15.0", f"{_FOLDER}category_encoding.py")
_CROSSING_SINCE = own_keras_file("2.15.0", f"{_FOLDER}hashed_crossing.py")
_HASHING_SINCE = own_keras_file("2.15.0", f"{_FOLDER}hashing.py")


@declared
class EncodingModes(RenamedValue):
    """Some ways of encoding have another name, and some are on one side alone."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Count, and multiply by the weights, where there are weights."""
        config = config_of(subject)
        if config.get("max_tokens", 0) is None:
            raise Refused(
                f"max_tokens=None: {site.target} wants the number of categories in the config",
                hint="rebuild the layer with max_tokens=N, N being what num_elements says",
                source=change.source,
            )
        if config.get(change.key) == "tf-idf" and isinstance(subject, Layer):
            names = {"num_tokens": "max_tokens"}
            weighing = {names.get(key, key): value for key, value in config.items()}
            because = f"{site.target} counts categories without weighing them"
            name = "CategoryEncodingV2"
            return as_companion(subject.with_config(weighing), site, name, because)
        return RenamedValue.to_release(self, change, subject, site)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Translate the values to those of later releases."""
        return RenamedValue.to_hub(self, change, subject, site)


@declared
class EncodesOne(Effect):
    """CategoryEncoding can encode each category by itself; without the change a row of them."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Rewrite it by what does the same for a single category."""
        config = config_of(subject)
        if config.get(change.key) != "one_hot":
            return subject
        if not is_single(site):
            raise Refused(
                f"{change.key}='one_hot': {site.target} encodes the categories of a sample in one "
                "row",
                hint="rebuild the layer with output_mode='multi_hot'",
                source=change.source,
            )
        site.note(
            Verdict.EXACT,
            f"{change.key}='one_hot' written as 'binary': it is given one category",
            source=change.source,
        )
        return configured(subject, {**config, change.key: "binary"})


def _hashed_and_encoded(layer: Layer, site: Site) -> Expansion:
    """Numbers of categories, and CategoryEncoding of them."""
    size = layer.config.get("num_bins")
    if not isinstance(size, int):
        raise Refused("num_bins is no number", source=_HASHING_SINCE)
    return encoded_behind(layer, site, size=size)


@declared
class HashesSeveral(Effect):
    """Hashing crosses several tensors; without the change it takes one."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class where it is called on several."""
        counts = {len(call.refs()) for call in subject.calls} if isinstance(subject, Layer) else {1}
        if not isinstance(subject, Layer) or counts <= {1}:
            return subject
        because = f"Hashing of {site.target} takes one tensor"
        return as_companion(subject, site, "HashingV2", because)


def _hashed_without_some(layer: Layer, site: Site) -> Layer | Expansion:
    """Hashing that leaves some value out, in a companion's class."""
    if site.api.find(Kind.LAYER, "Hashing") is None:
        return layer
    return as_companion(layer, site, "HashingV2", f"Hashing of {site.target} hashes every value")


_OF_LOOKUPS = ("idf_weights", "output_mode", "pad_to_max_tokens", "sparse", "vocabulary_size")
_LOOKUPS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "IntegerLookup",
        "tf 2.6..",
        "integer_lookup.py",
        (*_OF_LOOKUPS, "mask_token", "max_tokens", "oov_token", "vocabulary_dtype"),
    ),
    ("StringLookup", "tf 2.6..", "string_lookup.py", (*_OF_LOOKUPS, "encoding", "mask_token")),
    (
        "TextVectorization",
        "tf 2.7..",
        "text_vectorization.py",
        (*_OF_LOOKUPS, "encoding", "ragged", "vocabulary"),
    ),
)
"""Class, the releases that keep its vocabulary, file, and the keywords that differ."""

CHANGES = (
    Change(
        Kind.LAYER,
        ("CategoryEncoding",),
        held="tf 2.3..",
        source=_ENCODING,
        effect=NewClass(otherwise=_encoding),
    ),
    Change(
        Kind.LAYER,
        ("Hashing",),
        held="tf 2.3..",
        source=keras_file("2.3.0", f"{_FOLDER}hashing.py"),
        effect=NewClass(otherwise=_hashing),
    ),
    Change(
        Kind.LAYER,
        ("CategoryCrossing",),
        held="tf 2.3..",
        source=keras_file("2.3.0", f"{_FOLDER}category_crossing.py"),
        effect=NewClass(otherwise=AsCompanion("CategoryCrossing", "no stock layer joins words")),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held="tf 2.3..",
            source=keras_file("2.3.0", f"{_FOLDER}{path}"),
            effect=NewClass(because=_TABLE, hint=TABLE_HINT),
        )
        for name, path in (
            ("IntegerLookup", "integer_lookup.py"),
            ("StringLookup", "string_lookup.py"),
            ("TextVectorization", "text_vectorization.py"),
        )
    ),
    Change(
        Kind.LAYER,
        ("CategoryEncoding",),
        key="max_tokens",
        held="tf ..2.4",
        source=_ENCODING_SINCE,
        effect=Renamed(other="num_tokens"),
    ),
    Change(
        Kind.LAYER,
        ("CategoryEncoding",),
        key="output_mode",
        held="tf ..2.5",
        source=_ENCODING_SINCE,
        effect=EncodingModes({"binary": "multi_hot"}),
    ),
    Change(
        Kind.LAYER,
        ("CategoryEncoding",),
        key="output_mode",
        held="tf 2.6..",
        source=_ENCODING_SINCE,
        effect=EncodesOne(),
    ),
    Change(
        Kind.LAYER,
        ("Hashing",),
        key="call",
        held="tf ..2.3",
        source=_HASHING_SINCE,
        effect=HashesSeveral(),
    ),
    Change(
        Kind.LAYER,
        ("CategoryCrossing",),
        held="tf ..2.7",
        source=_CROSSING_SINCE,
        effect=NewClass(
            otherwise=AsCompanion("CategoryCrossing", "its HashedCrossing hashes at once")
        ),
    ),
    Change(
        Kind.LAYER,
        ("HashedCrossing", "Hashing"),
        key="output_mode",
        held="tf 2.8..",
        source=_HASHING_SINCE,
        effect=Added(neutral="int", otherwise=_hashed_and_encoded),
    ),
    Change(
        Kind.LAYER,
        ("HashedCrossing", "Hashing"),
        key="sparse",
        held="tf 2.8..",
        source=_HASHING_SINCE,
        effect=Added(neutral=False, because="it gives dense tensors for dense ones"),
    ),
    Change(
        Kind.LAYER,
        ("Hashing",),
        key="mask_value",
        held="tf 2.5..",
        source=_HASHING_SINCE,
        effect=Added(neutral=None, otherwise=_hashed_without_some),
    ),
    Change(
        Kind.LAYER,
        ("HashedCrossing",),
        held="tf 2.8..",
        source=_CROSSING_SINCE,
        effect=NewClass(otherwise=AsCompanion("HashedCrossing", "no layer crosses and hashes")),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=held,
            source=own_keras_file("2.15.0", f"{_FOLDER}{path}"),
            effect=VocabularyInConfig("a vocabulary that is not in the config is lost", keys),
        )
        for name, held, path, keys in _LOOKUPS
    ),
)
