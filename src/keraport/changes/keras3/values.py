"""Values and shapes that layers take in Keras 3, and those of older releases reject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.declared import declared
from keraport.changes.keras3.dtypes import is_read_as_floats
from keraport.changes.keras3.windows import DROPPED
from keraport.changes.layers.convolutional import undilated
from keraport.changes.site import Expansion, Refused, Shape, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer
from keraport.report import Verdict

_MOST: Final = 2
"""The rank of what comes out, with the batch, where categories are encoded."""


def _rank(shape: Shape, mode: str) -> int | None:
    """The rank of encoded categories; one_hot adds an axis where the last one is not 1 long."""
    if shape is None:
        return None
    several = mode == "one_hot" and shape[-1:] != (1,)
    return max(len(shape), _MOST if len(shape) == 1 else 0) + (several and len(shape) > 1)


@declared
class EncodesRows(Effect):
    """Categories are encoded in one row a sample; in Keras 3 in a tensor of any rank."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse other ranks."""
        mode = config_of(subject).get(change.key, _DEFAULTS.get(change.names[0], "int"))
        if not isinstance(subject, Layer) or mode == "int":
            return subject
        ranks = [_rank(shape, str(mode)) for shape in site.input_shapes]
        wrong = [rank for rank in ranks if rank is None or rank > _MOST]
        if not wrong:
            return subject
        found = "a rank that is not known" if wrong[0] is None else f"rank {wrong[0]}"
        raise Refused(
            f"{change.key}={mode!r} gives {found}, and at most rank {_MOST} in {site.target}",
            hint="rebuild the layer with output_mode='multi_hot' or 'int', and encode behind it",
            source=change.source,
        )


_DEFAULTS: Final = {"CategoryEncoding": "multi_hot"}


@declared
class CountsInFloats(Effect):
    """TextVectorization counts in floats; in Keras 3 in int64."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where something may look at the dtype."""
        mode = config_of(subject).get(change.key)
        if mode not in ("count", "multi_hot", "binary"):
            return subject
        if isinstance(subject, Layer) and is_read_as_floats(subject, site.model):
            return subject
        raise Refused(
            f"{change.key}={mode!r}: its counts are int64 in {site.source}, and float32 in "
            f"{site.target}",
            hint="rebuild the layer with output_mode='int' and CategoryEncoding behind it",
            source=change.source,
        )


@declared
class TakesEqualRates(Effect):
    """Transposed convolutions are dilated alike along each axis; in Keras 3 as they are told."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse other rates."""
        rates = config_of(subject).get(change.key)
        if not isinstance(rates, list | tuple) or len(set(rates)) < 2:
            return subject
        raise Refused(
            f"{change.key}={list(rates)}: {site.target} takes one rate for all axes",
            hint="use the same rate for each axis",
            source=change.source,
        )


@declared
class IgnoresRates(Effect):
    """Conv3DTranspose takes the keyword, and computes without it; Keras 3 dilates."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse rates other than 1."""
        rates = config_of(subject).get(change.key)
        if undilated(config_of(subject)):
            return subject
        raise Refused(
            f"{change.key}={rates!r}: {site.target} computes without it",
            hint="use the rate 1",
            source=change.source,
        )

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the rate 1, which is what was computed."""
        config = config_of(subject)
        if undilated(config):
            return subject
        text = (
            f"{change.key}={config[change.key]!r} written as 1: {site.source} computes without it"
        )
        site.note(Verdict.EXACT, text, source=change.source)
        return configured(subject, {**config, change.key: [1, 1, 1]})


@declared
class TakesOneOfBoth(Effect):
    """Discretization takes bin_boundaries or num_bins; Keras 3 writes both once it is adapted."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Leave out how many bins were asked for."""
        config = config_of(subject)
        given = any(config.get(key) is not None for key in ("bin_boundaries", "bins"))
        if config.get(change.key) is None or not given:
            return subject
        site.note(
            Verdict.EXACT,
            f"{change.key} left out: the bin_boundaries that adapt() found are in the config",
            source=change.source,
        )
        return configured(subject, without(config, change.key))


@declared
class TakesNumbersOfNgrams(Effect):
    """Lengths of n-grams are a tuple, which no file has; Keras 3 takes a list as well."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """A number where it stands for the same lengths."""
        lengths = config_of(subject).get(change.key)
        if not isinstance(lengths, list | tuple):
            return subject
        longest = len(lengths)
        if sorted(map(str, lengths)) == sorted(str(n) for n in range(1, longest + 1)):
            site.note(Verdict.EXACT, f"{change.key}={list(lengths)} written as {longest}")
            return configured(subject, {**config_of(subject), change.key: longest})
        raise Refused(
            f"{change.key}={list(lengths)}: {site.target} cannot read several lengths from a file",
            hint="rebuild the layer with a number, which stands for all lengths up to it",
            source=change.source,
        )


_PREPROCESSING: Final = "layers/preprocessing/"
_ENCODING: Final = (
    (
        ("CategoryEncoding", "IntegerLookup", "StringLookup"),
        "tf 2.6.., keras3 none",
        "category_encoding.py",
    ),
    (
        ("Discretization", "HashedCrossing", "Hashing"),
        "tf 2.8.., keras3 none",
        "preprocessing_utils.py",
    ),
)


def _change(names: tuple[str, ...], key: str, path: str, effect: Callable[[], Effect]) -> Change:
    source = own_keras_file("2.15.0", path)
    return Change(Kind.LAYER, names, key=key, held=DROPPED, source=source, effect=effect())


CHANGES: Final = (
    *(
        Change(
            Kind.LAYER,
            names,
            key="output_mode",
            held=held,
            source=own_keras_file("2.15.0", f"{_PREPROCESSING}{path}"),
            effect=EncodesRows(),
        )
        for names, held, path in _ENCODING
    ),
    _change(
        ("TextVectorization",),
        "output_mode",
        f"{_PREPROCESSING}text_vectorization.py",
        CountsInFloats,
    ),
    _change(
        ("TextVectorization",),
        "ngrams",
        f"{_PREPROCESSING}text_vectorization.py",
        TakesNumbersOfNgrams,
    ),
    _change(("Discretization",), "num_bins", f"{_PREPROCESSING}discretization.py", TakesOneOfBoth),
    _change(("Conv2DTranspose",), "dilation_rate", "backend.py", TakesEqualRates),
    _change(("Conv3DTranspose",), "dilation_rate", "backend.py", IgnoresRates),
)
