"""Whether the nodes of a graph can run one after the other."""

from __future__ import annotations

from typing import Final

from keraport.errors import DamagedFileError
from keraport.formats.limits import shown
from keraport.graphs.body import Body

_BACK: Final = "NextIteration"
"""What leads back to the beginning of a loop, and may."""


def require_order(body: Body, where: str) -> None:
    """Refuse nodes that wait for themselves: no TensorFlow loads such a graph.

    Args:
        body: without functions, its loops unfolded.
        where: the file, for messages.

    Raises:
        DamagedFileError: nodes go round in a circle.
    """
    waits = {
        node.name: {
            name
            for name in [*(ref.node for ref in node.inputs), *node.controls]
            if name in body.nodes and body.nodes[name].op != _BACK
        }
        for node in body.nodes.values()
    }
    readers: dict[str, list[str]] = {}
    for name, others in waits.items():
        for other in others:
            readers.setdefault(other, []).append(name)
    ready = [name for name, others in waits.items() if not others]
    left = {name: len(others) for name, others in waits.items()}
    while ready:
        name = ready.pop()
        del left[name]
        for reader in readers.get(name, ()):
            left[reader] -= 1
            if not left[reader]:
                ready.append(reader)
    if left:
        raise DamagedFileError(
            f"{where}: node {shown(next(iter(left)))} waits for itself, directly or by other nodes",
            hint="the directory is damaged: copy or download it again, or save the model again",
        )
