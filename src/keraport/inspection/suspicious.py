"""Words in a config that deserve suspicion: modules, functions of Keras, paths and URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from keraport.inspection.rules import Hazard, HazardKind
from keraport.model import Value

_KERAS: Final = frozenset({"keras", "tensorflow", "tf_keras", "tensorflow_core", "keras_core"})
_FILLING: Final = frozenset(
    {
        *(
            "src",
            "api",
            "python",
            "_tf_keras",
            "_api",
            "v1",
            "v2",
            "engine",
            "legacy",
            "legacy_tf_layers",
        )
    }
)
"""Parts of a module's name that say nothing about what is in it."""
_PARTS_OF_MODELS: Final = frozenset(
    {
        *("", "activations", "constraints", "distribute", "dtype_policies", "experimental"),
        *("feature_column", "framework", "initializers", "layers", "losses", "metrics", "models"),
        *("mixed_precision", "ops", "optimizers", "optimizer_v1", "optimizer_v2", "premade"),
        *("premade_models", "quantizers", "regularizers", "random", "sequential", "functional"),
        *("training", "base_layer", "input_layer", "input_spec", "feature_space", "tokenizers"),
    }
)
"""Parts of Keras whose classes a config may name."""
_CLASSES_ELSEWHERE: Final = {
    "applications": frozenset({"CustomScaleLayer", "LayerScale", "StochasticDepth"}),
}
"""Layers by the other parts that define them, which hold functions besides."""
_HELPERS: Final = {
    "get_file": "downloads a URL to disk and unpacks it",
    "extract_archive": "unpacks an archive",
    "enable_unsafe_deserialization": "switches safe_mode off",
    "func_load": "unmarshals Python bytecode",
    "load_model": "loads another model",
    "load_weights": "loads other weights",
    "load_img": "opens a file",
    "load_data": "downloads a data set",
    "model_from_json": "loads another model",
    "custom_object_scope": "changes which classes loading finds",
    "register_keras_serializable": "changes which classes loading finds",
    "image_dataset_from_directory": "reads a folder",
    "text_dataset_from_directory": "reads a folder",
    "audio_dataset_from_directory": "reads a folder",
}
"""Functions of Keras that files have been made to call, and what they do."""
_HELPER_CVES: Final = ("CVE-2025-8747", "CVE-2025-9906")
_MODULE_CVES: Final = ("CVE-2025-1550",)
_VOCABULARY_CVES: Final = ("CVE-2025-12058",)

_FILE_KEYS: Final = {
    "vocabulary": ("a vocabulary that loading reads from this place", _VOCABULARY_CVES),
    "vocabulary_file": ("a vocabulary that loading reads from this place", _VOCABULARY_CVES),
    "idf_weights": ("weights of words that loading reads from this place", _VOCABULARY_CVES),
    "filepath": ("a model that loading reads from this place", ()),
}
_PLACE_KEYS: Final = re.compile(r"(^|_)(path|file|filename|directory|folder|url|uri|origin)$")
_URL: Final = re.compile(r"(?i)(https?|ftp|file|gs|gcs|s3|hdfs|viewfs|abfs|az)://\S")
_PLACE: Final = re.compile(r"([/\\]|~[/\\]|\.\.?[/\\]|[A-Za-z]:[/\\])\S")


def named(
    class_name: str, config: Value, extra: Mapping[str, Value], where: str
) -> Iterator[Hazard]:
    """What a class's name, and the module that stands beside it, tell.

    Args:
        class_name: as the file spells it; ``function`` if its config is the name of a function.
        config: beside it.
        extra: the keys beside both: ``module``, ``registered_name``.
        where: of the object.
    """
    module = extra.get("module")
    function = config if class_name == "function" else None
    for word in (class_name, function):
        last = re.split(r"[.>:]", word)[-1] if isinstance(word, str) else ""
        if last in _HELPERS:
            text = f"{word} is named as a part of the model; it {_HELPERS[last]}"
            yield Hazard(HazardKind.HELPER, where, text, _HELPER_CVES)
            return
    if not isinstance(module, str) or not module:
        return
    root, *parts = module.split(".")
    if root not in _KERAS:
        # How Keras 3 says that a function follows; it looks that up by its registered name.
        if (module, class_name) != ("builtins", "function"):
            what = class_name or "a class"
            text = f"{what} comes from the module {module}, which loading may import"
            yield Hazard(HazardKind.MODULE, where, text, _MODULE_CVES)
        return
    part = next((part for part in parts if part not in _FILLING and part != "keras"), "")
    last = class_name.rpartition(">")[2]
    if part not in _PARTS_OF_MODELS and last not in _CLASSES_ELSEWHERE.get(part, ()):
        text = f"{class_name} of {module} is named as a part of the model, and is none"
        yield Hazard(HazardKind.HELPER, where, text, _HELPER_CVES)


def package_of(extra: Mapping[str, Value]) -> str:
    """The package that registered a class, if it was not Keras (``registered_name``)."""
    registered = extra.get("registered_name")
    package, found, _ = registered.partition(">") if isinstance(registered, str) else ("", "", "")
    return package if found and package.lower() != "keras" else ""


def text(value: str, where: str, key: str) -> Iterator[Hazard]:
    """What a string in a config tells; `key` is the one that it stands under."""
    if value in ("<lambda>", "__lambda__"):
        found = "a function without a name (a lambda), which no file can restore"
        yield Hazard(HazardKind.CUSTOM_CLASS, where, found)
    elif value and key in _FILE_KEYS:
        found, cve = _FILE_KEYS[key]
        yield Hazard(HazardKind.FILE, where, f"{found}: {value}", cve)
    elif _URL.match(value) or (_PLACE_KEYS.search(key) and _PLACE.match(value)):
        yield Hazard(HazardKind.FILE, where, f"a path outside of the file: {value}")
