"""Bodies in the operations of a target; what it does not register is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keraport.formats.checkpoint.entries import DTYPES
from keraport.graphs.body import Body, Node, Ref, length
from keraport.graphs.branches import BRANCHES
from keraport.graphs.choices import CHOICES
from keraport.graphs.forks import is_list_operation
from keraport.graphs.kernels import Kernels, has_kernel
from keraport.graphs.loops import LOOPS
from keraport.graphs.own_gradients import NAME, keeps_gradient
from keraport.graphs.refusal import Refusal
from keraport.graphs.rules import RULES
from keraport.graphs.site import InexpressibleError, Site

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

UNFOLDED: Final = LOOPS | BRANCHES | CHOICES
"""What becomes other operations later."""
_SAY_NOTHING: Final = frozenset(
    {"parallel_iterations", "output_shapes", "config", "config_proto", "executor_type"}
    | {"incompatible_shape_error", "use_inter_op_parallelism", "allowed_devices", "metadata"}
    | {"debug_name", "grad_a", "grad_b"}
    | {"validate_indices", "max_num_elements"}
)
"""Settings that change no result where the operation succeeds."""


class Legalizer:
    """Rewrites bodies.

    Args:
        source: registry of the release that wrote the file.
        target: registry of the release that is to run it.
        release: the target's id, for messages.
        kernels: of the target.
    """

    def __init__(
        self,
        source: Mapping[str, pb.Op],
        target: Mapping[str, pb.Op],
        release: str,
        kernels: Kernels,
    ) -> None:
        self._kernels = kernels
        self._source = source
        self._target = target
        self._release = release
        self.refusals: list[Refusal] = []
        self.rewritten: dict[str, int] = {}

    def legal(self, body: Body) -> Body:
        """The body in the target's operations; what has none is among the refusals."""
        nodes: dict[str, Node] = {}
        moved: dict[str, list[Ref]] = {}
        for node in body.nodes.values():
            try:
                made, results = self._replaced(node, body.nodes)
            except InexpressibleError as error:
                self.refusals.append(Refusal(node.name, node.op, error.reason))
                continue
            nodes |= {item.name: item for item in made}
            if results and results != [Ref(node.name, n) for n in range(len(results))]:
                moved[node.name] = results
        for item in nodes.values():
            item.inputs = [_moved(ref, moved) for ref in item.inputs]
        results = [_moved(ref, moved) for ref in body.results]
        return replace(body, nodes=nodes, results=results)

    def _replaced(self, node: Node, taken: Mapping[str, Node]) -> tuple[list[Node], list[Ref]]:
        self._require_sound(node)
        if node.op in UNFOLDED or is_list_operation(node.op):
            return [replace(node, device="")], []
        problem = self._problem(node)
        rule = RULES.get(node.op)
        if rule is None or (problem is None and node.op not in _ALWAYS):
            if problem is not None:
                raise InexpressibleError(problem)
            made = self._trimmed(node)
            if keeps_gradient(node, taken):
                made.attrs[NAME] = node.attrs[NAME]
            return [made], []
        site = Site(node, taken)
        results = rule(site)
        self.rewritten[node.op] = self.rewritten.get(node.op, 0) + 1
        for item in site.made:
            if (problem := self._problem(item)) is not None:
                raise InexpressibleError(problem)
        return [self._trimmed(item) for item in site.made], results

    def _require_sound(self, node: Node) -> None:
        """Refuse a node that is not what its release registers, before a rule relies on it."""
        op = self._source.get(node.op)
        if op is None:
            return
        for setting in op.attr:
            if setting.name not in node.attrs:
                raise InexpressibleError(f"damaged: the setting {setting.name} is missing")
            kind, found = setting.type, node.attrs[setting.name].WhichOneof("value")
            if found != _FIELDS.get(kind, "list" if kind.startswith("list(") else found):
                raise InexpressibleError(f"damaged: the setting {setting.name} is no {kind}")
        expected = sum(length(arg, node.attrs) for arg in op.input_arg)
        if len(node.inputs) != expected:
            raise InexpressibleError(f"damaged: {len(node.inputs)} inputs, expected {expected}")

    def _problem(self, node: Node) -> str | None:
        """Why the target would not take a node as it is; None if it does."""
        op = self._target.get(node.op)
        if op is None:
            return f"{self._release} has no operation {node.op}"
        known = {setting.name: setting for setting in op.attr}
        for name, value in node.attrs.items():
            if name in known or name.startswith("_") or name in _SAY_NOTHING:
                continue
            if value != self._default(node.op, name):
                return f"{self._release} has no setting {name} of {node.op}"
        for name, setting in known.items():
            given = node.attrs.get(name)
            if given is None:
                if not setting.HasField("default_value"):
                    return f"{node.op} of {self._release} needs the setting {name}"
                continue
            if setting.HasField("allowed_values") and not _allowed(given, setting):
                return f"{node.op} of {self._release} takes another {name}"
        expected = sum(length(arg, node.attrs) for arg in op.input_arg)
        if expected != len(node.inputs):
            return f"{node.op} of {self._release} has {expected} inputs, not {len(node.inputs)}"
        if not has_kernel(node, self._kernels):
            return f"{self._release} has no kernel of {node.op} for {_kinds(node)}"
        return None

    def _default(self, op: str, name: str) -> pb.Attr | None:
        known = self._source.get(op)
        for setting in known.attr if known is not None else ():
            if setting.name == name and setting.HasField("default_value"):
                return setting.default_value
        return None

    def _trimmed(self, node: Node) -> Node:
        """Without settings that the target does not know; those that are there say nothing."""
        known = {setting.name for setting in self._target[node.op].attr}
        kept = {name: value for name, value in node.attrs.items() if name in known}
        return replace(node, attrs=kept, device="")


_ALWAYS: Final = frozenset({"AddV2", "BroadcastTo", "MaxPoolWithArgmax"})
"""What has few kernels in the releases that register it first, or counts otherwise there."""


_FIELDS: Final = {
    "bool": "b",
    "float": "f",
    "func": "func",
    "int": "i",
    "shape": "shape",
    "string": "s",
    "tensor": "tensor",
    "type": "type",
}
"""Where a setting of a kind is kept."""


def _kinds(node: Node) -> str:
    """The dtypes that a node is about."""
    found = [attr.type for attr in node.attrs.values() if attr.WhichOneof("value") == "type"]
    return ", ".join(DTYPES.get(dtype, str(dtype)) for dtype in found) or "a CPU"


def _allowed(value: pb.Attr, setting: pb.Op.Setting) -> bool:
    listed = setting.allowed_values.list
    if setting.type == "type":
        return value.type in listed.type
    if setting.type == "string":
        return value.s in listed.s
    if setting.type == "list(type)":
        return all(item in listed.type for item in value.list.type)
    return True


def _moved(ref: Ref, moved: Mapping[str, list[Ref]]) -> Ref:
    return moved[ref.node][ref.output] if ref.node in moved else ref
