"""Write the JSON that is read in the place of the tables of TOML: ``keraport.tables``.

``uv run python tools/build_tables.py`` after a change to one of them.
"""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path

from keraport.tables import TABLES


def as_json(package: str, name: str) -> str:
    """A table of TOML as JSON, a row of values a line."""
    text = files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return json.dumps(tomllib.loads(text), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write all of them."""
    for package, name in TABLES:
        path = Path(str(files(package).joinpath(f"{name}.json")))
        path.write_text(as_json(package, name), encoding="utf-8", newline="\n")
        print(path)


if __name__ == "__main__":
    main()
