r"""Add a release: its row, catalog and names, and the list of differences that nobody declared.

::

    uv run python tools/add_release.py tf2.12 --tensorflow 2.12.1 --keras 2.12.0 \
        --python 3.11 --require tensorflow-cpu==2.12.1 \
        --distribution keras==2.12.0 --package keras --api keras.api._v2.keras

The row goes into ``catalog/releases.toml`` in its place on its line (an entry of the release among
``[[unlisted]]`` makes room), with ``described = false``. The catalog is extracted from the
published wheel, the public names are asked of the real release, which is built for it. What the
catalogs of the release and of its neighbours on the line differ in, and no change declares, is
printed, with a skeleton of the declaration; where a change is only dated too late or too early, its
file and window are printed instead. Run again with the same id, it goes on with what is there.

"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from catalog.differences import is_about, undeclared
from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import Release, _table, all_releases, get_release, line_of
from keraport.catalog.spelling import numbers_of
from keraport.runtimes.manager import require_runtime

SOURCE = Path(__file__).parents[1] / "src" / "keraport"
TABLE = SOURCE / "catalog" / "releases.toml"

ROW = """[[release]]
id = "{id}"
line = "{line}"
position = "{position}"
api = "{api}"
aliases = ["{id_long}"]
tensorflow = "{tensorflow}"
keras = "{keras}"
keras_version = ["{keras}"]
python = "{python}"
requirements = [{requirements}]
catalog = {{ distribution = "{distribution}", package = "{package}", api = "{names}" }}
traits = []
described = false

"""


def main() -> int:
    """Add what the command line names."""
    given = _parse()
    if f'id = "{given.id}"\n' not in _rows(TABLE.read_text(encoding="utf-8")):
        add_row(given)
        print(f"a row for {given.id} in {TABLE.name}; look through its traits")
        for cached in (_table, all_releases):
            cached.cache_clear()
    for command in (
        [sys.executable, "tools/build_catalog.py", given.id],
        [sys.executable, "-m", "keraport", "runtimes", "install", given.id],
    ):
        subprocess.run(command, check=True, cwd=SOURCE.parents[1])
    build_names(given.id)
    return list_differences(given.id)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("id", help="e.g. tf2.12: the line, and its version there")
    parser.add_argument("--line", default="tf", help="of releases; default: %(default)s")
    parser.add_argument("--source-api", default="tf2", help="tf1 or tf2; default: %(default)s")
    parser.add_argument("--tensorflow", help="exact version")
    parser.add_argument("--keras", help="version of the Keras inside, which it writes into files")
    parser.add_argument("--python", help="minor version that the runtime is built on")
    parser.add_argument("--require", action="append", default=[], help="a pin of the runtime")
    parser.add_argument("--distribution", help="the wheel that holds Keras")
    parser.add_argument("--package", default="keras.src", help="default: %(default)s")
    parser.add_argument("--api", default="keras.api._v2.keras", help="default: %(default)s")
    return parser.parse_args()


def _rows(text: str) -> str:
    """The part of the table with the releases that have a catalog."""
    return text[: text.index("[[unlisted]]")]


def add_row(given: argparse.Namespace) -> None:
    """Write the row behind those of older releases, and take it out of ``[[unlisted]]``."""
    missing = [n for n in ("tensorflow", "keras", "python", "distribution") if not vars(given)[n]]
    if missing or not given.require:
        raise SystemExit(f"a new row needs --{', --'.join([*missing, 'require'])}")
    text = TABLE.read_text(encoding="utf-8")
    position = ".".join(map(str, numbers_of(given.id.removeprefix(given.line))))
    row = ROW.format(
        id=given.id,
        id_long=f"{given.line}{given.tensorflow}",
        line=given.line,
        position=position,
        api=given.source_api,
        tensorflow=given.tensorflow,
        keras=given.keras,
        python=given.python,
        requirements=", ".join(f'"{item}"' for item in given.require),
        distribution=given.distribution,
        package=given.package,
        names=given.api,
    )
    text = re.sub(rf'\[\[unlisted\]\]\nid = "{re.escape(given.id)}"\n(?:.+\n)*\n', "", text)
    TABLE.write_text(_inserted(text, row, given.line, position), encoding="utf-8")


def _inserted(text: str, row: str, line: str, position: str) -> str:
    for found in re.finditer(
        r'\[\[release\]\]\nid = ".+"\nline = "(.+)"\nposition = "(.+)"\n', _rows(text)
    ):
        if found[1] == line and numbers_of(found[2]) > numbers_of(position):
            return text[: found.start()] + row + text[found.start() :]
    # The newest of all: before the comment that the next table begins with.
    end = text.index("# Releases that are known by what they write")
    return text[:end] + row + text[end:]


def build_names(release_id: str) -> None:
    """The public names of the release, asked of its runtime."""
    out = SOURCE / "catalog" / "names" / f"{release_id}.json.xz"
    python = require_runtime(get_release(release_id))
    script = Path(__file__).with_name("build_api_names.py")
    module = line_of(get_release(release_id)).module
    own = [module] if not module.startswith("tensorflow") else []
    subprocess.run([str(python), str(script), str(out), *own], check=True)


def list_differences(release_id: str) -> int:
    """Print what nobody declared between the release and its described neighbours."""
    new = get_release(release_id)
    line = [r for r in all_releases() if r.line == new.line and (r.described or r is new)]
    at = line.index(new)
    unknown, dated = [], Counter[str]()
    for older, newer in zip(line[max(at - 1, 0) : at + 1], line[at : at + 2], strict=False):
        for kind, name, key in _undeclared(older, newer):
            homes = _declared_in(kind, name, key)
            if homes:
                dated.update(f"{older} -> {newer}: {home}" for home in homes)
            else:
                unknown.append(_skeleton(kind, name, key, newer))
    for text, count in sorted(dated.items()):
        print(f"{text}: to be dated anew, for {count} of the differences")
    print("\n".join(unknown))
    print(f"\n{len(dated)} declarations to be dated anew, {len(unknown)} to be written")
    return int(bool(dated or unknown))


def _undeclared(older: Release, newer: Release) -> Iterator[tuple[Kind, str, str]]:
    for kind in Kind:
        for name, key in undeclared(older, newer, kind):
            yield kind, name, key


def _declared_in(kind: Kind, name: str, key: str) -> list[str]:
    """Files and windows of the changes that are about it, dated so that they do not cover it."""
    found = []
    for module, held in _HOMES:
        for change in held:
            if is_about(change, kind, name, key):
                keys = f", {change.key}" if change.key else ""
                shown = ", ".join(change.names[:3]) + (", ..." if len(change.names) > 3 else "")
                found.append(f"{module}: {shown}{keys} in '{change.held}'")
    return found


_HOMES = [
    (module.removeprefix("keraport.").replace(".", "/") + ".py", tuple(loaded.CHANGES))
    for module, loaded in sorted(sys.modules.items())
    if module.startswith("keraport.changes.") and hasattr(loaded, "CHANGES")
]
"""Module: the changes that it declares."""


def _skeleton(kind: Kind, name: str, key: str, newer: Release) -> str:
    """A declaration to be completed: what it means, and where that is written, is to be found."""
    is_there = load_api(newer.id).find(kind, name) is not None
    held = f"{newer.line} {newer.position}.." if is_there else f"{newer.line} ..BEFORE"
    what = "Added(neutral=...)" if key else 'NewClass(because="...")'
    keyword = f'key="{key}", ' if key else ""
    return (
        f'Change(Kind.{str(kind).upper()}, ("{name}",), {keyword}held="{held}", '
        f"source=..., what={what})"
    )


if __name__ == "__main__":
    sys.exit(main())
