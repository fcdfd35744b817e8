"""Gradients that a program defined itself (``tf.custom_gradient``).

A SavedModel has their names, and not what they compute: TensorFlow 2 fails with a LookupError where
such a gradient is asked of a loaded model. So the name stays, and TensorFlow 1 fails likewise; were
it left out, TensorFlow would give the gradient of the operations instead, which is another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keraport.graphs.body import Node, Ref

NAME: Final = "_gradient_op_type"
"""The setting that names the gradient of an operation."""


def keeps_gradient(node: Node, nodes: Mapping[str, Node]) -> bool:
    """Whether a node has a gradient other than that of its operation.

    Args:
        node: of a graph without calls of functions.
        nodes: all of its graph.
    """
    return NAME in node.attrs and not _is_swish(node, nodes)


def _is_swish(node: Node, nodes: Mapping[str, Node]) -> bool:
    """``x * sigmoid(x)`` of ``tf.nn.swish``, which defines its gradient to save memory alone.

    What it is given follows the product: x, and beta from TensorFlow 2.5 on.
    """
    if node.op != "IdentityN" or len(node.inputs) not in (2, 3):
        return False
    product, x, *beta = node.inputs
    gate = _other(nodes.get(product.node), x)
    found = nodes.get(gate.node) if gate is not None else None
    if found is None or found.op != "Sigmoid":
        return False
    if not beta:
        return found.inputs == [x]
    return _other(nodes.get(found.inputs[0].node), x) == beta[0]


def _other(product: Node | None, factor: Ref) -> Ref | None:
    """The other factor of a product; None if it is none, or not of this factor."""
    if product is None or product.op != "Mul" or factor not in product.inputs:
        return None
    return product.inputs[product.inputs[0] == factor]
