"""The Keras of the Python that runs this: standalone 2.x, tf.keras, tf_keras or Keras 3.

Python 3.6 to 3.13.
"""

import importlib
import inspect
import os
from typing import Any, Dict, List

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# oneDNN reorders sums, so that the same release differs between machines.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np

from matrix.case import Layer

RENAMED = {("LeakyReLU", "alpha"): "negative_slope"}
"""Arguments of layers that later releases spell otherwise."""

MODULES = ("", "experimental.preprocessing", "experimental")
"""Below ``keras.layers``, where layers are looked for."""


class Release:
    """What cases need of a release.

    Args:
        module: the name of the module that is Keras, e.g. ``tensorflow.keras``.
    """

    def __init__(self, module: str) -> None:
        if module == "tensorflow.keras":
            self.keras = importlib.import_module("tensorflow").keras
        else:
            self.keras = importlib.import_module(module)
        self.layers = self.keras.layers
        self.module = module
        self.version = getattr(self.keras, "__version__", "") or _version_of(module)
        self.is_keras3 = self.version.startswith("3.")
        self.is_eager = module != "keras" or self.is_keras3
        # Keras 3 on jax and torch stands without TensorFlow.
        if self.is_eager and self.backend() == "tensorflow":
            eager = getattr(importlib.import_module("tensorflow"), "executing_eagerly", None)
            self.is_eager = eager is not None and eager()

    def backend(self) -> str:
        """What it computes with."""
        return str(self.keras.backend.backend()) if self.is_keras3 else "tensorflow"

    def array(self, tensor: Any) -> Any:
        """A tensor as an array; those of torch do not turn into one by themselves."""
        return np.asarray(self.keras.ops.convert_to_numpy(tensor) if self.is_keras3 else tensor)

    def find(self, name: str) -> Any:
        """The class of a layer; None if the release has none of that name."""
        for path in MODULES:
            place = self.layers
            for part in filter(None, path.split(".")):
                place = getattr(place, part, None)
            found = getattr(place, name, None)
            if inspect.isclass(found):
                return found
        return None

    def make(self, value: Any) -> Any:
        """A value of a table with layers in the place of their rows."""
        if isinstance(value, Layer):
            return self.layer(value.name, **value.keywords)
        if isinstance(value, list):
            return [self.make(item) for item in value]
        if isinstance(value, dict):
            return {key: self.make(item) for key, item in value.items()}
        return value

    def layer(self, name: str, **keywords: Any) -> Any:
        """A new layer."""
        found = self.find(name)
        if found is None:
            raise AttributeError("this release has no layer %s" % name)
        accepted = inspect.signature(found.__init__).parameters
        spelled = {}
        for key, value in keywords.items():
            other = RENAMED.get((name, key), key)
            spelled[other if other in accepted else key] = self.make(value)
        return found(**spelled)

    def public(self) -> Dict[str, Any]:
        """The classes of all public layers, by the first of their paths below ``keras.layers``."""
        found: Dict[str, Any] = {}
        for path in ("", "experimental", "experimental.preprocessing"):
            place = self.layers
            for part in filter(None, path.split(".")):
                place = getattr(place, part, None)
            # The name of a class comes before its other names.
            for name in sorted(dir(place), key=lambda n: (_name(place, n) != n, n)):
                one = getattr(place, name)
                if (
                    not name.startswith("_")
                    and inspect.isclass(one)
                    and issubclass(one, self.layers.Layer)
                    and one not in found.values()
                ):
                    found[(path + "." if path else "") + name] = one
        return found

    def clear(self, seed: int) -> None:
        """Forget all models, and let initial values follow from a seed."""
        self.keras.backend.clear_session()
        np.random.seed(seed)
        if self.is_keras3:
            self.keras.utils.set_random_seed(seed)
            return
        tensorflow = importlib.import_module("tensorflow")
        if hasattr(tensorflow, "set_random_seed"):
            tensorflow.set_random_seed(seed)
        else:
            tensorflow.random.set_seed(seed)

    def weights_of(self, model: Any) -> List[Any]:
        """Weights in the order of ``get_weights``, in 2.x not that of ``weights``."""
        if self.module == "keras" and not self.is_keras3:
            return [weight for layer in model.layers for weight in layer.weights]
        return list(model.weights)

    def words(self, array: Any) -> Any:
        """An array of words as the release takes it; Keras 3 takes tensors only."""
        return importlib.import_module("tensorflow").constant(array) if self.is_keras3 else array

    def run_without_gpu(self) -> None:
        """Let TensorFlow 1 run the weights of layers whose outputs need a GPU."""
        tensorflow = importlib.import_module("tensorflow")
        options = tensorflow.GraphOptions(place_pruned_graph=True)
        session = tensorflow.Session(config=tensorflow.ConfigProto(graph_options=options))
        self.keras.backend.set_session(session)

    def layers_within(self, layer: Any) -> List[Any]:
        """A layer or model and every layer inside it at any depth."""
        found = [layer]
        for inner in list(getattr(layer, "layers", None) or ()) + [
            getattr(layer, name, None)
            for name in ("layer", "cell", "forward_layer", "backward_layer")
        ]:
            if isinstance(inner, self.layers.Layer):
                found += self.layers_within(inner)
        for inner in getattr(layer, "cells", ()):
            found += self.layers_within(inner)
        return found


def _name(place: Any, name: str) -> str:
    return getattr(getattr(place, name), "__name__", "")


def _version_of(module: str) -> str:
    """What the release writes as ``keras_version``, where the module does not say it."""
    for name in ("tensorflow.python.keras", "keras"):
        try:
            return str(importlib.import_module(name).__version__)
        except (ImportError, AttributeError):
            continue
    return str(importlib.import_module(module.split(".")[0]).__version__)
