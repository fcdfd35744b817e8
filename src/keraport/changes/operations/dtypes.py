"""The dtypes that an operation's layer gives: its node says them, not its config.

Layers cast what they are given to their own dtype; operations do not (TF 2.3:
``TensorFlowOpLayer.__init__`` passes ``autocast=False``).
"""

from __future__ import annotations

from keraport.changes.operations.node import NodeError, read_node
from keraport.model import Config


def given_dtypes(config: Config) -> tuple[str, ...]:
    """The dtype of each of its outputs; none if unknown.

    Args:
        config: of a ``TensorFlowOpLayer``.
    """
    try:
        node = read_node(config)
    except NodeError:
        return ()
    return () if node is None else node.outputs
