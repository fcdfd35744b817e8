"""Convert the models of ``tools/build_coverage.py``, run them in TensorFlow 1.12.0, compare.

::

    uv run python tools/measure_coverage.py CASES_DIR WORK_DIR [--only PART] [--page PAGE.md]

For each case it asks `check` what will happen, converts, holds the two against each other, and
compares what one process of TensorFlow 1.12.0 predicts with what TensorFlow 2.3.0 predicted. A line
is printed for every case that does not convert, does not run, or differs; ``results.json`` in
WORK_DIR holds all of them. Files that were compared before are not run again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from coverage.measure.convert import convert_all
from coverage.measure.page import write_page
from coverage.measure.results import summary
from coverage.measure.run import run_all


def main() -> int:
    """Measure, print what is wrong, and write the page on request."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--only", default="", help="cases with this in their names")
    parser.add_argument("--page", type=Path, help="write the table of all layers here")
    parser.add_argument("--applications", type=Path, help="results of keras.applications, for it")
    arguments = parser.parse_args()
    lines = (arguments.cases / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["stage"] != "inapplicable"]
    wanted = [row for row in rows if arguments.only in row["name"]]
    arguments.work.mkdir(parents=True, exist_ok=True)
    wanted.sort(key=lambda row: row["name"])
    results = []
    converted = convert_all(wanted, arguments.cases, arguments.work)
    for result in run_all(converted, arguments.cases, arguments.work):
        results.append(result)
        if result.problem:
            print(result.line(), flush=True)
    print(summary(results))
    text = json.dumps([result.to_json() for result in results], indent=0)
    (arguments.work / "results.json").write_text(text + "\n", encoding="utf-8")
    if arguments.page:
        write_page(arguments.page, results, arguments.applications)
    return int(any(result.problem for result in results))


if __name__ == "__main__":
    raise SystemExit(main())
