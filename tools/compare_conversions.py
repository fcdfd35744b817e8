"""Convert every golden model with two trees of keraport, and compare all that comes out.

::

    uv run python tools/compare_conversions.py OLD_TREE [NEW_TREE] [--show N] [--files]

A tree is a checkout (``git worktree add ../old main``); the new one is this one unless named. The
golden files are those of this checkout, so that a redesign can be held against its ancestor. Each
golden model of TF 2.3, 1.15 and of the small sets beside them is converted to every release that
both trees know, and what is written for TF 1.12 is converted back to TF 2.3. Compared are: every
attribute and dataset of the files, their order, the companions, and the reports, refusals
included. The order of keys in JSON is left aside, and so is the mark that
names keraport. The exit status is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
FOLDERS = ("tf2.3", "tf2.3/refused", "tf1.15", "carried", "nonfinite")
TARGETS = ("tf1.12", "tf1.15", "tf2.3")


def main() -> int:
    """Compare what the command line names."""
    arguments = _parse()
    if arguments.dump:
        dump(arguments.old, arguments.dump)
        return 0
    with tempfile.TemporaryDirectory() as place:
        found = [
            _dumped(tree.resolve(), Path(place, name))
            for name, tree in (("old", arguments.old), ("new", arguments.new))
        ]
    if arguments.files:
        found = [{key: _outputs(entry) for key, entry in side.items()} for side in found]
    return _compare(*found, shown=arguments.show)


def _outputs(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry without what is said of layers that are not refused."""
    if "refused" not in entry:
        return {key: value for key, value in entry.items() if key != "report"}
    return {
        "refused": [layer for layer in entry["refused"]["layers"] if "refused" in layer.values()]
    }


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("old", type=Path, help="the checkout to compare with")
    parser.add_argument("new", type=Path, nargs="?", default=ROOT, help="this one by default")
    parser.add_argument("--show", type=int, default=3, help="differences to print in full")
    parser.add_argument("--files", action="store_true", help="leave reports aside")
    parser.add_argument("--dump", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _dumped(tree: Path, folder: Path) -> dict[str, Any]:
    """What the keraport of `tree` makes of every golden model, from a process of its own."""
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONHASHSEED": "0"}
    command = [sys.executable, __file__, str(tree), "--dump", str(folder)]
    subprocess.run(command, env=environment, check=True)
    answer: dict[str, Any] = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    return answer


def dump(tree: Path, folder: Path) -> None:
    """Convert every golden model into `folder`, with the keraport on the path."""
    import keraport

    assert Path(keraport.__file__).is_relative_to(tree), f"{keraport.__file__} is not of {tree}"
    found = {}
    for key, path, target in _asked(folder):
        out = folder / target / f"{key.replace('/', '_')}.h5"
        out.parent.mkdir(exist_ok=True)
        found[f"{key} -> {target}"] = _converted(path, out, target)
    (folder / "answer.json").write_text(json.dumps(found), encoding="utf-8")


def _asked(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Key, file and target of every conversion; the way back comes last."""
    for name in FOLDERS:
        for path in sorted((GOLDEN / name).glob("*.h5")):
            for target in TARGETS:
                yield f"{name}/{path.stem}", path, target
    for path in sorted((folder / "tf1.12").glob("*.h5")):
        yield f"tf1.12/{path.stem}", path, "tf2.3"


def _converted(path: Path, out: Path, target: str) -> dict[str, Any]:
    from keraport.convert import Options, convert
    from keraport.errors import KeraportError, RefusedError

    beside = path.with_name(f"{path.stem}_objects.py")
    objects = (beside,) if beside.exists() else ()
    options = Options(allow_approximate=True, objects=objects, drop_optimizer=True)
    try:
        report = convert(path, out, target, options=options)
    except RefusedError as refused:
        return {
            "refused": _plain(refused.report.to_json() if refused.report else str(refused), out)
        }
    except KeraportError as error:
        return {"error": _plain(f"{error} {error.hint}", out)}
    companion = out.with_name(f"{out.stem}_objects.py")
    return {
        "report": _plain(report.to_json(), out),
        "file": contents(out),
        "companion": companion.read_text(encoding="utf-8") if companion.exists() else "",
    }


def _plain(document: Any, out: Path) -> Any:
    """The same without the folder of this run."""
    return json.loads(json.dumps(document).replace(str(out.parent.parent), "FOLDER"))


def contents(path: Path) -> list[str]:
    """Every attribute and dataset of an HDF5 file, a line each, in the order of the file."""
    import h5py

    lines: list[str] = []

    def visit(name: str, item: Any) -> None:
        for key, value in item.attrs.items():
            if key == "converted_by":
                continue
            lines.append(f"{name}@{key} = {_shown(value)}")
        if isinstance(item, h5py.Dataset):
            digest = hashlib.sha256(item[()].tobytes()).hexdigest()
            lines.append(f"{name}: {item.dtype}{list(item.shape)} {digest[:16]}")

    with h5py.File(path, "r") as file:
        visit("", file)
        file.visititems(visit)
    return lines


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        text = value.decode("utf-8", "replace")
        try:
            return json.dumps(json.loads(text), indent=1, sort_keys=True)
        except json.JSONDecodeError:
            return text
    return repr(value.tolist() if hasattr(value, "tolist") else value)


def _compare(old: dict[str, Any], new: dict[str, Any], shown: int) -> int:
    """Print what differs, the first few in full."""
    different = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    for number, key in enumerate(different):
        print(f"differs: {key}")
        if number < shown:
            print("\n".join(_difference(old.get(key), new.get(key))))
    converted = sum("file" in entry for entry in new.values())
    print(f"{len(new)} conversions, {converted} written: {len(different)} differ")
    return int(bool(different))


def _difference(old: Any, new: Any) -> Iterator[str]:
    before, after = (_lines(entry) for entry in (old, new))
    yield from _first(difflib.unified_diff(before, after, "old", "new", n=1, lineterm=""))


def _first(lines: Iterator[str], most: int = 60) -> Iterator[str]:
    """The first lines."""
    for number, line in enumerate(lines):
        if number >= most:
            yield "..."
            return
        yield line


def _lines(entry: Any) -> list[str]:
    """An entry as lines of text."""
    if entry is None:
        return ["(not converted)"]
    lines = []
    for key, value in entry.items():
        if key == "file":
            lines += [part for line in value for part in line.split("\n")]
        elif key == "companion":
            lines += value.split("\n")
        else:
            lines += json.dumps(value, indent=1).split("\n")
    return lines


if __name__ == "__main__":
    sys.exit(main())
