"""Feed damaged and odd files to every reader, and watch what happens.

::

    uv run python tools/fuzz.py [--target NAME ...] [--executions N] [--seed S] [--json FILE]
    uv run python tools/fuzz.py --target NAME --seed S --only NUMBER [--save FILE]

Each case is made from golden files and two numbers, so that it can be made again. Findings are: an
exception that is none of ``keraport.errors``, a crash, a hang of 5 s, more memory than 200 MB and 4
times the file, a file opened or a socket made elsewhere, and output that is left behind. The exit
status is 1 if there are any.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run a campaign, one case, or a worker's part."""
    if sys.argv[1:2] == ["--worker"]:
        from fuzzing.worker import work

        name, seed, start, stop, folder = sys.argv[2:]
        print(json.dumps(work(name, int(seed), range(int(start), int(stop)), Path(folder))))
        return 0
    arguments = _parse()
    if arguments.only is not None:
        return _one(arguments)
    return _all(arguments)


def _parse() -> argparse.Namespace:
    from fuzzing.targets import TARGETS

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    names = [target.name for target in TARGETS]
    parser.add_argument("--target", action="append", choices=names, help="all without it")
    parser.add_argument("--executions", type=int, default=1_000_000, help="over all targets")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="run this case of the target alone")
    parser.add_argument("--save", type=Path, help="write that case to a file")
    parser.add_argument("--json", type=Path, help="write the results there")
    return parser.parse_args()


def _one(arguments: argparse.Namespace) -> int:
    from fuzzing.targets import TARGETS
    from fuzzing.worker import case

    (name,) = arguments.target
    target = next(item for item in TARGETS if item.name == name)
    data = case(target, arguments.seed, arguments.only)
    if arguments.save:
        arguments.save.write_bytes(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case"
        path.write_bytes(data)
        print(target.run(path))
    return 0


def _all(arguments: argparse.Namespace) -> int:
    from fuzzing.campaign import campaign, command
    from fuzzing.targets import TARGETS

    chosen = [item for item in TARGETS if not arguments.target or item.name in arguments.target]
    shares = sum(target.share for target in chosen)
    results = []
    for target in chosen:
        count = -(-arguments.executions * target.share // shares)
        for result in campaign(target.name, arguments.seed, range(count), command()):
            speed = result.executions / max(result.seconds, 1e-9)
            print(f"{target.name}: {result.executions} of {count}, {speed:.0f}/s", flush=True)
        for finding in result.findings.values():
            print(f"  FINDING {json.dumps(finding)}", flush=True)
        results.append(result.to_json())
        if arguments.json:
            arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 1 if any(result["findings"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
