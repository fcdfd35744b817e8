"""Convert the models of ``tools/build_sweep.py`` to TensorFlow 2.15 and back, run both, compare.

::

    uv run python tools/measure_sweep.py CASES_DIR WORK_DIR [--only PART] [--every N] [--page PAGE]

What one process of TensorFlow 2.15 predicts with the converted files, and what Keras 3.15 predicts
with those that were converted back, is held against what Keras 3.15 predicted first. A line is
printed for every case that is refused, does not run, or differs; ``results.json`` in WORK_DIR holds
all of them. Files that were compared before are not run again.
"""

from __future__ import annotations

import argparse
import json
import zlib
from pathlib import Path

from sweep.page import write_page
from sweep.results import WRONG, summary
from sweep.there_and_back import there_and_back


def main() -> int:
    """Measure, print what is wrong, and write the page on request."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--only", default="", help="cases with this in their names")
    parser.add_argument("--every", type=int, default=1, help="every so many cases")
    parser.add_argument("--page", type=Path, help="write the table of all layers here")
    parser.add_argument("--note", default="", help="a sentence on the cases, for the page")
    arguments = parser.parse_args()
    lines = (arguments.cases / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["stage"] != "inapplicable"]
    rows = [row for row in rows if arguments.only in row["name"]]
    # Shuffled, always alike: every so many of them are a sample of the whole.
    rows.sort(key=lambda row: zlib.crc32(row["name"].encode()))
    results = []
    for result in there_and_back(rows[:: arguments.every], arguments.cases, arguments.work):
        results.append(result)
        for line in result.lines():
            print(line, flush=True)
    print(summary(results))
    text = json.dumps([result.to_json() for result in results], indent=0)
    (arguments.work / "results.json").write_text(text + "\n", encoding="utf-8")
    if arguments.page:
        write_page(arguments.page, results, of=len(rows), note=arguments.note)
    ways = [way for result in results for way in (result.there, result.back)]
    return int(any(way.kind in WRONG for way in ways))


if __name__ == "__main__":
    raise SystemExit(main())
