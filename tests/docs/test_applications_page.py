"""The page of keras.applications says what was measured."""

from __future__ import annotations

import json

from build_applications_page import OUT, RESULTS, SOURCES, page

EVERY = {"tf2.3": 26, "tf2.15": 71}
"""How many models ``tf.keras.applications`` has (`APPLICATIONS` of the tool, in each release)."""


def test_the_page_is_up_to_date() -> None:
    assert OUT.read_text(encoding="utf-8") == page()


def test_differences_are_those_of_rounding() -> None:
    for source in SOURCES:
        rows = json.loads((RESULTS / f"{source}.json").read_text(encoding="utf-8"))
        assert len({row["name"] for row in rows}) == EVERY[source]
        assert all(row["difference"] <= max(1e-5, 10 * row["rounding"]) for row in rows)
