"""Loops and branches as TensorFlow 1 lists them: without these there are no gradients of them.

``import_meta_graph`` makes contexts out of the collections ``while_context`` and ``cond_context``
(``WhileContext.from_proto`` of ``python/ops/control_flow_ops.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from keraport.graphs.body import Body, Context, dtypes

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

LOOPS: Final = "while_context"
BRANCHES: Final = "cond_context"


def contexts_of(body: Body, registry: Mapping[str, pb.Op]) -> dict[str, list[bytes]]:
    """The serialized contexts by the collection that lists them; inner ones are in outer ones.

    Args:
        body: the carried graph.
        registry: the target's.
    """
    inner: dict[str, list[Context]] = {}
    for item in body.contexts:
        inner.setdefault(item.outer, []).append(item)
    values: dict[str, list[str]] = {}
    for node in body.nodes.values():
        if node.context:
            count = len(dtypes(registry[node.op].output_arg, node.attrs))
            names = [f"{node.name}:{at}" for at in range(count)] or [node.name]
            values.setdefault(node.context, []).extend(names)
    found: dict[str, list[bytes]] = {}
    for item in inner.get("", ()):
        kind = LOOPS if item.branch < 0 else BRANCHES
        message = _message(item, inner, values)
        whole = message.while_ctxt if item.branch < 0 else message.cond_ctxt
        found.setdefault(kind, []).append(whole.SerializeToString(deterministic=True))
    return found


def _message(
    context: Context, inner: Mapping[str, list[Context]], values: Mapping[str, list[str]]
) -> pb.FlowContext:
    from keraport.graphs import graph_pb2 as pb

    nested = [_message(item, inner, values) for item in inner.get(context.name, ())]
    names = [*values.get(context.name, ())]
    for item in nested:
        within = item.while_ctxt if item.HasField("while_ctxt") else item.cond_ctxt
        names += within.values_def.values
    if context.branch >= 0:
        return pb.FlowContext(
            cond_ctxt=pb.CondContext(
                context_name=context.name,
                pred_name=context.pred,
                pivot_name=context.pivot,
                branch=context.branch,
                values_def=pb.Values(values=names),
                nested_contexts=nested,
            )
        )
    return pb.FlowContext(
        while_ctxt=pb.WhileContext(
            context_name=context.name,
            parallel_iterations=context.parallel,
            back_prop=True,
            pivot_name=f"{context.pivot}:0",
            pivot_for_pred_name=f"{context.pred}:0",
            pivot_for_body_name=f"{context.body}:0",
            loop_exit_names=context.exits,
            loop_enter_names=context.enters,
            values_def=pb.Values(values=names),
            nested_contexts=nested,
        )
    )
