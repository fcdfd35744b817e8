"""Dropout whose noise is shared along some axes, or whose rate is no number."""

from __future__ import annotations

import math
from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, without
from keraport.changes.combinators import ActedUpon, Added
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.dtypes import OfAnyDtype
from keraport.changes.layers.training_only import only_while_training
from keraport.changes.site import Expansion, Shape, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Config, Layer, Value
from keraport.report import Verdict

_SPATIAL = {3: "SpatialDropout1D", 4: "SpatialDropout2D", 5: "SpatialDropout3D"}
"""Rank of the input: the layer that shares its noise along all axes but the first and the last."""


@declared
class PartialNoiseShape(Effect):
    """A noise shape may leave dimensions open (None), to be taken from the input.

    Older releases need every dimension, the batch's among them. The usual one, shared along the
    steps or pixels, is what their SpatialDropout does. They make noise to predict as well, so that
    it has to fit.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """SpatialDropout where it does the same; else the companion's class."""
        shape = config_of(subject).get("noise_shape")
        if not isinstance(shape, list) or not isinstance(subject, Layer):
            return subject
        misfit = next((given for given in site.input_shapes if not _fits(shape, given)), None)
        if misfit is not None:
            site.note(
                Verdict.EXACT,
                f"noise_shape={shape!r} left out: it does not fit what the layer is given, "
                f"{list(misfit)!r}, so that {site.source} cannot train it, and {site.target} "
                "builds the noise to predict as well",
                source=change.source,
            )
            return subject.with_config(without(subject.config, "noise_shape"))
        if None not in shape:
            return subject
        spatial = _SPATIAL.get(len(shape))
        is_spatial = shape[0] is None and shape[-1] != 1 and shape[1:-1] == [1] * (len(shape) - 2)
        if subject.class_name != "Dropout" or spatial is None or not is_spatial:
            because = f"noise_shape={shape!r}: dimensions cannot be left open there"
            return as_companion(subject, site, f"{subject.class_name}V2", because)
        site.note(
            Verdict.EXACT,
            f"noise_shape={shape!r} is what {spatial} does",
            source=change.source,
        )
        config = without(subject.config, "noise_shape", "seed")
        return replace(subject, class_name=spatial, config=config)


@declared
class NoiseOfFewDimensions(Effect):
    """A layer may be given fewer dimensions than it shares its noise along, if it is dynamic.

    It finds out when it trains; older releases make noise to predict as well.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Dropout, which does the same when it predicts: nothing."""
        rank = next((rank for rank, name in _SPATIAL.items() if name == subject.class_name), 0)
        given = next((item for item in site.input_shapes if item and len(item) < rank), None)
        if given is None or not isinstance(subject, Layer):
            return subject
        site.note(
            Verdict.EXACT,
            f"Dropout in its place: it is given {list(given)!r}, too few dimensions for its noise, "
            f"so that {site.source} cannot train it, and {site.target} makes it to predict as well",
            source=change.source,
        )
        return replace(subject, class_name="Dropout")


def _fits(noise: list[Value], given: Shape) -> bool:
    """True unless noise of that shape cannot be multiplied with the input (batch sizes apart).

    A layer that is ``dynamic`` makes noise when it trains, and never finds out before.
    """
    if given is None:
        return True
    if len(noise) > len(given):
        return False
    sizes = zip(reversed(noise), reversed(given[1:]), strict=False)
    return all(None in (one, other) or one in (1, other) for one, other in sizes)


def _rate_is_a_number(config: Config) -> bool:
    """NaN is neither below 0 nor at least 1, which is all that `dropout_v2` of TF 2.3 asks."""
    rate = config.get("rate")
    return not (isinstance(rate, float) and math.isnan(rate))


CHANGES = (
    *(
        Change(
            Kind.LAYER,
            (name,),
            key="dtype",
            held="tf 2.3..",
            source=keras_file("1.12.0", "layers/noise.py"),
            effect=OfAnyDtype(
                known=frozenset({"float32"}),
                otherwise=AsCompanion(f"{name}V2", "the stock layer makes noise in float32 only"),
            ),
        )
        for name in ("GaussianNoise", "GaussianDropout", "AlphaDropout")
    ),
    Change(
        Kind.LAYER,
        ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
        key="rate",
        held="tf 2.3..",
        source="https://github.com/tensorflow/tensorflow/blob/v2.3.0/tensorflow/python/ops/nn_ops.py",
        effect=ActedUpon(
            harmless=_rate_is_a_number,
            because="it cannot be built with a rate of NaN",
            hint="give the layer a rate, and save the model again",
        ),
    ),
    Change(
        Kind.LAYER,
        tuple(_SPATIAL.values()),
        key="noise_shape",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/core.py"),
        effect=NoiseOfFewDimensions(),
    ),
    Change(
        Kind.LAYER,
        ("Dropout", "AlphaDropout"),
        key="noise_shape",
        held="tf 1.15..",
        source=keras_file("1.15.5", "layers/core.py"),
        effect=PartialNoiseShape(),
    ),
    Change(
        Kind.LAYER,
        ("GaussianDropout", "GaussianNoise"),
        key="seed",
        held="tf 2.7..",
        source=own_keras_file("2.15.0", "layers/regularization/gaussian_noise.py"),
        effect=Added(neutral=None, otherwise=only_while_training("seed", "the noise has no seed")),
    ),
)
