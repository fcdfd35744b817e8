"""A loop that a rule makes: the nodes of TensorFlow 1, since functions are gone by then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from keraport.graphs.body import Node, Ref
from keraport.graphs.site import BOOL, kind, number, on
from keraport.graphs.tensor import Tensor

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

Step = Callable[[list[Tensor], list[Tensor]], list[Tensor]]


def loop(
    start: Sequence[Tensor],
    fixed: Sequence[Tensor],
    go_on: Callable[[list[Tensor], list[Tensor]], Tensor],
    step: Step,
) -> list[Tensor]:
    """What the variables of a loop are at its end.

    Args:
        start: what they are at first.
        fixed: tensors from outside; none other may be read inside.
        go_on: whether there is another iteration, from the variables and the tensors.
        step: the next variables.
    """
    site = start[0].site
    frame = f"{site.node.name}/loop"

    def enter(item: Tensor, still: bool) -> Tensor:
        return item.op(
            "Enter",
            T=kind(item.dtype),
            frame_name=_text(frame),
            is_constant=on(still),
            parallel_iterations=number(10),
        )

    entered = [enter(item, False) for item in start]
    still = [enter(item, True) for item in fixed]
    merged = [
        item.op("Merge", [Tensor(site, Ref(f"{frame}/next_{at}"), item.dtype)], **_two(item))
        for at, item in enumerate(entered)
    ]
    site.pivot = merged[0].ref.node
    again = Tensor(site, site.op("LoopCond", [go_on(merged, still).ref]), BOOL)
    switched = [item.op("Switch", [again], T=kind(item.dtype)) for item in merged]
    inside = [
        Tensor(site, Ref(item.ref.node, 1), item.dtype).op("Identity", T=kind(item.dtype))
        for item in switched
    ]
    site.pivot = inside[0].ref.node
    for at, item in enumerate(step(inside, still)):
        name = f"{frame}/next_{at}"
        site.made.append(Node(name, "NextIteration", [item.ref], [], {"T": kind(item.dtype)}))
    site.pivot = ""
    return [item.op("Exit", T=kind(item.dtype)) for item in switched]


def _two(item: Tensor) -> dict[str, pb.Attr]:
    return {"T": kind(item.dtype), "N": number(2)}


def _text(value: str) -> pb.Attr:
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(s=value.encode())
