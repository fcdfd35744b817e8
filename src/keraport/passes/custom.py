"""Classes that the source release does not have: the user's own."""

from __future__ import annotations

from keraport.catalog.api import Api, Kind
from keraport.model import Model
from keraport.model.graph import walk
from keraport.passes.legalise import custom_layer_hint
from keraport.report import Journal, Note, Verdict


def refuse_unknown(model: Model, api: Api, journal: Journal, custom: frozenset[str]) -> None:
    """Refuse every layer whose class neither the source release nor the user defines.

    Layers that the user defines are noted as such.
    """
    for path, layer in walk(model):
        name = layer.class_name
        if layer.model is not None:
            continue
        if name in custom:
            text = f"{name} comes from your own file: that it computes the same is up to that file"
            journal.note(path, Note(Verdict.UNCHANGED, text))
            continue
        spec = api.find(Kind.LAYER, name)
        if spec is not None:
            unknown = [key for key in layer.config if not spec.accepts(key)]
            if unknown:
                shown = ", ".join(f"{key}={layer.config[key]!r}" for key in unknown)
                text = f"{name} of {api.release_id} does not accept {shown} itself"
                hint = "name the release that wrote the file: --from RELEASE"
                journal.note(path, Note(Verdict.REFUSED, text, hint))
        elif name not in api.class_names:
            text = f"{name} is no class of {api.release_id}, so it is your own; config: " + (
                ", ".join(
                    f"{key}={value!r}"
                    for key, value in layer.config.items()
                    if key not in ("name", "trainable", "dtype")
                )
                or "no keywords"
            )
            weights = ", ".join(f"{weight.name} {list(weight.shape)}" for weight in layer.weights)
            text += f"; weights: {weights or 'none'}"
            journal.note(path, Note(Verdict.REFUSED, text, custom_layer_hint(name)))
