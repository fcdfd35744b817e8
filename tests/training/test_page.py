"""The page about optimizers, and its picture, are those of the numbers that were measured."""

from __future__ import annotations

import json

from build_training_page import MEASURED, PAGE, PICTURE, page, picture


def test_the_page_is_up_to_date() -> None:
    rows = [
        row
        for row in json.loads(MEASURED.read_text(encoding="utf-8"))
        if not (row["case"].startswith("legacy_") and row["format"] == ".keras")
    ]
    assert PAGE.read_text(encoding="utf-8") == page(rows)
    assert PICTURE.read_text(encoding="utf-8") == picture(rows)
    assert "ERROR" not in page(rows)
