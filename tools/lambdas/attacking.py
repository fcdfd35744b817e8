"""What converts of expressions that would do more than compute, run under strace."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

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
    write_model,
)
from lambdas.grammar import Expression, Grammar, all_entries, entries_of, reachable
from lambdas.hostile import Hostile
from lambdas.ledger import Ledger, kind_of
from lambdas.traced import Access, Log, command, events

TARGET = "tf1.12"
SOURCES = ("tf2.3", "tf1.12")
_RAREST = 100
"""Entries that say which source release comes next."""
_HARMLESS = (
    *("t[0] * 2.0", "tf.nn.relu(t[0])", "K.sum(t[0], axis=1)", "t[0][:, 0]", "tf.cumsum(t[0])"),
    *("tf.matmul(t[5], t[5])", "tf.linalg.inv(t[5])", "tf.strings.length(t[7])", "tf.eye(3)"),
    *("tf.nn.conv2d(t[4], tf.ones([3, 3, 3, 2]), [1, 1, 1, 1], 'SAME')", "tf.transpose(t[0])"),
    *("tf.map_fn(lambda e: e * 2.0, t[0])", "tf.image.rgb_to_hsv(t[4])", "K.std(t[0])"),
    *("tf.cond(K.sum(t[0]) > 0.0, lambda: 1.0, lambda: 2.0)", "K.in_train_phase(t[0], t[1])"),
    *("tf.random.normal([3, 2])", "tf.gather(t[0], [0])", "tf.concat([t[0], t[1]], 1)"),
    *("tf.one_hot(t[3], 4)", "tf.cast(t[0], tf.float64)", "tf.unique(tf.reshape(t[3], [-1]))[0]"),
    *("tf.reshape(t[0], [5, 5])", "t[0] + t[4]"),
)
"""The last two fail as they run, and as they are built: that is said with lines of source."""
_PROCESSORS = frozenset(
    {"/proc/cpuinfo", "/proc/stat", "/proc/meminfo", "/sys/devices/system/cpu/online"}
)
"""Where libraries look, the first time that they need to, for how many processors there are."""
CONTROL: Mapping[str, str] = {
    "writes a file": "open(FOLDER + '/owned', 'w').close()",
    "reads a file": "open('/etc/hostname').close()",
    "looks for a file": "os.path.exists(FOLDER + '/other')",
    "makes a folder": "os.mkdir(FOLDER + '/made')",
    "renames": "os.rename(FOLDER + '/made', FOLDER + '/renamed')",
    "starts a process": "os.system('true')",
    "forks": "os.fork() or os._exit(0)",
    "makes a socket": "socket.socket()",
    "unmarshals": "marshal.loads(b'N')",
    "unpickles": "pickle.loads(b'N.')",
    "compiles": "compile('1', 'a', 'eval')",
    "executes": "exec('1')",
    "evaluates": "eval('1')",
    "writes with NumPy": "np.zeros(2).tofile(FOLDER + '/array')",
    "reads with TensorFlow": "tf.Session().run(tf.read_file('/etc/hostname'))",
}
"""What has to be noticed, so that silence says something."""


@dataclass(slots=True)
class Attack:
    """The processes of a campaign.

    Args:
        compilers: Pythons of the source releases.
        names: what may be asked of values there, by release and kind.
        target: the target release, under strace.
        log: what strace writes.
        allowed: paths that a harmless model reads.
    """

    compilers: Mapping[str, Worker]
    names: Mapping[str, Mapping[str, list[str]]]
    target: Worker
    log: Log
    allowed: frozenset[str] = frozenset()
    marks: int = 0
    written: dict[str, str] = field(default_factory=dict)

    def warm_up(self) -> list[str]:
        """Learn what a harmless model reads; what else one does, which should be nothing."""
        read: set[str] = set()
        left: list[str] = []
        for _ in range(2):
            made = [Expression(f"f = lambda t: {text}") for text in _HARMLESS]
            with tempfile.TemporaryDirectory(prefix="keraport-attack-") as folder:
                result = self._run(self._stored(made, "tf2.3"), "tf2.3", Path(folder), 0)
            read.update(p for item in result.accesses if not item.writes for p in item.paths)
            left = [item.line for item in result.accesses if item.writes] + result.reported
        self.allowed = frozenset(read) | self._sources() | _PROCESSORS
        return left

    def _sources(self) -> frozenset[str]:
        """Loaded modules and the folders above.

        A deprecated function warns of its use, and looks for the line that it was called from.
        """
        files = {Path(path) for path in self.target.request("modules")["files"]}
        files |= {path.resolve() for path in files}
        return frozenset(str(item) for path in files for item in (path, *path.parents))

    def control(self) -> list[str]:
        """Which of `CONTROL` is not noticed, done by functions that no translation wrote."""
        with tempfile.TemporaryDirectory(prefix="keraport-control-") as name:
            folder = Path(name)
            inputs, out = folder / "inputs.npz", folder / "out.h5"
            write_inputs(inputs, 0)
            lines = ["import marshal, os, pickle, socket", "import numpy as np"]
            lines += ["import tensorflow as tf", f"FOLDER = {str(folder)!r}"]
            for n, text in enumerate(CONTROL.values()):
                lines.append(f"def f{n}(t):\n    {text}\n    return t[0]")
            companion_of(out).write_text("\n".join(lines), encoding="utf-8")
            silent = []
            for n, what in enumerate(CONTROL):
                functions = [[f"f{n}", f"f{n}", {}]]
                own = frozenset([str(inputs), str(folder)])
                if not self._request(out, inputs, own, functions=functions, model=None).events:
                    silent.append(what)
            return silent

    def batch(self, ledger: Ledger, size: int) -> dict[str, Any]:
        """Generate, convert and run so many functions; what to write down."""
        number = len(ledger.rows)
        random = Random(f"{ledger.seed}/{number}")
        release = _release(ledger)
        drawn = self._drawn(ledger, random, release, size)
        refused: Counter[str] = Counter()
        with tempfile.TemporaryDirectory(prefix="keraport-attack-") as folder:
            result = self._run(drawn, release, Path(folder), number, refused)
        texts = {item.name: item.expression.text for item in drawn}
        entries: Counter[str] = Counter()
        for name in result.ran:
            entries.update(entries_of(texts[name]) | entries_of(self.written[name]))
        found = (
            [{"text": result.ran_texts(texts), "events": result.events}] if result.events else []
        )
        return {
            "release": release,
            "generated": size,
            "refused": refused,
            "unbuilt": Counter(map(kind_of, result.failed.values())),
            "ran": len(result.ran),
            "hostile": sum(name.startswith("h") for name in result.ran),
            "events": found,
            "entries": entries,
        }

    def _drawn(self, ledger: Ledger, random: Random, release: str, size: int) -> list[Stored]:
        grammar = Grammar(random, release, with_odd=False)
        hostile = Hostile(random, release, self.names[release])
        wanted = ledger.rarest(sorted(set(all_entries(TARGET)) & reachable(release)))
        made = []
        for n in range(size):
            if n % 2:
                made.append(hostile.expression())
            elif random.random() < 0.8:
                made.append(grammar.expression(wanted[n // 2 % len(wanted)]))
            else:
                made.append(grammar.expression())
        return self._stored(made, release)

    def _stored(self, made: list[Expression], release: str) -> list[Stored]:
        texts = [item.text for item in made]
        codes = self.compilers[release].request("compile", texts=texts)["codes"]
        return [
            Stored(f"{'gh'[n % 2]}{n}", item, code)
            for n, (item, code) in enumerate(zip(made, codes, strict=True))
            if code
        ]

    def _run(
        self,
        drawn: list[Stored],
        release: str,
        folder: Path,
        number: int,
        refused: Counter[str] | None = None,
    ) -> _Result:
        refused = Counter() if refused is None else refused
        kept = []
        for item in drawn:
            try:
                self.written[item.name] = translated(item, release).source
                kept.append(item)
            except UntranslatableError as error:
                refused[kind_of(str(error))] += 1
        model, out, inputs = folder / "model.h5", folder / "out.h5", folder / "inputs.npz"
        write_inputs(inputs, number)
        write_model(model, release, kept)
        refused.update(kind_of(text) for text in convert_batch(model, out, release).values())
        layers = lambdas_of(out)
        own = frozenset(map(str, (out, companion_of(out), inputs, folder)))
        # One by one first, so that one that cannot be built does not hide the others.
        likely = [item for item in layers if item[0].startswith("h")]
        tried = self._request(out, inputs, own, functions=likely, model=None)
        drop_layers(out, tried.failed)
        loaded = self._request(out, inputs, own, functions=[], model=str(out))
        if "the model" in loaded.failed:
            again = self._request(out, inputs, own, functions=lambdas_of(out), model=None)
            tried.take(again)
            drop_layers(out, again.failed)
            loaded = self._request(out, inputs, own, functions=[], model=str(out))
        loaded.take(tried)
        return loaded

    def _request(self, out: Path, inputs: Path, own: frozenset[str], **more: Any) -> _Result:
        self.marks += 1
        reply = self.target.request(
            "run",
            mark=str(self.marks),
            companion=str(companion_of(out)),
            module=f"companion_{self.marks}",
            specs=SPECS,
            inputs=str(inputs),
            values=None,
            **more,
        )
        accesses = self.log.between(str(self.marks))
        accesses = [item for item in accesses if item.writes or not set(item.paths) <= own]
        failed = dict(reply["failed"])
        if reply["problem"]:
            failed["the model"] = reply["problem"]
        found = reply["events"] + events(accesses, self.allowed)
        return _Result(reply["ran"], failed, accesses, found, reply["events"])


def _release(ledger: Ledger) -> str:
    """The source release that can say most of what was seen least."""
    rarest = set(ledger.rarest(all_entries(TARGET))[:_RAREST])
    return max(SOURCES, key=lambda release: len(rarest & reachable(release)))


@dataclass(slots=True)
class _Result:
    ran: list[str]
    failed: dict[str, str]
    accesses: list[Access]
    events: list[str]
    reported: list[str]

    def take(self, other: _Result) -> None:
        """Add what another request with the same functions did."""
        self.failed.update(other.failed)
        self.accesses.extend(other.accesses)
        self.events.extend(other.events)
        self.reported.extend(other.reported)

    def ran_texts(self, texts: Mapping[str, str]) -> list[str]:
        """The source of everything that was converted: one of them did it."""
        return [texts[name] for name in (*self.ran, *self.failed) if name in texts]


@contextmanager
def attack() -> Iterator[Attack]:
    """The processes, started; they know what a harmless model does.

    Raises:
        FileNotFoundError: strace is not installed.
        SystemExit: a harmless model does what counts as an event, or what must be noticed is not.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keraport-strace-")))
        log = folder / "strace.log"
        target = stack.enter_context(Worker(TARGET, "worker_target", command(log)))
        compilers = {name: stack.enter_context(Worker(name, "compile_in")) for name in SOURCES}
        names = {name: worker.request("names") for name, worker in compilers.items()}
        running = Attack(compilers, names, target, Log(log))
        left = running.warm_up()
        if left:
            raise SystemExit("a harmless model does this:\n" + "\n".join(left))
        silent = running.control()
        if silent:
            raise SystemExit(f"not noticed: {', '.join(silent)}")
        yield running
