"""The catalog of one release as a JSON document.

::

    {"objects": {"<module>:<name>": {...}},            every class and function, once
     "names": {"<kind>": {"<name>": "<object>"}},      as the stock deserializer finds them
     "exports": {"<kind>": {"<public path>": "<object>"}},
     "lowercase": ["<kind>"]}                          names are lowered before the look-up

An object has ``parameters`` (name to ``[]`` if required, else ``[default]``), ``keywords`` (what it
takes beyond them), ``anything`` (any keyword passes), ``config`` and ``sometimes`` (keys that
``get_config`` writes always, or depending on the object), ``popped`` and ``ignores_rest`` (what
``from_config`` does), ``masking``, ``function`` and ``external``; empty values are left out.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from catalog.classes import ancestry, find_method, signature
from catalog.configs import config_keys, from_config
from catalog.deserializers import lookup
from catalog.keywords import constructor_keywords, function_keywords
from catalog.kinds import KINDS, KindRule
from catalog.masking import supports_masking
from catalog.source import ClassRef, ExternalRef, FunctionRef, Module, Ref, Source

Document = dict[str, Any]


def extract(source: Source, package: str, api: str) -> Document:
    """Everything a release accepts.

    Args:
        source: the unpacked distribution.
        package: the package of Keras within it, e.g. ``keras.src``.
        api: the package that exports the public names, e.g. ``keras.api._v2.keras``.
    """
    document: Document = {"objects": {}, "names": {}, "exports": {}, "lowercase": []}
    for kind, rule in KINDS.items():
        found = _lookup(source, package, rule)
        if found is not None:
            document["names"][kind] = _register(document, found.table)
            if found.lowercase:
                document["lowercase"].append(kind)
        document["exports"][kind] = _register(document, _exports(source, api, rule))
        if kind not in document["names"]:
            # Keras 1 finds everything by its name in a module (``get_from_module``).
            module = source.module(f"{package}.{_OF_KERAS_1.get(kind, kind)}")
            if by_name := _register(document, _in_module(module, rule)):
                document["names"][kind] = by_name
    _add_models(document, source, package)
    if document["names"].get("legacy_optimizer") == document["names"]["optimizer"]:
        del document["names"]["legacy_optimizer"]
        document["lowercase"] = [
            kind for kind in document["lowercase"] if kind != "legacy_optimizer"
        ]
    return document


def _add_models(document: Document, source: Source, package: str) -> None:
    """Keras 3 keeps models apart, and lays them beside the layers when a file is loaded."""
    module = source.module(f"{package}.models")
    if module is None or "Functional" in document["names"]["layer"]:
        return
    names = ("Functional", "Model", "Sequential")
    found = {name: ref for name in names if (ref := module.resolve(name)) is not None}
    document["names"]["layer"].update(_register(document, found))


def _lookup(source: Source, package: str, rule: KindRule) -> Any:
    modules = (source.module(f"{package}.{name}") for name in rule.modules)
    module = next((item for item in modules if item is not None), None)
    return None if module is None else lookup(module, rule.covers, legacy=rule.legacy)


def _exports(source: Source, api: str, rule: KindRule) -> dict[str, Ref]:
    found: dict[str, Ref] = {}
    for namespace in rule.exports:
        module = source.module(f"{api}.{namespace}")
        names = [] if module is None else list(module.namespace())
        for name in names:
            ref = _public(module, name)
            if rule.covers(ref) and ref is not None:
                found[f"{namespace}.{name}"] = ref
    return found


_OF_KERAS_1 = {
    "layer": "layers",
    "loss": "objectives",
    "initializer": "initializations",
    "activation": "activations",
    "metric": "metrics",
    "optimizer": "optimizers",
    "regularizer": "regularizers",
    "constraint": "constraints",
}


def _in_module(module: Module | None, rule: KindRule) -> dict[str, Ref]:
    names = [] if module is None else list(module.namespace())
    found = {name: _public(module, name) for name in names}
    return {name: ref for name, ref in found.items() if ref is not None and rule.covers(ref)}


def _public(module: Module | None, name: str) -> Ref | None:
    return None if module is None or name.startswith("_") else module.resolve(name)


def _register(document: Document, table: dict[str, Ref]) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, ref in sorted(table.items()):
        described = _describe(ref)
        if described is None:
            continue
        identifier, row = described
        document["objects"].setdefault(identifier, _compact(row))
        names[name] = identifier
    return names


def _describe(ref: Ref) -> tuple[str, Document] | None:
    match ref:
        case ClassRef():
            return ref.id, _class(ref)
        case FunctionRef():
            return ref.id, _function(ref)
        case ExternalRef():
            external = {"function": True, "external": True, "anything": True}
            return ":".join(ref.name.rsplit(".", 1)), external
    return None


@cache
def _class(cls: ClassRef) -> Document:
    chain = ancestry(cls)
    found = find_method(chain, "__init__")
    parameters: Document = {}
    if found is not None:
        parameters = signature(chain[found[0]].module, found[1], bound=True).parameters
    accepted, written, taken = constructor_keywords(cls), config_keys(cls), from_config(cls)
    return {
        "parameters": parameters,
        "keywords": sorted(accepted.names - parameters.keys()),
        "anything": accepted.anything,
        "config": sorted(written.always),
        "sometimes": sorted(written.sometimes),
        "popped": sorted(taken.popped),
        "ignores_rest": taken.ignores_rest and find_method(chain, "from_config") is not None,
        "masking": supports_masking(cls),
    }


def _function(function: FunctionRef) -> Document:
    parameters = signature(function.module, function.node, bound=False).parameters
    accepted = function_keywords(function)
    return {
        "function": True,
        "parameters": parameters,
        "keywords": sorted(accepted.names - parameters.keys()),
        "anything": accepted.anything,
    }


def _compact(value: Document) -> Document:
    return {key: item for key, item in value.items() if item not in ({}, [], False)}
