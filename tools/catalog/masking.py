"""Whether a layer passes masks on: the value that its constructor leaves in `supports_masking`."""

from __future__ import annotations

import ast

from catalog.classes import ancestry, find_method, method, signature, super_index
from catalog.source import ClassRef

_ATTRIBUTES = ("supports_masking", "_supports_masking")


def supports_masking(cls: ClassRef) -> bool:
    """The value after construction with the defaults.

    The order of statements matters: ``Bidirectional`` of TF 1.12 sets it and then calls the
    constructor of its base, which resets it.
    """
    chain = ancestry(cls)
    value = False
    for ancestor in reversed(chain):
        for node in ancestor.node.body:
            if isinstance(node, ast.Assign):
                value = _assigned(node, chain, value, ancestor)
    return _constructed(chain, 0, value)


def _constructed(chain: tuple[ClassRef, ...], start: int, value: bool) -> bool:
    found = find_method(chain, "__init__", start)
    if found is None:
        return value
    return _block(chain, found[0], found[1].body, value, certain=True)


def _block(
    chain: tuple[ClassRef, ...], index: int, body: list[ast.stmt], value: bool, *, certain: bool
) -> bool:
    """The value after these statements; assignments under a condition do not count."""
    for node in body:
        if isinstance(node, ast.If | ast.With | ast.Try | ast.For):
            sure = certain and isinstance(node, ast.With)
            value = _block(chain, index, node.body, value, certain=sure)
            if isinstance(node, ast.If):
                value = _block(chain, index, node.orelse, value, certain=False)
        elif isinstance(node, ast.Assign) and certain:
            value = _assigned(node, chain, value, chain[index])
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            start = _base_constructor(node.value, chain, index)
            if start is not None:
                value = _constructed(chain, start, value)
    return value


def _base_constructor(call: ast.Call, chain: tuple[ClassRef, ...], index: int) -> int | None:
    """Where in `chain` the constructor that `call` runs is looked for; None if it runs none."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"):
        return None
    if isinstance(call.func.value, ast.Call):
        return super_index(call.func.value, chain, index)
    ref = chain[index].module.evaluate(call.func.value)
    return chain.index(ref) if isinstance(ref, ClassRef) and ref in chain else None


def _assigned(node: ast.Assign, chain: tuple[ClassRef, ...], before: bool, owner: ClassRef) -> bool:
    target = node.targets[0]
    name = target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)
    if name not in _ATTRIBUTES:
        return before
    if isinstance(node.value, ast.Constant):
        return bool(node.value.value)
    if ast.unparse(node.value).endswith("is_default(self.compute_mask)"):
        return _overrides_compute_mask(chain)
    constructor = method(owner, "__init__")
    if constructor is not None and isinstance(node.value, ast.Name):  # a parameter's default
        defaults = signature(owner.module, constructor, bound=True).defaults
        return bool(defaults.get(node.value.id, before))
    return before


def _overrides_compute_mask(chain: tuple[ClassRef, ...]) -> bool:
    """Anything but the base layer's own ``compute_mask``, which is marked ``@default``."""
    found = find_method(chain, "compute_mask")
    if found is None:
        return False
    return not any(ast.unparse(item).endswith("default") for item in found[1].decorator_list)
