"""Compare Lambdas drawn from the lists, in the release that built them and the one converted for.

::

    uv run python tools/compare_lambdas.py --expressions 5000 --seed 1 [--from tf2.3] [--to tf1.12]

One release (TensorFlow 2.0 or later) builds each Lambda from source, saves it and its predictions;
keraport converts the file; the other one loads and runs it. Values may differ by 1e-5 of the
largest and 1e-6, or by 4 times what the source's own move when its inputs move by one unit in the
last place (by 4 units of float16 or bfloat16 where it computes in these). A run goes on where the
last one with that seed and ledger stopped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lambdas.comparing import SOURCE, TARGET, comparison
from lambdas.ledger import Ledger, write_section

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "robustness.md"


def main() -> int:
    """Run until enough were compared; 1 if any differs or does not load."""
    arguments = _arguments()
    ledger = Ledger(arguments.ledger, arguments.seed)
    if ledger.total("compared") < arguments.expressions:
        with comparison(arguments.source, arguments.target) as running:
            while ledger.total("compared") < arguments.expressions:
                ledger.add(running.batch(ledger, arguments.size))
                print(_line(ledger), flush=True)
    for item in (*ledger.listed("differ"), *ledger.listed("unloadable")):
        print(item.get("how") or item["error"], item["text"], sep="\n", end="\n\n")
    print(_line(ledger))
    if arguments.write_docs:
        write_section(PAGE, "compare_lambdas", _section(ledger))
    return 1 if ledger.listed("differ") or ledger.listed("unloadable") else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--expressions", type=int, default=5_000)
    parser.add_argument("--from", dest="source", default=SOURCE)
    parser.add_argument("--to", dest="target", default=TARGET)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=120, help="of a batch")
    parser.add_argument("--ledger", type=Path, default=Path("compare_lambdas.jsonl"))
    parser.add_argument("--write-docs", action="store_true", help="the counts into robustness.md")
    return parser.parse_args()


def _line(ledger: Ledger) -> str:
    return (
        f"seed {ledger.seed}: {ledger.total('compared')} compared, "
        f"{len(ledger.listed('differ'))} differ, {len(ledger.listed('unloadable'))} do not load; "
        f"{ledger.total('generated')} generated, "
        f"{sum(ledger.counted('unbuilt').values())} not built by the source, "
        f"{sum(ledger.counted('refused').values())} refused; {len(ledger.entries)} entries"
    )


def _section(ledger: Ledger) -> str:
    return (
        "| seed | compared | differ | do not load | refused | the source cannot build | entries |\n"
        "|---|---|---|---|---|---|---|\n"
        f"| {ledger.seed} | {ledger.total('compared'):,} | {len(ledger.listed('differ'))} "
        f"| {len(ledger.listed('unloadable'))} | {sum(ledger.counted('refused').values()):,} "
        f"| {sum(ledger.counted('unbuilt').values()):,} | {len(ledger.entries)} |\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
