"""How a Lambda says what its functions are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.keras3.windows import DROPPED, keras3_file
from keraport.changes.site import Expansion, Site
from keraport.report import Verdict

_KEYS: Final = {"function_type": "function", "output_shape_type": "output_shape"}
"""Keys that say what stands under another: the name of a function, or a plain value."""


@dataclass(frozen=True, slots=True)
class KindOfFunction(Effect):
    """A key says what stands under another one, which Keras 3 tells by what stands there."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Say it, and say None where nothing stands."""
        config = config_of(subject)
        if change.key in config:
            return subject
        value = config.get(_KEYS[change.key])
        said = "function" if isinstance(value, str) else "raw"
        return configured(subject, {**config, _KEYS[change.key]: value, change.key: said})

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Drop it."""
        config = config_of(subject)
        if change.key not in config:
            return subject
        text = f"{change.key} left out: what stands there says what it is"
        site.note(Verdict.EXACT, text, source=change.source)
        return configured(subject, without(config, change.key))


CHANGES = tuple(
    Change(
        Kind.LAYER,
        ("Lambda",),
        key=key,
        held=DROPPED,
        source=keras3_file("layers/core/lambda_layer.py"),
        effect=KindOfFunction(),
    )
    for key in _KEYS
)
