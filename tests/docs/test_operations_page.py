"""The page about operations says what the tables say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

PATH = Path(__file__).parents[2] / "tools" / "build_operations_page.py"


def test_the_table_of_operations_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("build_operations_page", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.OUT.read_text(encoding="utf-8") == module.page()
