"""What was found, changed, replaced and refused, and why. Data only; `keraport.cli` renders it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, field
from enum import StrEnum
from typing import Any, Final

from keraport.records import dataclass


class Verdict(StrEnum):
    """How faithful a conversion is; the order is from best to worst."""

    UNCHANGED = "unchanged"
    """Same config, same bytes."""
    EXACT = "exact"
    """Rewritten; the same arithmetic in the same order."""
    EQUIVALENT = "equivalent"
    """Mathematically equal; float rounding may differ."""
    APPROXIMATE = "approximate"
    """Not equal; only on request, and the report says how far."""
    REFUSED = "refused"
    """Cannot be expressed."""

    @property
    def rank(self) -> int:
        """0 for the best verdict."""
        return list(Verdict).index(self)

    @property
    def meaning(self) -> str:
        """What it says about a whole model, as a phrase."""
        return _MEANINGS[self]


_MEANINGS: Final = {
    Verdict.UNCHANGED: "every layer keeps its config and its weights",
    Verdict.EXACT: "rewritten where needed; the same arithmetic in the same order",
    Verdict.EQUIVALENT: "mathematically equal; float rounding may differ",
    Verdict.APPROXIMATE: "some layers are not equal, only close",
    Verdict.REFUSED: "some layers cannot be expressed",
}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The least faithful of them; ``unchanged`` if there are none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.UNCHANGED)


_LONGEST = 120
_ITEMS = 12


def brief(value: object) -> str:
    """A value of a config for a message: as Python writes it, long ones by how they begin.

    Bytecode, vocabularies and matrices in configs have thousands of characters.
    """
    if isinstance(value, str | bytes):
        if len(value) <= _LONGEST:
            return repr(value)
        what = "characters" if isinstance(value, str) else "bytes"
        return f"{value[: _LONGEST // 2]!r}... ({len(value):,} {what})"
    if isinstance(value, list | tuple):
        shown = [brief(item) for item in value[:_ITEMS]]
        shown += [f"... ({len(value):,} in all)"] if len(value) > _ITEMS else []
        left, right = "[]" if isinstance(value, list) else "()"
        return f"{left}{', '.join(shown)}{right}"
    if isinstance(value, dict):
        pairs = [f"{key!r}: {brief(item)}" for key, item in list(value.items())[:_ITEMS]]
        pairs += [f"... ({len(value):,} in all)"] if len(value) > _ITEMS else []
        return f"{{{', '.join(pairs)}}}"
    return repr(value)


OPTIMIZER: Final = "(optimizer)"
"""The path of the row about an optimizer whose state cannot go on."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that was done to a layer, or why it could not be done.

    Args:
        verdict: how faithful that is.
        text: what and why, as a sentence without the layer's name.
        hint: the workaround of a refusal.
        source: release note, documentation or source file that the fact comes from.
        options: what to add to the command for that workaround; ``FILE.py`` and ``FUNCTION`` stand
            for what the user has to write.
        drift: how far off the target would be if it were given the layer as it is, where it loads
            that without an error; empty if it does not load, or computes the same.
    """

    verdict: Verdict
    text: str
    hint: str = ""
    source: str = ""
    options: tuple[str, ...] = ()
    drift: str = ""

    def to_json(self) -> dict[str, Any]:
        """The stable shape, documented in ``docs/reference/json.md``."""
        return {**asdict(self), "options": list(self.options)}


@dataclass(frozen=True, slots=True)
class StateNote(Note):
    """What became of an optimizer's state; void where the output's format has no room for it."""


@dataclass(frozen=True, slots=True)
class LayerReport:
    """The verdict on one layer.

    Args:
        path: name, with the names of the models and wrappers around it: ``encoder/lstm``.
        class_name: as the source file spells it.
        notes: empty if nothing had to be done.
    """

    path: str
    class_name: str
    notes: tuple[Note, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of its notes."""
        return worst(note.verdict for note in self.notes)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note and the layers that share it."""

    note: Note
    layers: tuple[LayerReport, ...]


def folded(layers: Iterable[LayerReport]) -> Iterator[NoteRow]:
    """The distinct notes in order, each with all its layers."""
    by_note: dict[tuple[str, str, str], list[tuple[Note, LayerReport]]] = {}
    for layer in layers:
        for note in layer.notes:
            key = (note.verdict.value, note.text, note.hint)
            by_note.setdefault(key, []).append((note, layer))
    for found in by_note.values():
        yield NoteRow(found[0][0], tuple(layer for _, layer in found))


@dataclass(frozen=True, slots=True)
class UndecidedLine:
    """A line of the user's source that was not rewritten for the target.

    Args:
        place: file and line.
        text: what has to be decided, and why.
        in_use: the model needs the class or function that it stands in.
    """

    place: str
    text: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class PortedSource:
    """A file of the user's that was rewritten for the target on the way.

    Args:
        source: the file, or the folder of a package, that was given.
        written: what the result is called, in the folder of the output.
        changes: how many were made.
        undecided: what was left as it was.
    """

    source: str
    written: str
    changes: int
    undecided: tuple[UndecidedLine, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The stable shape, documented in ``docs/reference/json.md``."""
        return {**asdict(self), "undecided": [asdict(item) for item in self.undecided]}


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """The verdict on a model.

    Args:
        source: the release that wrote the file.
        target: the release it is converted to.
        evidence: why that source release: what in the file says so.
        layers: a row for every layer at any depth, in the order of the model.
        training: what happened to losses, metrics and optimizer.
        left_out: what the output does not carry, sentences (optimizer state, ...).
        load: the line that opens the output in the target release.
        written: names of the files that were written, the one to open last.
        backend: what the target computes with, if it is not TensorFlow.
        ported: files of the user's that were rewritten for the target.
    """

    source: str
    target: str
    evidence: str
    layers: tuple[LayerReport, ...]
    training: tuple[Note, ...] = ()
    left_out: tuple[str, ...] = ()
    load: str = ""
    written: tuple[str, ...] = ()
    backend: str = ""
    ported: tuple[PortedSource, ...] = ()

    def __repr__(self) -> str:
        """A few lines, also for a model of thousands of layers."""
        counts = ", ".join(f"{count} {name}" for name, count in self.counts().items() if count)
        lines = [f"<Report {self.source} -> {self.target}: {self.verdict.value} ({counts})"]
        for layer in self.refusals[:_ITEMS]:
            text = next(note.text for note in layer.notes if note.verdict is Verdict.REFUSED)
            lines.append(f"  {layer.path} ({layer.class_name}): {text}")
        more = len(self.refusals) - _ITEMS
        lines += [f"  and {more} more"] if more > 0 else []
        lines += [f"  {self.load}"] if self.load else []
        return "\n".join(lines) + ">"

    def _repr_html_(self) -> str:
        """A table, for notebooks."""
        from keraport.notebook import report_html

        return report_html(self)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all layers; losses and optimizers do not touch predictions."""
        return worst(layer.verdict for layer in self.layers)

    @property
    def refusals(self) -> tuple[LayerReport, ...]:
        """The layers that cannot be expressed."""
        return tuple(layer for layer in self.layers if layer.verdict is Verdict.REFUSED)

    @property
    def drifting(self) -> tuple[LayerReport, ...]:
        """The layers that the target loads as they are, and that compute something else there."""
        return tuple(layer for layer in self.layers if any(note.drift for note in layer.notes))

    def counts(self) -> dict[str, int]:
        """How many layers got which verdict; every verdict is a key."""
        found = {verdict.value: 0 for verdict in Verdict}
        for layer in self.layers:
            found[layer.verdict.value] += 1
        return found

    def to_json(self) -> dict[str, Any]:
        """The stable shape that ``--json`` prints, documented in ``docs/reference/json.md``."""
        return {
            "source": self.source,
            "target": self.target,
            "backend": self.backend,
            "evidence": self.evidence,
            "verdict": self.verdict.value,
            "counts": self.counts(),
            "layers": [
                {
                    "path": layer.path,
                    "class_name": layer.class_name,
                    "verdict": layer.verdict.value,
                    "notes": [note.to_json() for note in layer.notes],
                }
                for layer in self.layers
            ],
            "training": [note.to_json() for note in self.training],
            "left_out": list(self.left_out),
            "load": self.load,
            "written": list(self.written),
            "ported": [item.to_json() for item in self.ported],
        }


@dataclass(slots=True)
class Journal:
    """Collects notes by layer path while passes run over a model."""

    layers: dict[str, list[Note]] = field(default_factory=dict)
    training: list[Note] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def note(self, path: str, note: Note) -> None:
        """Add a note to the layer at `path`; the same note twice counts once."""
        notes = self.layers.setdefault(path, [])
        if note not in notes:
            notes.append(note)

    def rows(self, classes: Mapping[str, str]) -> tuple[LayerReport, ...]:
        """A row for each of `classes` (path to class name), in that order."""
        return tuple(
            LayerReport(path, class_name, tuple(self.layers.get(path, ())))
            for path, class_name in classes.items()
        )
