"""Expressions drawn from the lists: what may stand in a Lambda, with arguments that fit.

How functions are called is data (``arguments.tsv``), and so is what attributes, built-ins and
operators say (``forms.tsv``). Inputs are those of `keraport` Lambdas over a list of eight tensors.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

from keraport.catalog.public_names import public_names
from keraport.catalog.releases import get_release
from keraport.lambdas.harmless import Function, builtins, functions, members
from keraport.lambdas.names import MODULES

INPUTS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "x": ("float32", (4, 6)),
    "y": ("float32", (4, 6)),
    "p": ("float32", (4, 6)),
    "i": ("int32", (4,)),
    "image": ("float32", (8, 8, 3)),
    "m": ("float32", (3, 3)),
    "q": ("bool", (4, 6)),
    "s": ("string", (2,)),
}
"""Dtype and shape, the batch apart, of the tensors that every generated Lambda is given."""

_LEAVES = {"F": "xy", "P": "p", "I": "i", "B": "q", "M": "m", "S": "s", "IM": ("image",)}
_PLAIN = {"same": "F", "broadcast": "F", "same_bool": "B", "broadcast_bool": "B"}
_NARROW = frozenset({"I", "M", "IM", "P", "C", "S"})
"""Types whose values must stay in a range: never the result of any function, as an argument."""
_HOLE = re.compile(r"\{(F|P|I|B|IM|M|S|C|N|A|T|W|k|n|s|x|y|mode)\}")
_BINDS = re.compile(r"[-+*/%@<>=!&|^~ ]|if ")
_LONGEST = 900


@dataclass(frozen=True, slots=True)
class Way:
    """A way to say something.

    Args:
        type: of what comes out.
        text: with placeholders.
        name: of the function that it calls, empty for a form.
        is_odd: it has another dtype or rank, which not every release takes.
    """

    type: str
    text: str
    name: str = ""
    is_odd: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """A function for a Lambda.

    Args:
        text: its source, a ``def`` or a ``lambda``.
        defaults: of its last parameters.
        arguments: the Lambda's own.
    """

    text: str
    defaults: tuple[object, ...] = ()
    arguments: Mapping[str, object] = field(default_factory=dict)


@cache
def ways(release: str) -> tuple[Way, ...]:
    """All ways to say something in a release."""
    made = [Way(kind, form) for kind, form, where in _rows("forms.tsv")
            if where == "-" or _speaks(release, where.split())]  # fmt: skip
    table: dict[str, list[tuple[str, str]]] = {}
    for key, args, kind, *where in _rows("arguments.tsv"):
        if not where or _speaks(release, where):
            table.setdefault(key, []).append((args, kind))
    for row in functions().values():
        if row.is_harmless_in(get_release(release)):
            calls = list(_calls(row, table))
            made.extend(calls)
            names = public_names(release).get(row.name.removeprefix("tf."))
            if row.name.startswith("tf.") and names is not None and names.parameters:
                named = (_with_keywords(way, names.parameters) for way in calls)
                made.extend(way for way in named if way is not None)
    return tuple(made)


def _speaks(release: str, where: Sequence[str]) -> bool:
    """True if one of the releases that a row names has the names of this one."""
    old = "has-dimension-objects"
    return any(get_release(item).has(old) == get_release(release).has(old) for item in where)


def _with_keywords(way: Way, parameters: Sequence[str]) -> Way | None:
    """The same call with all arguments by keyword; None if they cannot be, or are already."""
    call = ast.parse(way.text, mode="eval").body
    if not isinstance(call, ast.Call) or not 0 < len(call.args) <= len(parameters):
        return None
    named = [ast.keyword(*pair) for pair in zip(parameters, call.args, strict=False)]
    made = ast.Call(call.func, [], [*named, *call.keywords])
    return replace(way, text=ast.unparse(made))


def _rows(name: str) -> Iterator[list[str]]:
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _calls(row: Function, table: Mapping[str, list[tuple[str, str]]]) -> Iterator[Way]:
    said = row.name.replace("tf.keras.backend.", "K.")
    last = said.rpartition(".")[2]
    inside = said.startswith(("np.", "math."))
    keys = (row.name, said) if inside else (row.name, said, last)
    given = next((table[key] for key in keys if key in table), None)
    if given is not None:
        for args, kind in given:
            made = "E" if kind == "O" and said.startswith("np.") else kind
            yield Way(made, f"{said}({args})", row.name)
        return
    yield from (Way(kind, text, row.name) for kind, text in _plain(row, said))
    if row.result in ("reduce", *_PLAIN):
        for text in _OTHERS:
            # Two images would be equal but for rounding, which no release promises.
            second = "tf.constant([0.5, 0.25, 0.75])" if text == "{IM}" else text
            args = f"{text}, {second}" if row.result.startswith("broadcast") else text
            yield Way("O", f"{said}({args})", row.name, is_odd=True)


def _plain(row: Function, said: str) -> Iterator[tuple[str, str]]:
    """How something is called whose row says enough."""
    match row.result:
        case "constant_number" | "constant_none" | "constant_dtype" | "number_type":
            yield from _constants(row.result, said)
        case "array":
            yield "A", f"{said}({{A}}, {{A}})" if _takes_two(said) else f"{said}({{A}})"
        case "number":
            yield "N", f"{said}({{n}})" if said.startswith("math.") else f"{said}({{F}})"
        case "text":
            yield "N", f"len([{said}()])" if said != "K.dtype" else f"len([{said}({{F}})])"
        case "reduce":
            yield from (("T", f"{said}({{F}}{more})") for more in _REDUCED)
        case "reduce_bool":
            yield from (("U", f"{said}({{B}}{more})") for more in _REDUCED)
        case "same" | "same_bool":
            yield _PLAIN[row.result], f"{said}({{F}})"
        case "broadcast" | "broadcast_bool":
            yield _PLAIN[row.result], f"{said}({{F}}, {{F}})"
            yield _PLAIN[row.result], f"{said}({{F}}, {{N}})"
            yield _PLAIN[row.result], f"{said}({{F}}, {{F}}[:, :1])"
        case _:
            yield "T", f"{said}({{F}})"


def _constants(result: str, said: str) -> Iterator[tuple[str, str]]:
    """How a name is used that is not called."""
    match result:
        case "constant_number":
            yield "N", f"min({said}, 4.0)"
        case "constant_none":
            yield "T", f"{{F}}[:, {said}]"
        case "number_type":
            yield "A", f"np.array([[1, 0], [2, 3]], dtype={said})"
            yield "A", f"{{A}}.astype({said})"
        case _ if said.endswith("string"):
            yield "D", f"tf.strings.length(tf.constant('a', dtype={said}))"
        case _ if "uint" in said:
            # What becomes of negative numbers is up to the machine.
            yield "F", f"tf.cast(tf.cast({{P}}, {said}), tf.float32)"
        case _:
            yield "F", f"tf.cast(tf.cast({{F}}, {said}), tf.float32)"


_OTHERS = (
    *("{I}", "{IM}", "{F}[0, 0]", "tf.reduce_sum({F})", "tf.cast({F}, tf.float64)"),
    *("tf.cast({F}, tf.float16)", "tf.cast({I}, tf.int64)", "{C}", "{A}", "2.5", "[1.0, 2.0]"),
)
"""Other dtypes and ranks, and what becomes a tensor, where one release may take less."""
_REDUCED = ("", ", axis=1", ", axis=-1, keepdims=True", ", [0, 2]")
_TWO = "add arctan2 equal fmax greater hypot less logical_ maximum minimum multiply not_equal "
_TWO += "subtract"


def _takes_two(said: str) -> bool:
    last = said.rpartition(".")[2]
    return any(last.startswith(word) for word in _TWO.split()) and last != "logical_not"


def entries_of(text: str) -> set[str]:
    """The entries of the lists that stand in source: full names, attributes, built-ins."""
    found: set[str] = set()
    known = {name for _, name in members()}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            dotted = _dotted(node)
            if dotted is not None:
                found.add(dotted)
            elif node.attr in known:
                found.add(f".{node.attr}")
        elif isinstance(node, ast.Name) and node.id in builtins():
            found.add(node.id)
    return found


def _dotted(node: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in MODULES:
        return None
    name = ".".join((MODULES[node.id], *parts))
    return name if name in functions() else None


def all_entries(target: str) -> list[str]:
    """Every entry that is harmless in a release, named as `entries_of` names them."""
    names = [row.name for row in functions().values() if row.is_harmless_in(get_release(target))]
    attributes = {
        f".{item.name}" for item in members().values() if item.is_harmless_in(get_release(target))
    }
    return [*names, *sorted(attributes), *builtins()]


@dataclass(slots=True)
class Grammar:
    """Draws functions.

    Args:
        random: where all choices come from.
        release: whose Lambdas they are.
        with_odd: what not every release takes is drawn, too.
    """

    random: Random
    release: str
    with_odd: bool = True
    leaves: dict[str, str] = field(default_factory=dict)
    more: list[str] = field(default_factory=list)
    """Local names of type F."""

    def expression(self, entry: str = "") -> Expression:
        """A function in which an entry of the lists stands, any if it is empty."""
        as_def = self.random.random() < 0.5
        self.leaves = {name: name if as_def else f"t[{n}]" for n, name in enumerate(INPUTS)}
        self.more = []
        lines = []
        if as_def:
            lines.append(", ".join(INPUTS) + " = t")
            for name in ("a", "b")[: self.random.choice((0, 0, 1, 2))]:
                lines.append(f"{name} = {self.make('F', self.random.randint(0, 2))}")
                self.more.append(name)
        result = self._result(entry)
        defaults = (self.random.choice((2, 3, 0)), self.random.choice(("sum", "max")))
        head = f"t, k={defaults[0]!r}, mode={defaults[1]!r}"
        arguments: dict[str, object] = {}
        if self.random.random() < 0.25:
            arguments["k"] = self.random.choice((1, 2, 4))
        if not as_def:
            return Expression(f"f = lambda {head}: {result}", defaults, arguments)
        body = "".join(f"    {line}\n" for line in (*lines, f"return {result}"))
        return Expression(f"def f({head}):\n{body}", defaults, arguments)

    def _result(self, entry: str) -> str:
        ways_to_say = _ways_of(self.release).get(entry, []) if entry else []
        ways_to_say = [way for way in ways_to_say if self.with_odd or not way.is_odd]
        depth = self.random.choice((0, 0, 1, 1, 2))
        if ways_to_say:
            way = self.random.choice(ways_to_say)
            text, kind = self._fill(way.text, depth), way.type
        else:
            kind = self.random.choice(("F", "F", "F", "T", "B", "U", "M", "IM", "P", "N", "A"))
            text = self.make(kind, depth + 1)
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            if len(text) > _LONGEST:
                break
            text, kind = self._embed(text, kind)
        while kind in ("N", "A", "E", "W", "L"):
            text, kind = self._embed(text, kind)
        return text

    def _embed(self, text: str, kind: str) -> tuple[str, str]:
        """The expression as a part of a larger one."""
        match kind:
            case "N":
                return f"{self.leaf('F')} * ({text})", "F"
            case "W":
                return f"{self.leaf('F')} if {text} else {self.leaf('P')}", "F"
            case "A":
                return f"{self.leaf('F')}[:, :2, :2] * ({text})", "T"
            case "E":
                return f"{self.leaf('F')} * np.sum({text})", "F"
            case "L":
                return f"({text})[0]", "T"
            case "T":
                made = self.random.choice(("tf.reduce_mean({})", "tf.reduce_sum({})", "K.max({})"))
                return f"{self.leaf('F')} * {made.format(text)}", "F"
            case "D" | "U":
                return f"tf.cast({text}, tf.float32)", "T"
            case "S" | "O":
                return text, "O"
        holes = [way for way in ways(self.release) if f"{{{kind}}}" in way.text]
        way = self.random.choice(holes)
        if way.type in _NARROW and way.type != kind:
            return text, kind
        made = way.text.replace(f"{{{kind}}}", self._wrapped(text), 1)
        return self._fill(made, 0), way.type

    def make(self, kind: str, depth: int) -> str:
        """An expression of a type, nested that deep."""
        if depth <= 0 and kind in (*_LEAVES, "N", "A"):
            return self.leaf(kind)
        choices = _ways_to(self.release)[kind]
        way = self.random.choice(choices)
        if way.name and kind in _NARROW and kind != "C":
            way = self.random.choice([item for item in choices if not item.name] or choices)
        return self._fill(way.text, depth - 1)

    def leaf(self, kind: str) -> str:
        """The plainest expression of a type."""
        if kind == "N":
            return self.random.choice(("k", "2.0", "0.5", "3"))
        if kind == "A":
            return "np.array([[1.0, 2.0], [0.5, 3.0]])"
        if kind == "F" and self.more and self.random.random() < 0.6:
            return self.random.choice(self.more)
        return self.leaves[self.random.choice(_LEAVES[kind])]

    def filled(self, text: str) -> str:
        """A form with plain expressions in its places."""
        return self._fill(text, 0)

    def _fill(self, text: str, depth: int) -> str:
        def put(found: re.Match[str]) -> str:
            match found.group(1):
                case "k" | "mode" as name:
                    return name
                case "n":
                    return repr(self.random.choice((0.25, 0.5, 0.75)))
                case "s" | "x" | "y" as name:
                    return self.leaves[name]
                case kind:
                    deep = depth if self.random.random() < 0.6 else 0
                    return self._wrapped(self.make(kind, deep))

        return _HOLE.sub(put, text)

    @staticmethod
    def _wrapped(text: str) -> str:
        return f"({text})" if _BINDS.search(text) else text


@cache
def _ways_to(release: str) -> Mapping[str, list[Way]]:
    found: dict[str, list[Way]] = {}
    for way in ways(release):
        found.setdefault(way.type, []).append(way)
        if way.type == "F":
            # Forms are few beside functions, and are what people write.
            found["F"].extend([way] * (0 if way.name else 6))
    return found


@cache
def _ways_of(release: str) -> Mapping[str, list[Way]]:
    """By the entry that stands in them."""
    found: dict[str, list[Way]] = {}
    for way in ways(release):
        plain = _HOLE.sub("t", way.text)
        for entry in entries_of(plain):
            if not way.name or way.name == entry:
                found.setdefault(entry, []).append(way)
    return found


def reachable(release: str) -> frozenset[str]:
    """The entries that some way to say something in a release mentions."""
    return frozenset(_ways_of(release))
