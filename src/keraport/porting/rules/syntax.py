"""Syntax that came with later Pythons than the target's users have."""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Context, code

_Statement = (
    cst.BaseSmallStatement | cst.RemovalSentinel | cst.FlattenSentinel[cst.BaseSmallStatement]
)

_UNDECIDED: dict[type[cst.CSTNode], tuple[tuple[int, int], str]] = {
    cst.NamedExpr: ((3, 8), "an assignment inside an expression (:=) is written"),
    cst.Match: ((3, 10), "a match statement is written"),
    cst.TryStar: ((3, 11), "except* is written"),
    cst.TypeAlias: ((3, 12), "a type statement is written"),
    cst.TypeParameters: ((3, 12), "a class or function with type parameters is written"),
}
"""Syntax that is not rewritten: the Python it came with, and what is said of it."""

UNDECIDED = tuple(_UNDECIDED)


def undecided(original: cst.CSTNode, updated: cst.CSTNode, context: Context) -> cst.CSTNode:
    """Syntax that only its author can write otherwise."""
    since, what = _UNDECIDED[type(original)]
    if context.python < since:
        context.left(original, f"{what}; Python {_version(context)} has none")
    return updated


def annotated_assignment(
    original: cst.AnnAssign, updated: cst.AnnAssign, context: Context
) -> _Statement:
    """``x: int = 3`` (PEP 526, Python 3.6) becomes ``x = 3``, and ``x: int`` alone goes."""
    if context.python >= (3, 6):
        return updated
    context.changed(original, f"the annotation of {code(updated.target)} is left out")
    if updated.value is None:
        return _gone(original, context)
    targets = [cst.AssignTarget(updated.target)]
    return cst.Assign(targets, updated.value, semicolon=updated.semicolon)


def _gone(original: cst.AnnAssign, context: Context) -> _Statement:
    """Nothing, or ``pass`` where something has to stand."""
    line = context.parent(original)
    block = context.parent(line) if line is not None else None
    alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
    if isinstance(block, cst.IndentedBlock) and alone and len(block.body) > 1:
        return cst.RemoveFromParent()
    return cst.Pass()


def number(
    original: cst.Integer | cst.Float | cst.Imaginary,
    updated: cst.Integer | cst.Float | cst.Imaginary,
    context: Context,
) -> cst.CSTNode:
    """``1_000`` (PEP 515, Python 3.6)."""
    if context.python >= (3, 6) or "_" not in updated.value:
        return updated
    context.changed(original, f"{updated.value} is written without underscores")
    return updated.with_changes(value=updated.value.replace("_", ""))


def parameters(
    original: cst.Parameters, updated: cst.Parameters, context: Context
) -> cst.Parameters:
    """No ``/`` (PEP 570, Python 3.8), and no comma after ``*args`` or ``**kwargs`` (3.6)."""
    made = updated
    if made.posonly_params and context.python < (3, 8):
        context.changed(original, "parameters before / may be given by name")
        params = [*made.posonly_params, *made.params]
        made = made.with_changes(
            posonly_params=(), posonly_ind=cst.MaybeSentinel.DEFAULT, params=params
        )
    if context.python < (3, 6):
        last = made.star_kwarg or (
            made.star_arg
            if isinstance(made.star_arg, cst.Param) and not made.kwonly_params
            else None
        )
        field = "star_kwarg" if made.star_kwarg else "star_arg"
        if isinstance(last, cst.Param) and isinstance(last.comma, cst.Comma):
            context.changed(original, "the comma after the last star is left out")
            bare = last.with_changes(comma=cst.MaybeSentinel.DEFAULT)
            space = last.comma.whitespace_after
            made = made.with_changes(**{field: bare.with_changes(whitespace_after_param=space)})
        elif made.kwonly_params and made.star_kwarg is None:
            last = made.kwonly_params[-1]
            if isinstance(last.comma, cst.Comma):
                bare = last.with_changes(
                    comma=cst.MaybeSentinel.DEFAULT,
                    whitespace_after_param=last.comma.whitespace_after,
                )
                made = made.with_changes(kwonly_params=[*made.kwonly_params[:-1], bare])
                context.changed(original, "the comma after the last parameter is left out")
    return made


def unpacked_return(original: cst.Return, updated: cst.Return, context: Context) -> cst.Return:
    """``return *a, b`` without parentheses came with Python 3.8."""
    value = updated.value
    if context.python >= (3, 8) or not isinstance(value, cst.Tuple) or value.lpar:
        return updated
    if not any(isinstance(item, cst.StarredElement) for item in value.elements):
        return updated
    context.changed(original, "the tuple that is returned stands in parentheses")
    return updated.with_changes(
        value=value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    )


def with_statement(original: cst.With, updated: cst.With, context: Context) -> cst.With:
    """Parentheses around the items of ``with`` (Python 3.9)."""
    if context.python >= (3, 9) or not isinstance(updated.lpar, cst.LeftParen):
        return updated
    context.left(original, "items of with stand in parentheses; write them in one line")
    return updated


def asynchronous(
    original: cst.Asynchronous, updated: cst.Asynchronous, context: Context
) -> cst.Asynchronous:
    """Comprehensions and generators that are async came with Python 3.6."""
    if context.python < (3, 6) and isinstance(context.parent(original), cst.CompFor):
        context.left(original, f"an async comprehension; Python {_version(context)} has none")
    return updated


def _version(context: Context) -> str:
    return ".".join(map(str, context.python))
