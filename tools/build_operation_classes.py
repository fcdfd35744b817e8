"""Writes down which operations each release of Keras 3 has, and what their constructors take.

::

    uv run python tools/build_operation_classes.py

Reads ``keras/src/ops`` of each published wheel, without importing any of it, into
``src/keraport/catalog/operations.json.xz``.
"""

from __future__ import annotations

import ast
import json
import lzma
from pathlib import Path
from typing import Any, Final

from catalog.wheels import fetch
from keraport.catalog.operation_classes import PATH
from keraport.catalog.releases import all_releases

_BASE: Final = "Operation"


def classes(folder: Path) -> dict[str, dict[str, list[Any]]]:
    """Keywords of each operation, by module and class; each with its default, if it has one."""
    found: dict[str, dict[str, list[Any]]] = {}
    for path in sorted(folder.glob("*.py")):
        known = {_BASE: {"name": [None]}}
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef):
                continue
            bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
            base = next((name for name in bases if name in known), None)
            if base is None:
                continue
            own = [item for item in node.body if isinstance(item, ast.FunctionDef)]
            made = next((item for item in own if item.name == "__init__"), None)
            known[node.name] = known[base] if made is None else _keywords(made.args)
            found[f"{path.stem}.{node.name}"] = known[node.name]
    return found


def _keywords(given: ast.arguments) -> dict[str, list[Any]]:
    places = given.args[1:]
    missing = [None] * (len(places) - len(given.defaults))
    pairs = [
        *zip(places, [*missing, *given.defaults], strict=True),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]
    return {argument.arg: _default(value) for argument, value in pairs}


def _default(value: ast.expr | None) -> list[Any]:
    if value is None:
        return []
    try:
        return [ast.literal_eval(value)]
    except ValueError:
        return []


def main() -> None:
    """Write the file."""
    releases = [release for release in all_releases() if release.has("has-operations")]
    document = {
        release.id: classes(fetch(release).folder / "keras" / "src" / "ops") for release in releases
    }
    text = json.dumps(document, separators=(",", ":"), sort_keys=True)
    data = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    target = Path(__file__).parents[1] / "src" / "keraport" / "catalog" / PATH
    target.write_bytes(data)
    print(f"{target.name}: {len(data)} bytes; {[len(rows) for rows in document.values()]}")


if __name__ == "__main__":
    main()
