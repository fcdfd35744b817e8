"""Strings, and examples that are parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import ascii_lowercase
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import INT32, INT64, STRING, InexpressibleError, Site, kind, number
from keraport.graphs.tensor import Tensor, concat, written


def _letters(pairs: list[tuple[str, str]]) -> Callable[[Site], Tensor]:
    """One replacement for each letter; other bytes stay, as they do without an encoding."""

    def rule(site: Site) -> Tensor:
        from keraport.graphs import graph_pb2 as pb

        if site.node.attrs["encoding"].s:
            raise InexpressibleError("letters of UTF-8 beyond ASCII")
        text = Tensor(site, site.node.inputs[0], STRING)
        for old, new in pairs:
            attrs = {"pattern": pb.Attr(s=old.encode()), "rewrite": pb.Attr(s=new.encode())}
            text = text.op("StaticRegexReplace", replace_global=pb.Attr(b=True), **attrs)
        return text

    return rule


def _keys(site: Site, input_: int) -> list[Ref]:
    """A text for each of a vector of constants."""
    node = site.producer(input_)
    if node is None or node.op != "Const" or "value" not in node.attrs:
        raise InexpressibleError("which features it parses is known as it runs alone")
    return [site.const(text, STRING) for text in node.attrs["value"].tensor.string_val]


def _parse(site: Site) -> list[Tensor]:
    """The older operation takes vectors, and no ragged features: these are sparse ones."""
    attrs = site.node.attrs
    serialized, names = site.node.inputs[:2]
    sparse, dense, ragged = (_keys(site, at) for at in (2, 3, 4))
    kinds = [*attrs["sparse_types"].list.type], [*attrs["ragged_value_types"].list.type]
    given = Tensor(site, serialized, STRING)
    rank = given.rank()
    name = site.op(
        "ParseExample",
        [
            given.reshape([-1]).ref,
            Tensor(site, names, STRING).reshape([-1]).ref,
            *sparse,
            *ragged,
            *dense,
            *site.node.inputs[5:],
        ],
        Nsparse=number(len(sparse) + len(ragged)),
        Ndense=number(len(dense)),
        sparse_types=_types(kinds[0] + kinds[1]),
        Tdense=attrs["Tdense"],
        dense_shapes=attrs["dense_shapes"],
    ).node
    count = len(sparse) + len(ragged)

    def out(at: int, dtype: int) -> Tensor:
        return Tensor(site, Ref(name, at), dtype)

    results = [out(at, INT64).gather(rank.like(2).range(1 - rank), 1) for at in range(len(sparse))]
    results += [out(count + at, dtype) for at, dtype in enumerate(kinds[0])]
    results += [
        out(2 * count + at, INT64).gather(rank.like(2).range(1 - rank)) for at in range(len(sparse))
    ]
    for at, dtype in enumerate(attrs["Tdense"].list.type):
        value = out(3 * count + at, dtype)
        results.append(value.reshape(concat([given.shape(), value.shape().part(1, None)], 0)))
    results += [out(count + len(sparse) + at, dtype) for at, dtype in enumerate(kinds[1])]
    for at, split in enumerate(attrs["ragged_split_types"].list.type):
        rows = out(len(sparse) + at, INT64).gather(0, 1)
        total = given.reshape([-1]).shape().at(0)
        counts = (rows.zeros() + 1).op(
            "UnsortedSegmentSum",
            [rows, total],
            T=kind(INT64),
            Tindices=kind(INT64),
            Tnumsegments=kind(INT32),
        )
        results.append(concat([rows.like([0]), counts.cumsum()], 0).cast(split))
    return results


def _types(dtypes: list[int]):  # type: ignore[no-untyped-def]
    from keraport.graphs import graph_pb2 as pb

    return pb.Attr(list=pb.Attr.List(type=dtypes))


_CASES: Final = [(letter.upper(), letter) for letter in ascii_lowercase]
RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "ParseExampleV2": written(_parse),
    "StringLower": written(_letters(_CASES)),
    "StringUpper": written(_letters([(low, up) for up, low in _CASES])),
}
