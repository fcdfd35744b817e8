"""Translates small models, written as the config documents that a release saves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keraport.catalog.releases import get_release
from keraport.dialects import (
    dump_model,
    dump_training,
    parse_model,
    parse_training,
)
from keraport.model import Format, ModelFile, Producer
from keraport.own.user_objects import UserObjects
from keraport.report import Note, Verdict
from keraport.translate.translation import Translation, translate

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a model."""

    translation: Translation

    @property
    def document(self) -> Document:
        assert self.translation.file.model is not None
        return dump_model(self.translation.file.model)

    @property
    def layers(self) -> dict[str, Document]:
        """The layers of the outermost model by name."""
        return {item["config"]["name"]: item for item in self.document["config"]["layers"]}

    def config(self, name: str = "layer", *inside: str) -> Document:
        """The config of a layer, or of one in it: ``config("layer", "cell")``."""
        config: Document = self.layers[name]["config"]
        for key in inside:
            config = config[key]["config"]
        return config

    def notes(self, path: str = "layer") -> tuple[Note, ...]:
        return next((row.notes for row in self.translation.layers if row.path == path), ())

    @property
    def verdict(self) -> Verdict:
        return max(
            (row.verdict for row in self.translation.layers), key=lambda verdict: verdict.rank
        )

    def refusal(self, path: str = "layer") -> Note:
        """The only refusal, which must be that of `path`."""
        assert [row.path for row in self.translation.layers if row.verdict is Verdict.REFUSED] == [
            path
        ]
        (note,) = (note for note in self.notes(path) if note.verdict is Verdict.REFUSED)
        return note

    @property
    def training(self) -> Document | None:
        training = self.translation.file.training
        return None if training is None else dump_training(training)

    @property
    def training_texts(self) -> list[str]:
        return [note.text for note in self.translation.journal.training]


def run(
    document: Document,
    source: str,
    target: str,
    *,
    training: Document | None = None,
    custom: frozenset[str] = frozenset(),
    stock_only: bool = False,
) -> Outcome:
    """Translate a document from one release to another."""
    model = parse_model(document)
    parsed = parse_training(training) if training is not None else None
    file = ModelFile(Path("model.json"), Format.JSON, Producer(), model, training=parsed)
    return Outcome(
        translate(
            file,
            model,
            get_release(source),
            get_release(target),
            user=UserObjects(names=custom),
            stock_only=stock_only,
        )
    )


def item(class_name: str, name: str, *inputs: Any, **config: Any) -> Document:
    """A layer's document, called once with each of the given lists of layer names, or of refs."""
    nodes = [[ref if isinstance(ref, list) else [ref, 0, 0, {}] for ref in call] for call in inputs]
    return {
        "class_name": class_name,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": nodes,
    }


def entry(name: str = "in", shape: tuple[int | None, ...] = (4,), **config: Any) -> Document:
    """An InputLayer for samples of that shape."""
    given = {"batch_input_shape": [None, *shape], "dtype": "float32", "sparse": False, **config}
    return item("InputLayer", name, **given)


def graph(*layers: Document, outputs: Any = None, class_name: str = "Functional") -> Document:
    """A graph of layers whose inputs are its InputLayers; its output is its last layer."""
    inputs = [[layer["name"], 0, 0] for layer in layers if layer["class_name"] == "InputLayer"]
    return {
        "class_name": class_name,
        "config": {
            "name": "model",
            "layers": list(layers),
            "input_layers": inputs,
            "output_layers": outputs or [[layers[-1]["name"], 0, 0]],
        },
    }


def stack(*layers: Document, **settings: Any) -> Document:
    """A Sequential as TF 2.3 writes it: its layers carry neither name nor calls of their own."""
    plain = [{"class_name": la["class_name"], "config": la["config"]} for la in layers]
    return {
        "class_name": "Sequential",
        "config": {"name": "model", "layers": plain, **settings},
    }


def lower(
    class_name: str,
    config: Document,
    *,
    shape: tuple[int | None, ...] = (4,),
    source: str = "tf2.3",
    target: str = "tf1.12",
    stock_only: bool = False,
) -> Outcome:
    """What becomes of one layer, called ``layer``, behind an input of that shape."""
    before = item(class_name, "layer", ["in"], **config)
    kind = "Model" if source.startswith("tf1") else "Functional"
    document = graph(entry(shape=shape), before, class_name=kind)
    return run(document, source, target, stock_only=stock_only)


def compile_with(source: str = "tf2.3", target: str = "tf1.12", **training: Any) -> Outcome:
    """What becomes of the training config of a Dense model; ``SGD`` and ``mse`` if not given.

    The model's only output is called ``out``.
    """
    dense = item("Dense", "out", ["in"], units=2)
    kind = "Model" if source.startswith("tf1") else "Functional"
    document = graph(entry(), dense, class_name=kind)
    defaults: Document = {
        "optimizer_config": {"class_name": "SGD", "config": {}},
        "loss": "mse",
        "metrics": None,
        "weighted_metrics": None,
        "loss_weights": None,
    }
    return run(document, source, target, training={**defaults, **training})
