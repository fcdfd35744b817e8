"""Writes ``docs/reference/applications.md`` out of what ``tools/measure_applications.py`` measured.

``uv run python tools/build_applications_page.py`` after a measurement; a test fails while the page
is out of date.
"""

from __future__ import annotations

import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "reference" / "applications.md"
RESULTS = ROOT / "tests" / "golden" / "applications"
SOURCES = {"tf2.3": "TensorFlow 2.3.0", "tf2.15": "TensorFlow 2.15.1"}

HEAD = (
    "# Models of keras.applications in Keras 3.15\n\n"
    "Built in the source with random weights and calibrated statistics, ten classes, images of 96 "
    "x 96 (InceptionV3: 160 x 160), converted, and run in stock Keras 3.15.1 on TensorFlow. "
    '"Difference" is the largest of four predictions to those of the source, relative to the '
    'largest output; "rounding" is how far the source itself is from the same model in float64. '
    "Every model of both releases is in the tables. ResNetRS270, 350 and 420 are built with small "
    "factors behind their normalizations, without which float32 itself says little of models as "
    "deep as these. Models in TensorFlow 1.12: "
    "[from TensorFlow 2.3 to 1.12](tf2.3-to-tf1.12.md).\n\n"
    "```console\n"
    "uv run python tools/measure_applications.py --from tf2.15 --to keras3.15 --more "
    "tests/golden/applications/tf2.15.json work ResNet101\n"
    "uv run python tools/build_applications_page.py\n"
    "```\n"
)


def page() -> str:
    """The text of the page."""
    lines = [HEAD]
    for source, title in SOURCES.items():
        rows = json.loads((RESULTS / f"{source}.json").read_text(encoding="utf-8"))
        lines += [
            f"## {title}\n",
            "| model | weights | verdict | companion | difference | rounding |",
            "|---|---|---|---|---|---|",
        ]
        for row in sorted(rows, key=lambda row: row["name"]):
            lines.append(
                f"| {row['name']} | {row['weights'] / 1e6:.1f} M | {row['verdict']} "
                f"| {', '.join(row['companions']) or 'none'} | {row['difference']:.1e} "
                f"| {row['rounding']:.1e} |"
            )
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
