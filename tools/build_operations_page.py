"""Writes ``docs/reference/operations.md``: raw operations, and how TF 1.12 says each.

``uv run python tools/build_operations_page.py`` after a change; a test fails while it is out of
date.
"""

from __future__ import annotations

from pathlib import Path

from keraport.changes.operations.definitions import Definition, definitions
from keraport.changes.operations.expressed import EXPRESSED, REFUSED, SAME_AT
from keraport.changes.operations.stock import RULES
from keraport.report import Verdict

OUT = Path(__file__).parents[1] / "docs" / "reference" / "operations.md"

HEAD = """# Raw TensorFlow operations in a model

Written by `tools/build_operations_page.py` from `keraport.changes.operations`.

A functional model may use TensorFlow operations on the tensors of its layers: `x * 2 + 1`,
`x[:, 1:]`, `tf.concat`. TF 1.14 to 2.3 save each of them as a layer of the class
`TensorFlowOpLayer`, which holds the operation's NodeDef and its constants. TF 1.12 has no such
layer, so `keraport` says an operation, in this order of preference,

1. as a **stock layer** of TF 1.12 that does the same, where shapes and constants allow it and no
   mask arrives (an operation ends a mask, a layer would pass it on);
2. by the companion's class **TensorFlowOpLayer**, which applies the operation of TF 1.12 of the
   same name: TensorFlow promises that an operation keeps its meaning for ever;
3. by a **function** of the companion, where TF 1.12 lacks the operation or where an attribute that
   it does not know has a value of its own.

Anything else is refused by the operation's name. The file does not tell the dtypes of constants;
they are those that the operation is defined with, so that models convert which TF 2.3 itself cannot
open again (constants of `int64`, `float64`, `float16`, and empty lists of indices).

{count} operations are known:

| operation | in TF 1.12 | verdict | stock layer |
|---|---|---|---|
"""

STOCK = {
    "Add": "Add",
    "AddN": "Add",
    "AddV2": "Add",
    "ConcatV2": "Concatenate",
    "Elu": "Activation",
    "ExpandDims": "Reshape",
    "LeakyRelu": "LeakyReLU",
    "Max": "GlobalMaxPooling1D, GlobalMaxPooling2D",
    "Maximum": "Maximum",
    "Mean": "GlobalAveragePooling1D, GlobalAveragePooling2D",
    "Minimum": "Minimum",
    "Mul": "Multiply",
    "Pad": "ZeroPadding1D, ZeroPadding2D",
    "Relu": "Activation",
    "Reshape": "Reshape",
    "Selu": "Activation",
    "Sigmoid": "Activation",
    "Softmax": "Activation",
    "Softplus": "Activation",
    "Softsign": "Activation",
    "Squeeze": "Reshape",
    "Sub": "Subtract",
    "Tanh": "Activation",
    "Transpose": "Permute",
}
"""Operation: the stock layers that may say it."""


def page() -> str:
    """The whole page."""
    assert STOCK.keys() == RULES.keys()
    rows = "".join(row(item) for item in definitions().values())
    refused = "".join(
        f"| `{name}` | {because[0].upper()}{because[1:]} | {hint[0].upper()}{hint[1:]} |\n"
        for name, (because, hint) in sorted(REFUSED.items())
    )
    return (
        HEAD.format(count=len(definitions()))
        + rows
        + "\nRefused for a reason of their own:\n\n| operation | why | way out |\n|---|---|---|\n"
        + refused
    )


def row(item: Definition) -> str:
    """One operation."""
    said = [f"`{item.older}`"] if item.older else []
    verdict = Verdict.EXACT
    if item.name in EXPRESSED:
        conditions = [
            f"`{key}` is not "
            + " or ".join(f"`{value!r}`" for value in SAME_AT.get((item.name, key), (neutral,)))
            for key, neutral in item.dropped.items()
        ]
        where = f", where {' or '.join(conditions)}" if item.older else ""
        said.append(f"{EXPRESSED[item.name].text}{where}")
        verdict = EXPRESSED[item.name].verdict
    if item.stateful:
        said.append("draws different numbers each time")
    return f"| `{item.name}` | {'; '.join(said)} | {verdict} | {STOCK.get(item.name, '')} |\n"


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
