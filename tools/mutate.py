"""Change golden models a little, and see whether keraport still converts them.

::

    uv run python tools/mutate.py LEDGER.jsonl [--seed S] [--count N] [--page PAGE.md]
    uv run python tools/mutate.py LEDGER.jsonl --again
    uv run python tools/mutate.py --seed S --only NUMBER [NUMBER ...] --keep FOLDER

Every mutant is a golden model with one to three changes: a value of a keyword, a layer called
again, shared, wrapped, inserted or renamed, the model nested, another loss. TensorFlow 2.3.0
builds it with new weights, saves it, opens it again and compares; what it cannot is counted apart.
keraport converts the file; TensorFlow 1.12.0 opens it with its stock loader and predicts on the
same inputs.

The ledger has a line for each mutant, in order. Run again, the campaign goes on where it stopped,
until N mutants count. ``--again`` repeats those of the ledger that were wrong or refused, after a
change of keraport. The exit status is 1 if an output differs, does not load, or keraport fails.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from mutants.campaign import campaign
from mutants.outcome import WRONG, Outcome, Verdict
from mutants.summary import summary, write_page


def main() -> int:
    """Run what the command line asks for."""
    arguments = _parse()
    if arguments.only:
        return _only(arguments)
    if arguments.ledger is None:
        raise SystemExit("name a ledger, or give --only")
    ledger: Path = arguments.ledger
    outcomes = _read(ledger, arguments.seed)
    if arguments.again:
        outcomes = _repeated(outcomes, ledger, arguments.seed)
    counting = sum(outcome.counts for outcome in outcomes)
    started = time.monotonic()
    if counting < arguments.count:
        for outcome in campaign(arguments.seed, itertools.count(len(outcomes))):
            outcomes.append(outcome)
            with ledger.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(outcome.to_json()) + "\n")
            _tell(outcome)
            counting += outcome.counts
            if counting >= arguments.count:
                break
    print(summary(outcomes))
    print(f"{time.monotonic() - started:.0f} s")
    if arguments.page:
        write_page(arguments.page, outcomes, arguments.seed)
    return int(any(outcome.verdict in WRONG for outcome in outcomes))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("ledger", type=Path, nargs="?", help="what became of each mutant")
    parser.add_argument("--seed", type=int, default=0, help="another one makes other mutants")
    parser.add_argument("--count", type=int, default=2_000, help="mutants that have to count")
    parser.add_argument("--again", action="store_true", help="repeat what was wrong or refused")
    parser.add_argument("--only", type=int, nargs="+", help="run these numbers alone")
    parser.add_argument("--keep", type=Path, help="keep the files of --only in this folder")
    parser.add_argument("--page", type=Path, help="write the counts into this page")
    return parser.parse_args()


def _only(arguments: argparse.Namespace) -> int:
    found = list(campaign(arguments.seed, arguments.only, arguments.keep))
    for outcome in found:
        print(json.dumps(outcome.to_json(), indent=1))
    return int(any(outcome.verdict in WRONG for outcome in found))


def _read(ledger: Path, seed: int) -> list[Outcome]:
    """The outcomes so far; a new ledger begins with its seed."""
    if not ledger.exists():
        ledger.write_text(json.dumps({"seed": seed}) + "\n", encoding="utf-8")
    first, *rows = ledger.read_text(encoding="utf-8").splitlines()
    if json.loads(first)["seed"] != seed:
        raise SystemExit(f"{ledger} is of seed {json.loads(first)['seed']}, not {seed}")
    return [Outcome.from_json(json.loads(row)) for row in rows]


def _repeated(outcomes: list[Outcome], ledger: Path, seed: int) -> list[Outcome]:
    """The outcomes with those that were wrong or refused found anew, and written."""
    bad = [o.index for o in outcomes if o.verdict in (*WRONG, Verdict.REFUSED)]
    for outcome in campaign(seed, bad):
        _tell(outcome)
        outcomes[outcome.index] = outcome
    lines: Iterable[str] = (json.dumps(outcome.to_json()) for outcome in outcomes)
    ledger.write_text("\n".join([json.dumps({"seed": seed}), *lines, ""]), encoding="utf-8")
    return outcomes


def _tell(outcome: Outcome) -> None:
    if outcome.verdict in (*WRONG, Verdict.REFUSED):
        print(
            f"{outcome.index} {outcome.base} {outcome.verdict}: {outcome.why}\n"
            f"    {'; '.join(outcome.mutations)}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
