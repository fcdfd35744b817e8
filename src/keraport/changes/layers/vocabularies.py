"""StringLookup, IntegerLookup and TextVectorization, whose vocabularies newer releases save."""

from __future__ import annotations

from keraport.changes.change import Change, Subject, config_of, without
from keraport.changes.combinators import Unchanged
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Config, Layer

TABLE_HINT = (
    "look the words up before the model, or use tf.feature_column in DenseFeatures, whose config "
    "holds the vocabulary"
)
_SUPPORTED: dict[str, tuple[object, ...]] = {
    "ngrams": (None,),
    "idf_weights": (None,),
    "output_mode": ("count", "int", "multi_hot", "one_hot"),
    "ragged": (False,),
    "salt": (None,),
    "sparse": (False,),
    "split": ("whitespace", None),
    "standardize": ("lower_and_strip_punctuation", "lower", "strip_punctuation", None),
}
"""Keyword: the values that the companion's classes know."""
_DROPPED = (
    "encoding",
    "idf_weights",
    "ngrams",
    "oov_method",
    "ragged",
    "salt",
    "sparse",
    "vocabulary_dtype",
    "vocabulary_size",
)

_COUNTED_IN = ("float16", "float64", "int32", "int64")
"""Dtypes of a layer that counts in another one than float32."""


@declared
class VocabularyInConfig(Unchanged):
    """A vocabulary that stands in the config is restored from there, and the layer can be saved."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's class, which holds the vocabulary as a constant."""
        if not isinstance(subject, Layer):
            return subject
        why = _unsupported(subject.config)
        if why:
            raise Refused(
                f"{why}; {site.target} can neither save nor open the layer in a model file: its "
                "vocabulary is in a lookup table",
                hint=TABLE_HINT,
                source=change.source,
            )
        plain = subject.with_config(without(subject.config, *_DROPPED))
        dtype = subject.config.get("dtype")
        if subject.config.get("output_mode", "int") != "int" and dtype in _COUNTED_IN:
            plain = plain.with_config({**plain.config, "gives": dtype})
        because = (
            f"{site.target} cannot open the layer in a model file: its vocabulary is in a lookup "
            "table"
        )
        return as_companion(plain, site, f"{subject.class_name}V2", because)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse what was saved without its vocabulary."""
        if config_of(subject).get("vocabulary") is None:
            raise Refused(
                f"{site.source} has not saved its vocabulary",
                hint="rebuild the layer with vocabulary=[...]",
                source=change.source,
            )
        return subject


def _unsupported(config: Config) -> str:
    """What the companion does not do; empty if it does all."""
    if not isinstance(config.get("vocabulary"), list) or not config["vocabulary"]:
        return "its vocabulary is not in the config"
    for key, known in _SUPPORTED.items():
        if key in config and config[key] not in known:
            return f"{key}={config[key]!r} is not supported yet"
    return ""
