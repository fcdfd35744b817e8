"""What is said of classes stands in their rows: no other collection of class names is left."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import keraport
from keraport import hub

PACKAGE = Path(keraport.__file__).parent

ELSEWHERE = (
    *("hub/", "changes/"),  # the rows; what changed between releases
    *("companion/sources/", "porting/helpers/"),  # code that runs in a release
    # How a line of releases spells what it calls, and where it has its classes.
    *("dialects/", "formats/keras_zip/config.py", "formats/keras_zip/modules.py"),
    "graphs/rules/",  # operations of TensorFlow, some called like a layer
    "surgery/keras1/",  # what Keras 1 calls them, and how it lays out their weights
)

NAMES = hub.ROWS.keys()

_LOADER = "classes whose weights the loader of TF 1.12 converts, in the words of that loader"
_OLD_LOADERS = "classes whose kernels loaders turn around, or do not, in files of Theano"
_MARK = "which releases leave a mark in a file, whatever the class does"
_CODE = "code by class: what to compute, or to write, for it"
_COMPANION = "how a layer of a companion is called, which no release has"
ALLOWED = {
    "catalog/marks.py:_CONVOLUTIONS": _MARK,
    "catalog/marks.py:_RECURRENT": _MARK,
    "catalog/marks.py:MARKS": _MARK,
    "discrepancies/functions.py:_LAYERS": _CODE,
    "formats/keras_zip/classes.py:_STANDS_FOR": _COMPANION,
    "history/wording.py:_TOPICS": "what the label of a change is called in a sentence",
    "inspection/hazards.py:_MARKERS": "classes beside layers, losses, ... that are safe to load",
    "own/activation_layers.py:_EXPRESSIONS": _CODE,
    "own/third_party/table.py:_WRAPPED": "what a package's wrapper was measured around",
    "surgery/companions.py:_ARGUMENTS": _COMPANION,
    "surgery/companions.py:_CALLED_OTHERWISE": _COMPANION,
    "surgery/companions.py:_OWN_KEYWORDS": _COMPANION,
    "surgery/theano_kernels.py:_TURNED": _OLD_LOADERS,
    "surgery/theano_padding.py:_PADDED_BY": _OLD_LOADERS,
    "surgery/theano_padding.py:_RULES": _OLD_LOADERS,
    "surgery/theano_kernels.py:_UNKNOWN": _OLD_LOADERS,
    "translate/restorable.py:_CONVOLUTIONS": _LOADER,
    "translate/restorable.py:_GATED": _LOADER,
    "translate/restorable.py:_hand_out": _LOADER,
    "analysis/shapes/ops.py:_RULES": "operations of TensorFlow, some called like a layer",
    "transfer/computation.py:_PLAIN_ACTIVATIONS": _CODE,
}
"""File and name of the table, and why it is none of the vocabulary's."""


def modules() -> list[str]:
    found = (path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py")))
    return [name for name in found if not name.startswith(ELSEWHERE)]


def tables(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Collections of at least two class names, by the variable or function that they stand in."""
    for outer in tree.body:
        targets = getattr(outer, "targets", [getattr(outer, "target", None)])
        label = getattr(targets[0], "id", getattr(outer, "name", "?"))
        said: set[str] = set()
        for node in ast.walk(outer):
            items: list[ast.expr | None] = []
            if isinstance(node, ast.Set | ast.Tuple | ast.List):
                items = [*node.elts]
            elif isinstance(node, ast.Dict):
                items = [*node.keys]
            texts = {item.value for item in items if isinstance(item, ast.Constant)}
            classes = {text for text in texts if isinstance(text, str)} & NAMES
            if len(classes) > 1 or (classes and isinstance(node, ast.Dict)):
                said |= classes
        if said:
            yield label, said


@pytest.mark.parametrize("name", modules())
def test_no_table_of_classes(name: str) -> None:
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    found = {label: said for label, said in tables(tree) if f"{name}:{label}" not in ALLOWED}
    assert found == {}, f"{name} lists classes; say it in their rows (keraport.hub)"


def test_what_is_allowed_is_there() -> None:
    """Guards the list: a table that is gone must not stay on it."""
    there = {
        f"{name}:{label}"
        for name in modules()
        for label, _ in tables(ast.parse((PACKAGE / name).read_text(encoding="utf-8")))
    }
    assert ALLOWED.keys() <= there


def test_a_table_is_found() -> None:
    source = 'A = frozenset({"Dense", "Conv1D"})\ndef f(x):\n    return {"GRU": 3}[x]\n'
    assert dict(tables(ast.parse(source))) == {"A": {"Dense", "Conv1D"}, "f": {"GRU"}}
