"""What can be wrong with a model file, as a reviewer of security wants it told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from keraport.records import dataclass


class HazardKind(StrEnum):
    """What would happen; the worst first, in the order in which they are shown."""

    BYTECODE = "bytecode"
    """A Lambda: loading or calling it runs code from the file."""
    PICKLE = "pickle"
    """A pickle inside: unpickling it runs code from the file."""
    HELPER = "helper"
    """A function of Keras itself that downloads, unpacks, loads or switches a guard off."""
    MODULE = "module"
    """A class named with a module that is not Keras': loading may import it."""
    OPERATION = "operation"
    """An operation of the graph that runs Python, or touches files."""
    FILE = "file"
    """A path or URL that loading would open."""
    LINK = "link"
    """Something in the file whose bytes lie in another place."""
    CUSTOM_CLASS = "custom_class"
    """A class that the release does not have; someone has to provide it."""


class Level(StrEnum):
    """How bad it is, in the words of SARIF."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    def reaches(self, other: Level) -> bool:
        """True if it is as bad as `other`, or worse."""
        worst_first = list(Level)
        return worst_first.index(self) <= worst_first.index(other)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known about a kind of hazard.

    Args:
        title: in a few words.
        level: how bad.
        loading: what happens when stock Keras loads such a file.
        here: what keraport does with it.
    """

    title: str
    level: Level
    loading: str
    here: str


RULES: Final[Mapping[HazardKind, Rule]] = {
    HazardKind.BYTECODE: Rule(
        "Python bytecode in the file",
        Level.ERROR,
        "Keras unmarshals the bytecode while it loads the model and runs it with the user's "
        "permissions; Keras 3 refuses only for .keras files, and only with safe_mode=True",
        "the bytecode is never unmarshalled and never run; convert refuses the layer unless "
        "--lambda names a function or --translate-lambdas reads the bytecode as data",
    ),
    HazardKind.PICKLE: Rule(
        "a pickle in the file",
        Level.ERROR,
        "Keras hands the bytes to torch.load, which unpickles them and thereby runs code of the "
        "file",
        "nothing is unpickled; convert refuses the layer",
    ),
    HazardKind.HELPER: Rule(
        "a function of Keras that is no part of a model",
        Level.ERROR,
        "Keras looks the name up among its own functions and calls it with the arguments in the "
        "file: get_file downloads and unpacks archives, enable_unsafe_deserialization switches "
        "safe_mode off",
        "only classes of the release's catalog count as built-in; convert refuses this one",
    ),
    HazardKind.MODULE: Rule(
        "a module outside of Keras",
        Level.ERROR,
        "Keras 2.13 to 3.8 import the module and call what the file names in it, with the "
        "arguments in the file; later releases do so for registered classes only",
        "modules and classes in a config are text: nothing is imported; convert treats the class "
        "as a custom one",
    ),
    HazardKind.OPERATION: Rule(
        "an operation that leaves the graph",
        Level.ERROR,
        "TensorFlow runs the operation when the model is called, and some while it is loaded: it "
        "reads or writes files, or calls Python",
        "the graph is never run; convert takes layers and weights only",
    ),
    HazardKind.FILE: Rule(
        "a path or URL that loading opens",
        Level.WARNING,
        "Keras opens the path with the user's permissions, from the network too, and its content "
        "becomes part of the model",
        "the path is never opened, nor checked",
    ),
    HazardKind.LINK: Rule(
        "bytes that lie in another file",
        Level.WARNING,
        "HDF5 follows the link when the model is loaded and reads whatever the other file holds "
        "there as if it were a weight",
        "it is not followed: nothing that Keras reads leads there, or reading would have ended "
        "with exit status 4",
    ),
    HazardKind.CUSTOM_CLASS: Rule(
        "a class that is not part of the release",
        Level.NOTE,
        "Keras asks custom_objects for the class and refuses without it; whoever loads the model "
        "has to bring the code, so read that code first",
        "the class is data; convert refuses it unless --objects names a file that defines it, "
        "which is parsed and never run",
    ),
}


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard.

    Args:
        kind: what would happen.
        where: the layer's path, ``training`` or the object in the file; config keys follow after
            a colon.
        text: what was found.
        cve: the known vulnerabilities of Keras that such a file uses.
    """

    kind: HazardKind
    where: str
    text: str
    cve: tuple[str, ...] = ()

    @property
    def rule(self) -> Rule:
        """What is known about its kind."""
        return RULES[self.kind]

    def to_json(self) -> dict[str, Any]:
        """The stable shape."""
        return {
            "kind": self.kind.value,
            "level": self.rule.level.value,
            "where": self.where,
            "text": self.text,
            "loading": self.rule.loading,
            "here": self.rule.here,
            "cve": list(self.cve),
        }


def in_order(hazards: Iterable[Hazard]) -> tuple[Hazard, ...]:
    """Each once, the worst first."""
    order = list(HazardKind)
    return tuple(sorted(dict.fromkeys(hazards), key=lambda hazard: order.index(hazard.kind)))
