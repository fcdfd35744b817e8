"""The catalog against the real releases: every name, every signature, every keyword."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.more_releases import with_named

from keraport.catalog.api import MISSING, Api, ClassSpec, Expression, Kind, load_api
from keraport.catalog.releases import get_release, line_of

PROBE = Path(__file__).with_name("probe_api.py")
RELEASES = with_named("tf1.12", "tf1.15", "tf2.3", "tf2.15")
NOT_CONSTRUCTIBLE = {
    "LearningRateSchedule": "abstract",
    "Metric": "abstract",
    "Optimizer": "abstract",
    "OptimizerV2": "abstract",
    "Policy": "of TF 1.15: has no config",
    "Regularizer": "abstract",
}
"""Public classes without a config of their own; of all others the probe must make an instance."""


def keywords(api: Api) -> dict[str, list[str]]:
    """All keywords that any object of a kind has in the release: what the probe is to try."""
    found: dict[str, set[str]] = {}
    for kind in Kind:
        specs = [api.find(kind, name) for name in api.names(kind)]
        for spec in [*specs, *api.exported(kind).values()]:
            assert spec is not None
            found.setdefault(kind, set()).update(
                spec.parameters, spec.keywords, spec.config_keys, spec.popped
            )
    return {kind: sorted(names) for kind, names in found.items()}


def ask(python: Path, api: Api, folder: Path) -> Any:
    request, answer = folder / "request.json", folder / "answer.json"
    request.write_text(json.dumps({"keywords": keywords(api)}))
    release = get_release(api.release_id)
    probed = {
        "PROBED_MODULE": line_of(release).module,
        "PROBED_PACKAGE": release.catalog["package"],
    }
    run = subprocess.run(
        [python, PROBE, request, answer],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, **probed},
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(answer.read_text())


def identifier(spec: ClassSpec) -> str:
    return f"{spec.module}:{spec.name}"


def name_differences(api: Api, answer: Any) -> Iterator[str]:
    for kind in Kind:
        real = answer["names"].get(kind, {})
        ours = {name: api.find(kind, name) for name in api.names(kind)}
        yield from (f"{kind} {name}: not in the catalog" for name in real.keys() - ours.keys())
        extra = ours.keys() - real.keys()
        if kind is Kind.METRIC:  # compile() knows these before it asks the deserializer
            extra -= set(answer["compiled"])
        yield from (f"{kind} {name}: not in the release" for name in extra)
        for name in real.keys() & ours.keys():
            spec = ours[name]
            assert spec is not None
            elsewhere = spec.module.startswith("tensorflow.compat.v2")  # not in the Keras wheel
            if identifier(spec) != real[name] and not elsewhere:
                yield f"{kind} {name}: {identifier(spec)}, in the release {real[name]}"


def export_differences(api: Api, answer: Any) -> Iterator[str]:
    for kind in Kind:
        real = answer["exports"][kind]
        ours = {path: identifier(spec) for path, spec in api.exported(kind).items()}
        yield from (
            f"{kind} {path}: {ours.get(path)}, in the release {real.get(path)}"
            for path in sorted(real.keys() | ours.keys())
            if real.get(path) != ours.get(path)
        )


def specs(api: Api) -> dict[str, tuple[Kind, ClassSpec]]:
    found: dict[str, tuple[Kind, ClassSpec]] = {}
    for kind in Kind:
        named = (api.find(kind, name) for name in api.names(kind))
        for spec in [*named, *api.exported(kind).values()]:
            assert spec is not None
            found.setdefault(identifier(spec), (kind, spec))
    return found


def as_answered(value: Any) -> Any:
    """A default of the catalog in the words of the probe."""
    if isinstance(value, list):
        return [as_answered(item) for item in value]
    if isinstance(value, dict):
        return {"dict": {key: as_answered(item) for key, item in value.items()}}
    return {"other"} if isinstance(value, Expression) else {"value": value}


def parameter_differences(spec: ClassSpec, row: Any) -> Iterator[str]:
    real = {name: default[0] if default else MISSING for name, default in row["parameters"]}
    if list(real) != list(spec.parameters):
        yield f"parameters {list(spec.parameters)}, in the release {list(real)}"
        return
    for name, default in real.items():
        ours = spec.parameters[name].default
        if isinstance(ours, Expression):
            same = isinstance(default, dict) and "other" in default
        else:
            same = (MISSING if ours is MISSING else as_answered(ours)) == default
        if not same:
            yield f"default of {name}: {ours!r}, in the release {default!r}"


def config_differences(spec: ClassSpec, row: Any, tried: list[str]) -> Iterator[str]:
    real = frozenset(row["config"])
    if missing := spec.config_keys - spec.optional_keys - real:
        yield f"config lacks {sorted(missing)}"
    if extra := real - spec.config_keys:
        yield f"config holds {sorted(extra)}"
    answers = {k: k in row["rejected"] for k in ["no_release_has_this_keyword", *tried]}
    wrong = [k for k, no in answers.items() if k not in real and spec.accepts(k) == no]
    wrong = [k for k in wrong if k not in spec.popped]  # some are taken only along with others
    for refusal in (True, False):
        if names := [k for k in wrong if answers[k] is refusal]:
            yield f"{'rejects' if refusal else 'accepts'} {names}"
    if refused := [keyword for keyword in real if not spec.accepts(keyword)]:
        yield f"its own config keys {refused} are not accepted"


def object_differences(api: Api, answer: Any) -> Iterator[str]:
    tried = keywords(api)
    for name, (kind, spec) in specs(api).items():
        row = answer["objects"].get(name)
        if row is None:
            continue
        found = list(parameter_differences(spec, row))
        if "rejected" in row:
            found += config_differences(spec, row, tried[kind])
        if (
            kind is Kind.LAYER
            and row.get("masking", spec.supports_masking) != spec.supports_masking
        ):
            found.append(f"supports_masking {spec.supports_masking}")
        yield from (f"{kind} {name}: {item}" for item in found)


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.runtime(name)) for name in RELEASES],
)
def case(
    request: pytest.FixtureRequest,
    runtime_python: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Api, Any]:
    """A release's catalog, and what the release itself says."""
    api = load_api(request.param)
    return api, ask(runtime_python(request.param), api, tmp_path_factory.mktemp("probe"))


def test_stock_deserializers_find_the_same_objects_under_the_same_names(case: Any) -> None:
    api, answer = case
    assert sum(map(len, answer["names"].values())) > 200
    assert sorted(name_differences(api, answer)) == []


def test_public_names_lead_to_the_same_objects(case: Any) -> None:
    api, answer = case
    assert sum(map(len, answer["exports"].values())) > 200
    assert sorted(export_differences(api, answer)) == []


def test_signatures_keywords_configs_and_masking_are_the_same(case: Any) -> None:
    api, answer = case
    assert sorted(object_differences(api, answer)) == []


def test_every_public_class_was_really_constructed(case: Any) -> None:
    answer = case[1]
    public = {name for names in answer["exports"].values() for name in names.values()}
    unbuilt = {
        name: row["unbuilt"]
        for name, row in answer["objects"].items()
        if "unbuilt" in row and name in public
    }
    rest = {n: why for n, why in unbuilt.items() if n.rpartition(":")[2] not in NOT_CONSTRUCTIBLE}
    assert rest == {}
