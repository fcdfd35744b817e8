"""``Einsum``: equations of one or two arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.rules.arrays import product
from keraport.graphs.site import INT32, InexpressibleError, Site, kind
from keraport.graphs.tensor import Tensor, concat, written
from keraport.records import dataclass

_REST: Final = "."
"""The label of the dimensions that an ellipsis stands for, which are made one."""


@dataclass(slots=True)
class _Part:
    """An array whose dimensions have labels."""

    tensor: Tensor
    labels: str

    def rest(self) -> Tensor:
        """Sizes that the ellipsis stands for."""
        before, after = self.labels.split(_REST)
        return self.tensor.shape().part(len(before) or None, -len(after) or None)

    def folded(self, sizes: Tensor) -> None:
        """The dimensions of the ellipsis in one."""
        before, after = self.labels.split(_REST)
        shape, own = self.tensor.shape(), self.rest()
        first = shape.part(None, len(before)) if before else shape.part(0, 0)
        last = shape.part(-len(after), None) if after else shape.part(0, 0)
        missing = sizes.shape().at(0) - own.shape().at(0)
        ones = missing.expand(0).fill(own.like(1, INT32))
        whole = self.tensor.reshape(concat([first, ones, own, last], 0))
        whole = whole.broadcast(concat([first, sizes, last], 0))
        self.tensor = whole.reshape(concat([first, sizes.reduce("Prod", [0], True), last], 0))

    def ordered(self, labels: str) -> None:
        """Dimensions in this order."""
        if labels != self.labels:
            order = [self.labels.index(label) for label in labels]
            self.tensor = self.tensor.transpose(order)
            self.labels = labels

    def without(self, labels: str) -> None:
        """Sums over these."""
        axes = [at for at, label in enumerate(self.labels) if label in labels]
        if axes:
            self.tensor = self.tensor.reduce("Sum", axes)
            self.labels = "".join(label for label in self.labels if label not in labels)

    def diagonals(self) -> None:
        """A label that stands twice once, for what is on the diagonal."""
        for label in dict.fromkeys(self.labels):
            while self.labels.count(label) > 1:
                places = [at for at, item in enumerate(self.labels) if item == label][:2]
                others = [at for at in range(len(self.labels)) if at not in places]
                turned = self.tensor.transpose([*others, *places])
                self.tensor = turned.op("MatrixDiagPart", T=kind(turned.dtype))
                self.labels = "".join(self.labels[at] for at in others) + label

    def sizes(self, labels: str) -> Tensor:
        """Sizes of these dimensions, which stand one after another."""
        start = self.labels.index(labels) if labels else 0
        return self.tensor.shape().part(start, start + len(labels))


def _einsum(site: Site) -> Tensor:
    equation = site.node.attrs["equation"].s.decode("utf-8", "replace").replace(" ", "")
    given, _, wanted = equation.replace("...", _REST).partition("->")
    known = set(given.replace(",", ""))
    if len(given.split(",")) != len(site.node.inputs) or not known >= set(wanted):
        raise InexpressibleError("its equation is damaged")
    if any(part.count(_REST) > 1 for part in [*given.split(","), wanted]):
        raise InexpressibleError("its equation is damaged")
    parts = [
        _Part(Tensor(site, ref, site.dtype()), labels)
        for ref, labels in zip(site.node.inputs, given.split(","), strict=True)
    ]
    rests = [part.rest() for part in parts if _REST in part.labels]
    if len(rests) == 2:
        rests = [rests[0].op("BroadcastArgs", rests[1:], T=kind(INT32))]
    for part in parts:
        if _REST in part.labels:
            part.folded(rests[0])
        part.diagonals()
    once = "".join(dict.fromkeys(wanted))
    result = _single(parts[0], once) if len(parts) == 1 else _pair(parts[0], parts[1], once)
    result.ordered(once)
    _repeated(result, wanted)
    if _REST in wanted:
        before = wanted.split(_REST)[0]
        shape = result.tensor.shape()
        first, last = shape.part(0, len(before)), shape.part(len(before) + 1, None)
        result.tensor = result.tensor.reshape(concat([first, rests[0], last], 0))
    return result.tensor


def _single(part: _Part, wanted: str) -> _Part:
    part.without("".join(label for label in part.labels if label not in wanted))
    return part


def _pair(one: _Part, two: _Part, wanted: str) -> _Part:
    """A product of matrices: what both have and is wanted counts them, what else both have goes."""
    for part, other in ((one, two), (two, one)):
        alone = set(part.labels) - set(other.labels) - set(wanted)
        part.without("".join(sorted(alone)))
    shared = [label for label in one.labels if label in two.labels]
    batch = "".join(label for label in shared if label in wanted)
    summed = "".join(label for label in shared if label not in wanted)
    rows = "".join(label for label in one.labels if label not in shared)
    columns = "".join(label for label in two.labels if label not in shared)
    one.ordered(batch + rows + summed)
    two.ordered(batch + summed + columns)
    many = one.sizes(batch)
    matrices = [
        part.tensor.reshape(
            concat([group.reduce("Prod", [0], True) for group in (many, *map(part.sizes, ends))], 0)
        )
        for part, ends in ((one, (rows, summed)), (two, (summed, columns)))
    ]
    shape = concat([many, one.sizes(rows), two.sizes(columns)], 0)
    return _Part(product(matrices[0], matrices[1]).reshape(shape), batch + rows + columns)


def _repeated(result: _Part, wanted: str) -> None:
    """Labels that are wanted twice are on a diagonal among noughts."""
    extra = wanted
    for label in result.labels:
        extra = extra.replace(label, "", 1)
    for label in extra:
        if wanted.count(label) > 2 or label == _REST:
            raise InexpressibleError("its equation wants a label three times")
        others = result.labels.replace(label, "")
        result.ordered(others + label)
        result.tensor = result.tensor.op("MatrixDiag", T=kind(result.tensor.dtype))
        result.labels = others + label + label
    if extra:
        places = list[int]()
        for label in wanted:
            places.append(
                next(
                    at
                    for at, item in enumerate(result.labels)
                    if item == label and at not in places
                )
            )
        result.tensor = result.tensor.transpose(places)


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {"Einsum": written(_einsum)}
