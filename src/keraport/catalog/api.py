"""What a release accepts: its layers, initializers, losses, ... by the names that files use.

The data are generated from the published wheels (``tools/build_catalog.py``), one file a release,
and corrected by ``corrections.toml``. Only the release that is asked for is read.
"""

from __future__ import annotations

import json
import lzma
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final

from keraport.catalog.releases import get_release
from keraport.catalog.windows import held
from keraport.records import dataclass


class Kind(StrEnum):
    """What an object is; each kind has a deserializer and names of its own."""

    LAYER = "layer"
    """Layers, wrappers, cells, and models."""
    ACTIVATION = "activation"
    INITIALIZER = "initializer"
    REGULARIZER = "regularizer"
    CONSTRAINT = "constraint"
    LOSS = "loss"
    METRIC = "metric"
    OPTIMIZER = "optimizer"
    LEGACY_OPTIMIZER = "legacy_optimizer"
    """Keras 2.11 to 2.15: optimizers of configs without ``is_legacy_optimizer: false``."""
    SCHEDULE = "schedule"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Expression:
    """A default that is no literal, as the source spells it: ``dtypes.float32``."""

    source: str


class Missing:
    """The type of `MISSING`."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
"""The default of a required parameter; None is a default like any other."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a constructor or function.

    Args:
        name: the keyword.
        required: there is no default.
        default: as a config holds it (lists, never tuples), an `Expression`, or `MISSING`.
    """

    name: str
    required: bool
    default: Any


@dataclass(frozen=True, slots=True)
class ClassSpec:
    """A class or function of one release.

    Args:
        name: the name it is defined with, which the look-up name may differ from.
        module: the module that defines it.
        parameters: the constructor's own, in the order of its signature.
        keywords: what it accepts beyond them, through ``**kwargs`` of it and its bases.
        accepts_anything: unknown keywords pass, or ``from_config`` ignores unknown keys.
        config_keys: all keys that ``get_config`` writes.
        optional_keys: those of them that it writes only for some objects.
        popped: keys that ``from_config`` takes out before it calls the constructor.
        supports_masking: the layer passes masks on.
        is_function: a function, not a class.
    """

    name: str
    module: str
    parameters: Mapping[str, Parameter]
    keywords: frozenset[str]
    accepts_anything: bool
    config_keys: frozenset[str]
    optional_keys: frozenset[str]
    popped: frozenset[str]
    supports_masking: bool
    is_function: bool

    def accepts(self, keyword: str) -> bool:
        """Whether this key may stand in a config that the stock ``from_config`` is given."""
        return (
            self.accepts_anything
            or keyword in self.parameters
            or keyword in self.keywords
            or keyword in self.popped
        )

    def required(self) -> tuple[str, ...]:
        """The parameters without a default, in the order of the signature."""
        return tuple(name for name, item in self.parameters.items() if item.required)


class Api:
    """The objects of one release."""

    def __init__(self, release_id: str, document: Mapping[str, Any]) -> None:
        self.release_id = release_id
        self._objects: Mapping[str, Mapping[str, Any]] = document["objects"]
        self._names: Mapping[str, Mapping[str, str]] = document["names"]
        self._exports: Mapping[str, Mapping[str, str]] = document["exports"]
        self._lowercase = frozenset(document["lowercase"])
        self._specs: dict[str, ClassSpec] = {}

    def __repr__(self) -> str:
        return f"Api({self.release_id!r})"

    def find(self, kind: Kind, name: str) -> ClassSpec | None:
        """What the release's stock deserializer finds under `name`; None if it finds nothing.

        A class that is part of the public API only, which a file cannot name without
        ``custom_objects``, is not found: see `exported`.
        """
        spelling = name.lower() if kind in self._lowercase else name
        identifier = self._names.get(kind, {}).get(spelling)
        return None if identifier is None else self._spec(identifier)

    def names(self, kind: Kind) -> tuple[str, ...]:
        """All names that the stock deserializer of `kind` knows, sorted."""
        return tuple(sorted(self._names.get(kind, {})))

    def exported(self, kind: Kind) -> Mapping[str, ClassSpec]:
        """The public API of `kind`, by path: ``layers.experimental.SyncBatchNormalization``."""
        return {path: self._spec(item) for path, item in self._exports.get(kind, {}).items()}

    def paths(self, kind: Kind) -> tuple[str, ...]:
        """The paths of the public API of `kind`."""
        return tuple(self._exports.get(kind, {}))

    def at(self, kind: Kind, path: str) -> ClassSpec:
        """What the public API has under one of these paths."""
        return self._spec(self._exports[kind][path])

    @cached_property
    def class_names(self) -> frozenset[str]:
        """The names of all classes and functions, whatever their kind, as they are defined."""
        return frozenset(identifier.rpartition(":")[2] for identifier in self._objects)

    def _spec(self, identifier: str) -> ClassSpec:
        if identifier not in self._specs:
            self._specs[identifier] = _spec(identifier, self._objects[identifier])
        return self._specs[identifier]


def _spec(identifier: str, row: Mapping[str, Any]) -> ClassSpec:
    module, _, name = identifier.partition(":")
    always = frozenset(row.get("config", ()))
    sometimes = frozenset(row.get("sometimes", ()))
    return ClassSpec(
        name=name,
        module=module,
        parameters={
            key: _parameter(key, default) for key, default in row.get("parameters", {}).items()
        },
        keywords=frozenset(row.get("keywords", ())),
        accepts_anything=bool(row.get("anything") or row.get("ignores_rest")),
        config_keys=always | sometimes,
        optional_keys=sometimes,
        popped=frozenset(row.get("popped", ())),
        supports_masking=row.get("masking", False),
        is_function=row.get("function", False),
    )


def _parameter(name: str, default: list[Any]) -> Parameter:
    if not default:
        return Parameter(name, required=True, default=MISSING)
    value = default[0]
    if isinstance(value, dict) and value.keys() == {"expression"}:
        value = Expression(value["expression"])
    return Parameter(name, required=False, default=value)


@cache
def load_api(release_id: str) -> Api:
    """What the release accepts.

    Raises:
        UnknownReleaseError: there is no such release.
    """
    release = get_release(release_id)
    folder = files("keraport.catalog")
    data = folder.joinpath("api", f"{release.id}.json.xz").read_bytes()
    document = json.loads(lzma.decompress(data))
    for correction in corrections():
        if held(correction["held"], release):
            _correct(document, correction, release.catalog["package"])
    return Api(release.id, document)


@cache
def corrections() -> tuple[Mapping[str, Any], ...]:
    """The rows of ``corrections.toml``."""
    text = files("keraport.catalog").joinpath("corrections.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["correction"])


def _correct(document: dict[str, Any], correction: Mapping[str, Any], package: str) -> None:
    """Apply a row of ``corrections.toml``: names, or fields of objects."""
    found = [f"{package}.{name}" for name in correction["objects"]]
    there = [identifier for identifier in found if identifier in document["objects"]]
    if "kind" in correction:
        names = document["names"].setdefault(correction["kind"], {})
        for identifier in there:
            registered = f"custom>{identifier.rpartition(':')[2].lower()}"
            named = [registered if name == "custom>*" else name for name in correction["names"]]
            names.update(dict.fromkeys(named, identifier))
        return
    for identifier in there:
        row = document["objects"][identifier]
        for key, values in correction.get("add", {}).items():
            row[key] = sorted({*row.get(key, ()), *values})
        for key, values in correction.get("remove", {}).items():
            row[key] = sorted({*row.get(key, ())} - {*values})
        row.update(correction.get("set", {}))
