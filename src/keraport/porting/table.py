"""All rules, by the kind of node, in the order in which they are applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import libcst as cst

from keraport.porting.context import Context
from keraport.porting.newer import attributes, call_signature, hard_sigmoid, layers, variables
from keraport.porting.newer import imports as newer_imports
from keraport.porting.newer import strings as newer_strings
from keraport.porting.rules import annotations as types
from keraport.porting.rules import (
    calls,
    changed_calls,
    eager,
    fstrings,
    imports,
    initializers,
    operators,
    own_layers,
    public_names,
    returned,
    shapes,
    stock_layers,
    strings,
    syntax,
    tensor_arguments,
    training,
    windows,
)

Rule = Callable[[Any, Any, Context], Any]
"""Gets a node of the file as it was, the same with what is inside it rewritten, and the context."""

PYTHON: Mapping[type[cst.CSTNode], tuple[Rule, ...]] = {
    cst.AnnAssign: (syntax.annotated_assignment,),
    cst.Annotation: (types.annotation,),
    cst.Asynchronous: (syntax.asynchronous,),
    cst.ConcatenatedString: (fstrings.joined_strings,),
    cst.Float: (syntax.number,),
    cst.FormattedString: (fstrings.formatted_string,),
    cst.Imaginary: (syntax.number,),
    cst.Integer: (syntax.number,),
    cst.Parameters: (syntax.parameters,),
    cst.Return: (syntax.unpacked_return,),
    cst.With: (syntax.with_statement,),
    **dict.fromkeys(syntax.UNDECIDED, (syntax.undecided,)),
}
"""For older Pythons."""

TF2_TO_TF1: Mapping[type[cst.CSTNode], tuple[Rule, ...]] = {
    **PYTHON,
    cst.Arg: (strings.argument,),
    cst.Attribute: (
        eager.attribute,
        operators.function_alone,
        shapes.shape_attribute,
        public_names.attribute,
    ),
    cst.Assert: (eager.assertion,),
    cst.BinaryOperation: (operators.matrix_product,),
    cst.BooleanOperation: (operators.boolean,),
    cst.Call: (
        operators.function,
        shapes.shape_call,
        own_layers.add_weight,
        windows.windows,
        calls.call,
        stock_layers.stock_layer,
        stock_layers.regularizer,
        changed_calls.changed_call,
    ),
    cst.ClassDef: (own_layers.layer_class, tensor_arguments.takes_tensors),
    cst.CompIf: (eager.comprehension,),
    cst.Comparison: (training.comparison, operators.comparison),
    cst.Decorator: (own_layers.decorator,),
    cst.Expr: (eager.statement,),
    cst.For: (eager.loop,),
    cst.FunctionDef: (
        own_layers.shaped_method,
        training.default,
        own_layers.call_method,
        initializers.takes_more,
    ),
    cst.If: (eager.condition,),
    cst.IfExp: (eager.condition, operators.choice),
    cst.Import: (imports.import_,),
    cst.ImportFrom: (imports.import_from,),
    cst.Param: (strings.parameter,),
    cst.Return: (*PYTHON[cst.Return], own_layers.output_shape, returned.parameter),
    cst.UnaryOperation: (operators.negation,),
    cst.While: (eager.loop,),
}
"""For TensorFlow 1, of what was written for TensorFlow 2."""

NEWER: Mapping[type[cst.CSTNode], tuple[Rule, ...]] = {
    cst.Arg: (newer_strings.argument,),
    cst.Assign: (variables.weights_list,),
    cst.Attribute: (layers.attribute, attributes.attribute),
    cst.Call: (
        layers.shape_method,
        attributes.call,
        variables.variable,
        layers.init,
        layers.add_weight,
        newer_strings.stock_layer,
        stock_layers.regularizer,
        changed_calls.changed_call,
    ),
    cst.ClassDef: (layers.layer_class,),
    cst.FunctionDef: (layers.reset_states, layers.output_spec, call_signature.call_signature),
    cst.Import: (newer_imports.import_,),
    cst.ImportFrom: (newer_imports.import_from,),
    cst.Name: (attributes.name,),
    cst.Param: (newer_strings.parameter,),
    cst.SimpleString: (hard_sigmoid.string,),
}
"""For Keras 3 and later releases of TensorFlow 2."""

HANDED: Mapping[type[cst.CSTNode], tuple[Rule, ...]] = {
    **NEWER,
    cst.Comparison: (training.comparison,),
    cst.FunctionDef: (training.default, *NEWER[cst.FunctionDef]),
}
"""The same, between releases that hand ``training`` to ``call`` at other times."""

RULES = {
    ("tf2", "tf1"): TF2_TO_TF1,
    ("keras2", "keras3"): HANDED,
    ("keras2", "tf2"): HANDED,
    ("keras3", "tf2"): HANDED,
    ("tf1", "keras3"): HANDED,
    ("tf1", "tf2"): HANDED,
    ("tf2", "keras3"): NEWER,
    ("tf2", "tf2"): NEWER,
}
"""By the family of the source and that of the target."""
