"""Hashing, whose dtype older releases do not heed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.keras3.windows import DROPPED
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import own_keras_file
from keraport.report import Verdict

_FLOATS: Final = ("bfloat16", "float16", "float32", "float64")


@dataclass(frozen=True, slots=True)
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


CHANGES = (
    Change(
        Kind.LAYER,
        ("Hashing",),
        key="dtype",
        held=DROPPED,
        source=own_keras_file("2.15.0", "layers/preprocessing/hashing.py"),
        effect=FloatsStandForInt64(),
    ),
)
