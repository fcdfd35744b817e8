"""Functions of TensorFlow and slices in a graph, which Keras 3 has operations of its own for."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import cache
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.declared import declared
from keraport.changes.keras3.functions_in_ops import in_ops
from keraport.changes.keras3.functions_of_nodes import as_function
from keraport.changes.keras3.windows import DROPPED, keras3_file
from keraport.changes.operations.node import operation_name
from keraport.changes.site import Expansion, Refused, Site
from keraport.companion.sources_of import source_of
from keraport.model import OPERATIONS, Constant, Layer, Value
from keraport.report import Verdict

_HINT: Final = "rebuild the model with layers in the place of the operations"
_OPERATORS: Final = "__operators__."
_SLICES: Final = f"{_OPERATORS}getitem"


@cache
def _allowed(table: str) -> frozenset[str]:
    """What the companion may call: functions and operations that were measured on both sides."""
    tree = ast.parse(source_of(table, "keras3").body)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return frozenset(word for text in texts for word in str(text).split())


@declared
class CallsTensorFlow(Effect):
    """A layer calls a function of TensorFlow; Keras 3 has no such layer."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's operation, which calls the same function."""
        if not isinstance(subject, Layer):
            return subject
        name = str(config_of(subject).get("function"))
        if name not in _allowed("_functions") and name != _SLICES:
            raise Refused(
                f"tf.{name[:80]} in {site.target}: not supported yet",
                hint=_HINT,
                source=change.source,
            )
        if any(_is_misread(name, call.inputs) for call in subject.calls):
            raise Refused(
                f"tf.{name} of such values: not supported yet",
                hint=_HINT,
                source=change.source,
            )
        if site.target.backend:
            return in_ops(subject, site)
        site.companion(subject.class_name)
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} of the companion calls tf.{name}; it needs the tensorflow "
            f"backend of {site.target}",
            source=change.source,
        )
        config = {"name": subject.name, "function": name}
        return replace(subject, config=config, package=OPERATIONS)


@declared
class RunsOperations(Effect):
    """A layer is one operation of TensorFlow; Keras 3 has no such layer."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The companion's operation, which runs the same one."""
        if not isinstance(subject, Layer):
            return subject
        name = operation_name(subject.config)
        if name not in _allowed("_operations"):
            raise Refused(
                f"the operation {name[:80]} in {site.target}: not supported yet",
                hint=_HINT,
                source=change.source,
            )
        if site.target.backend:
            called = as_function(subject)
            if called is None:
                raise Refused(
                    f"the operation {name} on {site.target.backend}: not supported yet",
                    hint=f"convert it with --backend tensorflow, or {_HINT}",
                    source=change.source,
                )
            return in_ops(called, site)
        site.companion(subject.class_name)
        site.note(
            Verdict.EXACT,
            f"{subject.class_name} of the companion runs {name}; it needs the tensorflow backend "
            f"of {site.target}",
            source=change.source,
        )
        kept = {key: subject.config[key] for key in ("node_def", "constants")}
        return replace(subject, config={"name": subject.name, **kept}, package=OPERATIONS)


def _is_misread(name: str, given: Value) -> bool:
    """True for values that an operator does not take first, and for a list of one tensor."""
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
        if isinstance(given, list):
            return True
    return isinstance(given, Constant) and name.startswith(_OPERATORS)


CHANGES = (
    Change(
        Kind.LAYER,
        ("SlicingOpLambda", "TFOpLambda"),
        key="function",
        held=DROPPED,
        source=keras3_file("ops/operation.py"),
        effect=CallsTensorFlow(),
    ),
    Change(
        Kind.LAYER,
        ("TensorFlowOpLayer",),
        key="node_def",
        held=DROPPED,
        source=keras3_file("ops/operation.py"),
        effect=RunsOperations(),
    ),
)
