r"""Add a release: its row, catalog and names, and the list of differences that nobody declared.

::

    uv run python tools/add_release.py tf2.12 --tensorflow 2.12.1 --keras 2.12.0 \
        --python 3.11 --require tensorflow-cpu==2.12.1 \
        --distribution keras==2.12.0 --package keras --api keras.api._v2.keras

The row goes into ``catalog/releases.toml`` in its place on its line (an entry of the release among
``[[unlisted]]`` makes room), with ``described = false``. The catalog is extracted from the
published wheel, the public names are asked of the real release, which is built for it. What the
catalogs of the release and of its neighbours on the line differ in, and no change declares, is
printed by kind, with a skeleton of the declaration; where a change is only dated too late or too
early, its file and the window to be moved are printed instead. Run again with the same id, it goes
on with what is there.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from keraport.catalog.spelling import numbers_of

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
    from keraport.catalog.releases import get_release
    from keraport.runtimes.manager import require_runtime

    out = SOURCE / "catalog" / "names" / f"{release_id}.json.xz"
    python = require_runtime(get_release(release_id))
    script = Path(__file__).with_name("build_api_names.py")
    subprocess.run([str(python), str(script), str(out)], check=True)


def list_differences(release_id: str) -> int:
    """Print what nobody declared between the release and its described neighbours."""
    from keraport.catalog.releases import all_releases, get_release

    new = get_release(release_id)
    line = [r for r in all_releases() if r.line == new.line and (r.described or r is new)]
    at = line.index(new)
    number = 0
    for older, newer in zip(line[max(at - 1, 0) : at + 1], line[at : at + 2], strict=False):
        for text in _texts(older, newer):
            number += 1
            print(text)
    print(f"\n{number} differences are not declared")
    return int(number > 0)


def _texts(older: object, newer: object) -> Iterator[str]:
    from catalog.differences import is_about, undeclared
    from keraport.catalog.api import Kind, load_api
    from keraport.catalog.releases import Release
    from keraport.changes import ALL_CHANGES

    assert isinstance(older, Release)
    assert isinstance(newer, Release)
    for kind in Kind:
        for name, key in undeclared(older, newer, kind):
            what = f"{kind} {name}" + (f", {key}" if key else "")
            dated = [change for change in ALL_CHANGES if is_about(change, kind, name, key)]
            if dated:
                windows = " and ".join(dict.fromkeys(f"'{change.held}'" for change in dated))
                yield f"{older} -> {newer}: {what}: declared for {windows}; move the window"
                continue
            yield f"{older} -> {newer}: {what}:\n" + _skeleton(
                kind, name, key, newer, is_there=load_api(newer.id).find(kind, name) is not None
            )


def _skeleton(kind: object, name: str, key: str, newer: object, *, is_there: bool) -> str:
    """A declaration to be completed: what it means, and where that is written, nobody knows yet."""
    from keraport.catalog.releases import Release

    assert isinstance(newer, Release)
    held = f"{newer.line} {newer.position}.." if is_there else f"{newer.line} ..BEFORE"
    what = "Added(neutral=...)" if key else 'NewClass(because="...")'
    keyword = f'key="{key}", ' if key else ""
    return (
        f'    Change(Kind.{str(kind).upper()}, ("{name}",), {keyword}held="{held}", '
        f"source=..., what={what})"
    )


if __name__ == "__main__":
    sys.exit(main())
