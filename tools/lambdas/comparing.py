"""Lambdas built by one release, converted, and run in another one: the same values."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from keraport.catalog.releases import get_release
from keraport.lambdas.harmless import functions
from keraport.lambdas.nodes import UntranslatableError
from lambdas.batches import (
    SPECS,
    Stored,
    Worker,
    companion_of,
    convert_batch,
    drop_layers,
    lambdas_of,
    translated,
    write_inputs,
)
from lambdas.grammar import Grammar, entries_of, reachable
from lambdas.ledger import Ledger, kind_of

SOURCE, TARGET = "tf2.3", "tf1.12"
_COARSE = {"float16": 2.0**-10, "bfloat16": 2.0**-7}
_RELATIVE, _ABSOLUTE, _MOVES = 1e-5, 1e-6, 4.0


@dataclass(slots=True)
class Comparison:
    """The processes of a campaign.

    Args:
        compiler: Python of the source release.
        source: the source release.
        target: the target release.
        releases: the ids of both.
    """

    compiler: Worker
    source: Worker
    target: Worker
    releases: tuple[str, str] = (SOURCE, TARGET)

    def batch(self, ledger: Ledger, size: int) -> dict[str, Any]:
        """Generate, build, convert and compare so many functions; what to write down."""
        number = len(ledger.rows)
        random = Random(f"{ledger.seed}/{number}")
        with tempfile.TemporaryDirectory(prefix="keraport-compare-") as folder:
            return self._batch(ledger, random, size, Path(folder), number)

    def _batch(
        self, ledger: Ledger, random: Random, size: int, folder: Path, number: int
    ) -> dict[str, Any]:
        drawn = self._drawn(ledger, random, size)
        refused: Counter[str] = Counter()
        kept = [item for item in drawn if _passes(item, self.releases, refused)]
        inputs = folder / "inputs.npz"
        strings = all(dtype != "float32" or name != "s" for name, dtype, _ in self._specs())
        moved = write_inputs(inputs, ledger.seed * 10_000 + number, strings=strings)
        model, out = folder / "model.h5", folder / "out.h5"
        wanted, values = folder / "wanted.npz", folder / "got.npz"
        built = self.source.request(
            "build",
            functions=[
                {"name": i.name, "text": i.expression.text, "arguments": i.expression.arguments}
                for i in kept
            ],
            specs=self._specs(),
            inputs=str(inputs),
            moved=list(map(str, moved)),
            model=str(model),
            values=str(wanted),
        )
        texts = {item.name: item.expression.text for item in kept}
        refused.update(kind_of(text) for text in convert_batch(model, out, *self.releases).values())
        request: dict[str, Any] = {
            "mark": str(number),
            "companion": str(companion_of(out)),
            "module": f"companion_{number}",
            "specs": self._specs(),
            "inputs": str(inputs),
        }
        layers = lambdas_of(out)
        tried = self.target.request("run", **request, functions=layers, model=None, values=None)
        failed: dict[str, str] = tried["failed"]
        drop_layers(out, failed)
        ran = self.target.request(
            "run", **request, functions=[], model=str(out), values=str(values)
        )
        failed.update(ran["failed"])
        if ran["problem"]:
            failed["the model"] = ran["problem"]
        differ = _differences(wanted, values, built["moves"], {n: texts[n] for n in ran["ran"]})
        entries: Counter[str] = Counter()
        for name in ran["ran"]:
            entries.update(entries_of(texts[name]))
        return {
            "generated": len(drawn),
            "refused": refused,
            "unbuilt": Counter(map(kind_of, built["failed"].values())),
            "compared": len(ran["ran"]),
            "differ": [{"text": texts[name], "how": how} for name, how in differ.items()],
            "unloadable": [
                {"text": texts.get(name, ""), "error": error} for name, error in failed.items()
            ],
            "entries": entries,
        }

    def _specs(self) -> list[list[Any]]:
        """The inputs; numbers for strings where these keep a Lambda from being tried."""
        if not get_release(self.releases[1]).has("tries-lambdas-on-floats"):
            return SPECS
        return [
            [name, "float32" if dtype == "string" else dtype, shape] for name, dtype, shape in SPECS
        ]

    def _drawn(self, ledger: Ledger, random: Random, size: int) -> list[Stored]:
        source, _ = self.releases
        grammar = Grammar(random, source)
        wanted = ledger.rarest(sorted(reachable(source) - _random()))[:size]
        made = [
            grammar.expression(wanted[n] if n < len(wanted) and random.random() < 0.6 else "")
            for n in range(size)
        ]
        made = [item for item in made if not entries_of(item.text) & _random()]
        codes = self.compiler.request("compile", texts=[item.text for item in made])["codes"]
        return [
            Stored(f"f{n}", item, code)
            for n, (item, code) in enumerate(zip(made, codes, strict=True))
            if code
        ]


def _random() -> frozenset[str]:
    """Functions whose values are drawn anew each time."""
    return frozenset(row.name for row in functions().values() if row.result == "random")


def _passes(stored: Stored, releases: tuple[str, str], refused: Counter[str]) -> bool:
    try:
        translated(stored, *releases)
    except UntranslatableError as error:
        refused[kind_of(str(error))] += 1
        return False
    return True


def _differences(
    wanted: Path, values: Path, moves: dict[str, float], ran: dict[str, str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    with np.load(wanted) as ours, np.load(values) as theirs:
        for name, text in ran.items():
            coarse = max((size for word, size in _COARSE.items() if word in text), default=0.0)
            how = difference(ours[name], theirs[name], moves[name], coarse)
            if how:
                found[name] = how
    return found


def difference(wanted: Any, got: Any, moves: float, coarse: float = 0.0) -> str:
    """How two outputs differ, empty if they do not.

    Args:
        wanted: the source's.
        got: the target's.
        moves: by how much the source's moves when its inputs move by one unit in the last place.
        coarse: the unit in the last place of 1 in the dtype that it computes in, if that is short.
    """
    if wanted.shape != got.shape:
        return f"shapes {wanted.shape} and {got.shape}"
    if wanted.dtype != got.dtype and not wanted.dtype.kind == got.dtype.kind == "S":
        return f"dtypes {wanted.dtype} and {got.dtype}"
    if wanted.dtype.kind == "S":
        return "" if (wanted == got).all() else f"{wanted} and {got}"
    one, other = wanted.astype(np.complex128), got.astype(np.complex128)
    equal = (one == other) | (np.isnan(one) & np.isnan(other))
    if equal.all():
        return ""
    if not (np.isfinite(one) == np.isfinite(other)).all() or not np.isfinite(one[~equal]).all():
        return "" if moves >= 1e300 else "NaN or infinity at different places"
    furthest = float(np.abs(one - other)[~equal].max())
    largest = float(np.abs(one[np.isfinite(one)]).max())
    allowed = max(_RELATIVE * largest + _ABSOLUTE, _MOVES * moves, _MOVES * coarse * largest)
    return "" if furthest <= allowed else f"by {furthest:.3g}, {allowed:.3g} allowed"


@contextmanager
def comparison(source: str = SOURCE, target: str = TARGET) -> Iterator[Comparison]:
    """The processes, started."""
    has_sessions = get_release(target).has("has-dimension-objects")
    with ExitStack() as stack:
        yield Comparison(
            stack.enter_context(Worker(source, "compile_in")),
            stack.enter_context(Worker(source, "worker_source")),
            stack.enter_context(Worker(target, _OF_TARGETS[has_sessions])),
            (source, target),
        )


_OF_TARGETS = {True: "worker_target", False: "worker_eager"}
"""Whether a release has sessions, and what serves it."""
