"""Tables are read from JSON, which has to say what the TOML says that people edit."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files

import pytest

from keraport.tables import TABLES, table


@pytest.mark.parametrize(("package", "name"), TABLES)
def test_json_says_what_the_table_says(package: str, name: str) -> None:
    text = files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    assert table(package, name) == tomllib.loads(text), "run tools/build_tables.py"
    # Equal to what is read, and in the order in which it stands.
    assert json.dumps(table(package, name)) == json.dumps(tomllib.loads(text))
