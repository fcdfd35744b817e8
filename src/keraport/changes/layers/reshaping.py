"""Reshape, and what is known of its result."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer
from keraport.report import Verdict


@declared
class InfersOpenDimension(Effect):
    """The size that a -1 stands for is known to the layers behind.

    Older releases leave it unknown, and a Dense behind it cannot be built.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the size instead of -1, where it is known and the same for every call."""
        config = config_of(subject)
        target = config.get("target_shape")
        shapes = set(site.output_shapes)
        if not isinstance(target, list) or -1 not in target or len(shapes) != 1:
            return subject
        (shape,) = shapes
        if shape is None or len(shape) != len(target) + 1 or None in shape[1:]:
            return subject
        site.note(
            Verdict.EXACT,
            f"target_shape={target!r} written as {list(shape[1:])!r}: {site.target} does not "
            "infer the open dimension",
            source=change.source,
        )
        return configured(subject, {**config, "target_shape": list(shape[1:])})


@declared
class FlattensNumbers(Effect):
    """Flatten gives a number for each sample a dimension of one element; older ones take none."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """A Reshape to one element."""
        ranks = {None if shape is None else len(shape) for shape in site.input_shapes}
        if ranks != {1} or not isinstance(subject, Layer):
            return subject
        site.note(
            Verdict.EXACT,
            f"rewritten as Reshape((1,)): Flatten of {site.target} takes no single numbers",
            source=change.source,
        )
        config = {**without(subject.config, "data_format"), "target_shape": [1]}
        return replace(subject, class_name="Reshape", config=config)


@declared
class FlattensRows(Effect):
    """Flatten takes rows of numbers, which it leaves as they are; standalone Keras wants more."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """A Reshape to one dimension."""
        ranks = {None if shape is None else len(shape) for shape in site.input_shapes}
        if ranks != {_ROWS} or not isinstance(subject, Layer):
            return subject
        site.note(
            Verdict.EXACT,
            f"rewritten as Reshape((-1,)): Flatten of {site.target} takes no rows",
            source=change.source,
        )
        config = {**without(subject.config, "data_format"), "target_shape": [-1]}
        return replace(subject, class_name="Reshape", config=config)


_ROWS = 2
"""Their rank, with the batch."""

CHANGES = (
    Change(
        Kind.LAYER,
        ("Flatten",),
        key="min_ndim",
        held="tf 1.., tf-keras 2.., keras3 3.., keras2 none",
        source=own_keras_file("2.2.4", "layers/core.py"),
        effect=FlattensRows(),
    ),
    Change(
        Kind.LAYER,
        ("Flatten",),
        key="data_format",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/core.py"),
        effect=FlattensNumbers(),
    ),
    Change(
        Kind.LAYER,
        ("Reshape",),
        key="target_shape",
        held="tf 2.3..",
        source=keras_file("1.15.5", "layers/core.py"),
        effect=InfersOpenDimension(),
    ),
)
