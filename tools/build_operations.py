"""Writes ``changes/operations/definitions.json`` out of what two real releases say.

::

    PYTHON_OF_TF112 tools/operations/definitions.py > old.json
    PYTHON_OF_TF23 tools/operations/definitions.py > new.json
    uv run python tools/build_operations.py old.json new.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from keraport.changes.operations.expressed import EXPRESSED
from operations.measured import MEASURED

OUT = Path(__file__).parents[1] / "src/keraport/changes/operations/definitions.json"

RENAMED = {"AddV2": "Add"}
"""What TF 1.12 has under another name, with the same inputs, outputs and arithmetic."""


def row(name: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """One operation: as TF 1.12 has it if it does, else as TF 2.3 has it."""
    older = RENAMED.get(name, name if name in old else "")
    own = old[older] if older else new[name]
    assert len(own["inputs"]) == len(new[name]["inputs"]), name
    assert len(own["outputs"]) == len(new[name]["outputs"]), name
    known = own["attributes"]
    added = {key: item for key, item in new[name]["attributes"].items() if key not in known}
    assert not known.keys() - new[name]["attributes"].keys(), name
    assert all(item["has_default"] for item in added.values()), name
    found = {
        "inputs": own["inputs"],
        "outputs": own["outputs"],
        "attributes": {key: attribute(item) for key, item in known.items()},
        "dropped": {key: default(item) for key, item in added.items()},
        "older": older,
        "stateful": own["stateful"],
    }
    return {key: value for key, value in found.items() if value or key in ("inputs", "outputs")}


def attribute(item: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing."""
    found = {"type": item["type"]}
    if item["has_default"]:
        found["default"] = default(item)
    if item["allowed"] is not None:
        found["allowed"] = item["allowed"]
    return found


def default(item: dict[str, Any]) -> Any:
    """The default; empty lists are written as such."""
    value = item["default"]
    return [] if value is None and item["type"].startswith("list") else value


def main() -> None:
    """Write the file, a line for each operation."""
    old, new = (json.loads(Path(path).read_text("utf-8")) for path in sys.argv[1:3])
    names = sorted({*MEASURED.split(), *EXPRESSED, *RENAMED})
    rows = [f"{json.dumps(name)}: {json.dumps(row(name, old, new))}" for name in names]
    OUT.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
