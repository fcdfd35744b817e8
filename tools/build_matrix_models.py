"""Build the models of the matrix with the Keras of the Python that runs this.

::

    PYTHON tools/build_matrix_models.py MODULE RELEASE tests/matrix/models/RELEASE [CASE ...]

MODULE is ``keras`` (standalone 2.x, or 3), ``tensorflow.keras`` or ``tf_keras``. For each case that
the release has the layers for it writes ``<case>.h5`` (``model.save``), with `--keras` also
``<case>.keras``, and ``<case>.npz`` (``input_0`` ..., ``output_0`` ..., and ``ulp_0`` ..., how far
an output moves when the inputs move by one unit in the last place, where that is far).
``cases.json`` has a row for each of them; what the release cannot build, run or save has a row with
its own error. It ends with 1 if a public layer of the release is in no row.

Python 3.6 to 3.13: every release runs this file.
"""

import argparse
import json
import os
import platform
import sys
import warnings
from typing import Any, Dict, List

from matrix.case import layers_of
from matrix.release import Release
from matrix.save import CaseError, save
from matrix.tables import CASES


def names_in(case: Any) -> List[str]:
    """The layers that a case cannot be without."""
    return list(case.needs) + list(layers_of(case.outputs))


def build(release: Any, folder: str, chosen: List[str], formats: List[str]) -> List[Dict[str, Any]]:
    """A row for each case of the release; those that are not chosen keep theirs."""
    index = os.path.join(folder, "cases.json")
    known: Dict[str, Any] = {}
    if chosen and os.path.exists(index):
        with open(index) as file:
            known = {row["name"]: row for row in json.load(file)["cases"]}
    rows: List[Dict[str, Any]] = []
    for case in CASES:
        if any(release.find(name) is None for name in names_in(case)):
            continue
        if chosen and case.name not in chosen:
            rows += [known[case.name]] if case.name in known else []
            continue
        remove(folder, case.name)
        try:
            row = save(release, case, folder, formats)
        except CaseError as failed:
            row = dict(name=case.name, guards=case.guards, **failed.row)
            row["classes"] = sorted(
                path
                for path, found in release.public().items()
                if found in [release.find(name) for name in names_in(case)]
            )
            # A missing layer of a group is told apart from its neighbours by a case of its own.
            print("%s: %s: %s" % (case.name, row["stage"], row["error"]))
        else:
            odd = {k: v for k, v in row["reload"].items() if v != "agrees"}
            told = [row.get("training_error"), odd or None, row.get("unsaved")]
            print(case.name, *[one for one in told if one])
        sys.stdout.flush()
        rows.append(row)
    return rows


def remove(folder: str, name: str) -> None:
    """Delete what an earlier run wrote for a case."""
    for suffix in ("h5", "keras", "npz"):
        path = os.path.join(folder, name + "." + suffix)
        if os.path.exists(path):
            os.remove(path)


def main() -> int:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module")
    parser.add_argument("release")
    parser.add_argument("folder")
    parser.add_argument("case", nargs="*", help="build these only")
    parser.add_argument("--keras", action="store_true", help="archives, too")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    release = Release(arguments.module)
    os.makedirs(arguments.folder, exist_ok=True)
    formats = ["h5", "keras"] if arguments.keras else ["h5"]
    rows = build(release, arguments.folder, arguments.case, formats)
    public = sorted(release.public())
    head = {
        "release": arguments.release,
        "module": arguments.module,
        "keras": release.version,
        "python": platform.python_version(),
        "layers": public,
    }
    with open(os.path.join(arguments.folder, "cases.json"), "w") as file:
        text = ",\n".join("  " + json.dumps(row, sort_keys=True) for row in rows)
        lines = ["%s: %s" % (json.dumps(key), json.dumps(head[key])) for key in head]
        file.write("{\n " + ",\n ".join(lines) + ',\n "cases": [\n' + text + "\n ]\n}\n")
    covered = {name for row in rows for name in row["classes"]}
    saved = sum("files" in row for row in rows)
    print("%s: %d models, %d rows with an error" % (arguments.release, saved, len(rows) - saved))
    missing = [name for name in public if name not in covered]
    if missing:
        print("in no row: " + " ".join(missing))
    return 1 if missing and not arguments.case else 0


if __name__ == "__main__":
    sys.exit(main())
