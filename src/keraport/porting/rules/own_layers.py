"""Classes of layers: their weights, the layers inside them, and the shapes they are handed."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context, arguments, code, keyword
from keraport.porting.layer_classes import is_layer_base
from keraport.porting.rules.calls import with_arguments
from keraport.porting.rules.stock_layers import with_more

_MIXIN = "_CountsLayersInside"
_SHAPED = ("build", "compute_output_shape")
_ADD_WEIGHT = ("name", "shape", "dtype", "initializer", "regularizer", "trainable")
"""Parameters that are given by position at times; the same in both."""

_OF_INTEGERS = frozenset({"cast", "embedding_lookup", "gather", "one_hot", "to_float"})
"""Functions that layers hand integers to."""

_GONE = ("experimental_autocast", "caching_device")
"""Keywords of add_weight that only say how TensorFlow 2 stores the variable."""

_HANDED = {"training": ("", "False"), "mask": ("",)}
"""Parameters of call that TensorFlow 2 fills, and the defaults that would hide that."""


def add_weight(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``self.add_weight`` has to be told a name and a shape; TensorFlow 2 has defaults.

    See ``Layer.add_weight`` in ``tensorflow/python/keras/engine/base_layer.py`` of both releases.
    """
    if not isinstance(updated, cst.Call) or not m.matches(
        original.func, m.Attribute(m.Name("self"), m.Name("add_weight"))
    ):
        return updated
    given = arguments(original, _ADD_WEIGHT)
    if given is None:
        context.left(
            original, "arguments by * or **: name and shape of a weight must be among them"
        )
        return updated
    unnamed = "name" in given and code(given["name"]) == "None"
    floats = ("dtype" not in given or code(given["dtype"]) == "None") and _takes_integers(
        original, context
    )
    # A positional None before other positional arguments can only be replaced where it stands.
    in_place = unnamed and sum(item.keyword is None for item in original.args) > 1
    kept = []
    for old, new in zip(original.args, updated.args, strict=True):
        if unnamed and old.value is given["name"]:
            if in_place:
                kept.append(new.with_changes(value=_name_of(original, context)))
        elif floats and old.value is given.get("dtype"):
            kept.append(new.with_changes(value=_float_dtype(original, context)))
        elif not (old.keyword and old.keyword.value in _GONE):
            kept.append(new)
    added = []
    if "name" not in given or (unnamed and not in_place):
        added.append(keyword("name", _name_of(original, context)))
    if "shape" not in given:
        context.changed(original, "the weight is declared as a scalar")
        added.append(keyword("shape", cst.Tuple([])))
    made = _with_more(updated, kept, added)
    if floats and "dtype" not in given:
        made = with_more(made, [keyword("dtype", _float_dtype(original, context))])
    return made


def _name_of(call: cst.Call, context: Context) -> cst.SimpleString:
    name = _attribute_name(call, context)
    context.changed(call, f'the weight is named "{name}"')
    return cst.SimpleString(f'"{name}"')


def _float_dtype(call: cst.Call, context: Context) -> cst.Call:
    context.changed(call, "the weight is of floats, whatever comes in")
    return cst.Call(context.helper("_float_dtype"), [cst.Arg(cst.Name("self"))])


def _takes_integers(call: cst.Call, context: Context) -> bool:
    """True if the layer looks things up by its input, or casts it: it may be of integers.

    Layers of TensorFlow 1.12 take the dtype of their input for that of their weights.
    """
    owner = context.around(call, cst.ClassDef)
    method = context.tree.classes[id(owner)].methods.get("call") if owner is not None else None
    params = [] if method is None else [*method.params.posonly_params, *method.params.params]
    if method is None or len(params) < 2:
        return False
    given = m.Call(args=[m.ZeroOrMore(), m.Arg(m.Name(params[1].name.value)), m.ZeroOrMore()])
    for item in m.findall(method.body, given):
        api = context.api(cst.ensure_type(item, cst.Call).func)
        if api is not None and api.path.rpartition(".")[2] in _OF_INTEGERS:
            return True
    return False


def _with_more(call: cst.Call, kept: list[cst.Arg], added: list[cst.Arg]) -> cst.Call:
    """New arguments stand as the old ones do, in lines of their own or not.

    A name goes first; a shape goes last if the name stands there already.
    """
    commas = [item.comma for item in call.args[:-1] if isinstance(item.comma, cst.Comma)]
    usual = commas[0] if commas else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    named = bool(added) and added[0].keyword is not None and added[0].keyword.value == "name"
    args = [*added, *kept] if named else [*kept, *added]
    made = [
        item if isinstance(item.comma, cst.Comma) else item.with_changes(comma=usual)
        for item in args[:-1]
    ]
    last = args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return with_arguments(call, [*made, last])


def _attribute_name(call: cst.Call, context: Context) -> str:
    found = context.parent(call)
    if isinstance(found, cst.Assign):
        target = found.targets[0].target
        if isinstance(target, cst.Attribute | cst.Name):
            name = target.attr.value if isinstance(target, cst.Attribute) else target.value
            return name.strip("_") or "weight"
    return "weight"


def layer_class(original: cst.ClassDef, updated: cst.ClassDef, context: Context) -> cst.ClassDef:
    """A layer that has layers inside counts their weights only since TensorFlow 1.13.

    The class that does it for older releases stands right before the first base that is a layer:
    bases of the file have it from the same place, so Python finds an order for all.
    """
    if id(original) not in context.counting:
        return updated
    context.changed(original, f"{original.name.value} counts the weights of the layers inside")
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    mixin = cst.Arg(context.helper(_MIXIN), comma=comma)
    place = next(
        (at for at, base in enumerate(original.bases) if is_layer_base(base.value, context)), 0
    )
    bases = list(updated.bases)
    return updated.with_changes(bases=[*bases[:place], mixin, *bases[place:]])


def shaped_method(
    original: cst.FunctionDef, updated: cst.FunctionDef, context: Context
) -> cst.FunctionDef:
    """``build`` gets shapes of numbers, as TensorFlow 2 hands them."""
    owner = context.around(original, cst.ClassDef)
    params = [*original.params.posonly_params, *original.params.params]
    if original.name.value not in _SHAPED or owner is None or len(params) < 2:
        return updated
    name = params[1].name.value
    if owner.name.value not in context.layers or not _looks_inside(original, name, context):
        return updated
    if not isinstance(updated.body, cst.IndentedBlock):
        context.left(original, "write the body on separate lines")
        return updated
    context.changed(original, f"{name} is made of numbers, as in TensorFlow 2")
    value = cst.Call(context.helper("_input_shapes"), [cst.Arg(cst.Name(name))])
    line = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], value)])
    body = list(updated.body.body)
    after = 1 if original.get_docstring() is not None else 0
    body.insert(after, line)
    return updated.with_changes(body=updated.body.with_changes(body=body))


def output_shape(original: cst.Return, updated: cst.Return, context: Context) -> cst.Return:
    """``compute_output_shape`` has to give a ``TensorShape``: TimeDistributed asks it for more.

    See ``TimeDistributed.compute_output_shape`` in ``tensorflow/python/keras/layers/wrappers.py``.
    """
    function = context.around(original, cst.FunctionDef)
    owner = context.around(function, cst.ClassDef) if function is not None else None
    if function is None or function.name.value != "compute_output_shape" or owner is None:
        return updated
    value = updated.value
    if owner.name.value not in context.layers or not isinstance(value, cst.Tuple | cst.List):
        return updated
    if isinstance(value, cst.Tuple) and not value.lpar:
        value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    context.changed(original, "compute_output_shape gives a TensorShape")
    return updated.with_changes(value=cst.Call(context.helper("_input_shapes"), [cst.Arg(value)]))


def _looks_inside(node: cst.FunctionDef, name: str, context: Context) -> bool:
    """True if the shape is used, and not only passed on or given back."""
    for item in m.findall(node.body, m.Name(name)):
        around = context.parent(item)
        if isinstance(around, cst.Return):
            continue
        call = context.parent(around) if isinstance(around, cst.Arg) else None
        if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
            return True
        if call.func.attr.value not in _SHAPED and context.api(call.func) is None:
            return True
    return False


def call_method(
    original: cst.FunctionDef, updated: cst.FunctionDef, context: Context
) -> cst.FunctionDef:
    """``training`` and ``mask`` are handed to ``call`` only by Keras of TensorFlow 2.

    Where nobody hands them on, None means there what they are in TensorFlow 2: the learning phase
    of the layers inside, and no mask. See ``Layer.__call__`` of both releases.
    """
    owner = context.around(original, cst.ClassDef)
    if original.name.value != "call" or owner is None or owner.name.value not in context.layers:
        return updated
    params = []
    by_place = len(updated.params.params)
    for index, item in enumerate([*updated.params.params, *updated.params.kwonly_params]):
        name = item.name.value
        later = updated.params.params[index + 1 :]
        free = all(other.default or other.name.value in _HANDED for other in later)
        said = "" if item.default is None else code(item.default)
        if name in _HANDED and said in _HANDED[name] and free:
            context.changed(original, f"{name} of call is None unless it is given")
            equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
            given = item.equal if item.default is not None and not item.annotation else equal
            if item.annotation:
                given = cst.AssignEqual()
            item = item.with_changes(default=cst.Name("None"), equal=given)
        params.append(item)
    made = updated.params.with_changes(params=params[:by_place], kwonly_params=params[by_place:])
    return updated.with_changes(params=made)


def decorator(
    original: cst.Decorator, updated: cst.Decorator, context: Context
) -> cst.Decorator | cst.RemovalSentinel:
    """Decorators that the target does not need."""
    node = original.decorator
    api = context.api(node.func if isinstance(node, cst.Call) else node)
    if api is None or api.path not in context.tables.decorators:
        return updated
    context.changed(original, f"@tf.{api.path} is left out: {context.tables.decorators[api.path]}")
    return cst.RemoveFromParent()
