"""Attack the translation of Lambdas: what converts is loaded and run, and must only compute.

::

    uv run python tools/attack_lambdas.py --expressions 20000 --seed 1

Half of the expressions are drawn from the lists of what may pass, half over the whole public API of
TensorFlow and NumPy, chains of attributes, and functions of the lists with odd arguments. What
converts is loaded and run in TensorFlow 1.12.0 under strace, with ``marshal``, ``pickle``,
``compile``, ``exec`` and ``eval`` patched to report. An event is a file written, made, renamed or
removed, a path read that a harmless model does not read, a process, a socket, or a report. Only
what converted and ran counts. A run goes on where the last one with that seed and ledger stopped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lambdas.attacking import TARGET, attack
from lambdas.grammar import all_entries
from lambdas.ledger import Ledger, write_section

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "robustness.md"


def main() -> int:
    """Run until enough ran; 1 if there was an event."""
    arguments = _arguments()
    ledger = Ledger(arguments.ledger, arguments.seed)
    if not _is_done(ledger, arguments):
        with attack() as running:
            while not _is_done(ledger, arguments):
                ledger.add(running.batch(ledger, arguments.size))
                print(_line(ledger, arguments.least), flush=True)
    for item in ledger.listed("events"):
        print(*item["events"], *item["text"], sep="\n", end="\n\n")
    for reason, count in ledger.counted("refused").most_common(30):
        print(f"{count:7} refused: {reason}")
    print(_line(ledger, arguments.least))
    if arguments.write_docs:
        write_section(PAGE, "attack_lambdas", _section(ledger, arguments.least))
    return 1 if ledger.listed("events") else 0


def _is_done(ledger: Ledger, arguments: argparse.Namespace) -> bool:
    enough = ledger.total("ran") >= arguments.expressions
    return enough and not _missing(ledger, arguments.least)


def _missing(ledger: Ledger, least: int) -> list[str]:
    return [name for name in all_entries(TARGET) if ledger.entries[name] < least]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--expressions", type=int, default=20_000)
    parser.add_argument("--least", type=int, default=20, help="expressions for every entry")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=400, help="of a batch")
    parser.add_argument("--ledger", type=Path, default=Path("attack_lambdas.jsonl"))
    parser.add_argument("--write-docs", action="store_true", help="the counts into robustness.md")
    return parser.parse_args()


def _line(ledger: Ledger, least: int) -> str:
    missing = _missing(ledger, least)
    shown = f" ({', '.join(missing[:5])} ...)" if missing else ""
    return (
        f"seed {ledger.seed}: {ledger.total('ran')} ran, "
        f"{ledger.total('hostile')} of them hostile, "
        f"{sum(len(item['events']) for item in ledger.listed('events'))} events; "
        f"{ledger.total('generated')} generated, "
        f"{sum(ledger.counted('refused').values())} refused, "
        f"{sum(ledger.counted('unbuilt').values())} not built; "
        f"{len(missing)} entries in less than {least}{shown}"
    )


def _section(ledger: Ledger, least: int) -> str:
    entries = all_entries(TARGET)
    lines = [
        "| seed | converted and ran | of them hostile | events | refused | not built | entries "
        f"| in less than {least} |",
        "|---|---|---|---|---|---|---|---|",
        f"| {ledger.seed} | {ledger.total('ran'):,} | {ledger.total('hostile'):,} "
        f"| {sum(len(item['events']) for item in ledger.listed('events'))} "
        f"| {sum(ledger.counted('refused').values()):,} "
        f"| {sum(ledger.counted('unbuilt').values()):,} | {len(entries)} "
        f"| {len(_missing(ledger, least))} |",
        "",
        "The most frequent reasons of refusals:",
        "",
        "| refused | because it |",
        "|---|---|",
    ]
    lines += [
        f"| {count:,} | {reason.replace('|', chr(92) + '|')} |"
        for reason, count in ledger.counted("refused").most_common(12)
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
