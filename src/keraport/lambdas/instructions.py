"""Instructions that only know the stack: what they take off it, and what they put there.

Each function but `call` answers whether the instruction is one of its kind.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from keraport.lambdas.bytecode import Instruction
from keraport.lambdas.nodes import (
    BINARY,
    NULL,
    NUMBERED,
    UNARY,
    InPlace,
    Item,
    Null,
    UntranslatableError,
    comparison,
    pop,
    pop_many,
    slice_of,
    string,
    strings,
)


def call(item: Instruction, stack: list[Item], words: tuple[str, ...], python: str) -> None:
    """Call a function; `words` are the keywords that an instruction before it named."""
    count = item.number
    pairs: list[tuple[str, ast.expr]] = []
    if item.name in ("CALL_FUNCTION_KW", "CALL_KW"):
        words = strings(pop(stack))
    elif item.name == "CALL_FUNCTION" and python in ("2.7", "3.5"):
        count, keywords = item.number & 0xFF, item.number >> 8
        for _ in range(keywords):
            value, word = pop(stack), pop(stack)
            pairs.insert(0, (string(word), value))
    values = [pop(stack) for _ in range(count)][::-1]
    split = len(values) - len(words)
    if split < 0:
        raise UntranslatableError("names more arguments than it gives")
    pairs += zip(words, values[split:], strict=True)
    top = stack.pop() if stack else NULL
    function = pop(stack) if isinstance(top, Null) else top
    if stack and isinstance(stack[-1], Null):
        stack.pop()
    keywords_made = [ast.keyword(word, value) for word, value in pairs]
    stack.append(ast.Call(function, values[:split], keywords_made))


def compute(item: Instruction, stack: list[Item]) -> bool:
    """An operator, a comparison or an index."""
    name = item.name
    operation = BINARY.get(name.partition("_")[2])
    if name.startswith(("BINARY_", "INPLACE_")) and operation is not None:
        right, left = pop(stack), pop(stack)
        kind = InPlace if name.startswith("INPLACE_") else ast.BinOp
        stack.append(kind(left, operation(), right))
    elif name == "BINARY_OP":
        right, left = pop(stack), pop(stack)
        kind = ast.BinOp if item.number < len(NUMBERED) else InPlace
        stack.append(kind(left, NUMBERED[item.number % len(NUMBERED)](), right))
    elif name in UNARY:
        stack.append(ast.UnaryOp(UNARY[name](), pop(stack)))
    elif name in ("COMPARE_OP", "IS_OP", "CONTAINS_OP"):
        right, left = pop(stack), pop(stack)
        stack.append(ast.Compare(left, [comparison(item)()], [right]))
    elif name == "BINARY_SUBSCR":
        index, value = pop(stack), pop(stack)
        stack.append(ast.Subscript(value, index, ast.Load()))
    elif name == "BINARY_SLICE":
        upper, lower, value = pop(stack), pop(stack), pop(stack)
        stack.append(ast.Subscript(value, slice_of([lower, upper]), ast.Load()))
    elif name.startswith("SLICE+"):
        ends: list[ast.expr] = [ast.Constant(None), ast.Constant(None)]
        if item.name[-1] in "23":
            ends[1] = pop(stack)
        if item.name[-1] in "13":
            ends[0] = pop(stack)
        stack.append(ast.Subscript(pop(stack), slice_of(ends), ast.Load()))
    else:
        return False
    return True


def build(item: Instruction, stack: list[Item], python: str) -> bool:
    """A tuple, a list, a dict or a slice; or the items of one."""
    match item.name:
        case "BUILD_TUPLE":
            stack.append(ast.Tuple(pop_many(stack, item.number), ast.Load()))
        case "BUILD_LIST":
            stack.append(ast.List(pop_many(stack, item.number), ast.Load()))
        case "BUILD_SLICE":
            stack.append(slice_of(pop_many(stack, item.number)))
        case "BUILD_CONST_KEY_MAP":
            keys: list[ast.expr | None] = [ast.Constant(k) for k in strings(pop(stack))]
            stack.append(ast.Dict(keys, pop_many(stack, item.number)))
        case "BUILD_MAP":
            flat = pop_many(stack, 0 if python == "2.7" else 2 * item.number)
            stack.append(ast.Dict(list(flat[::2]), flat[1::2]))
        case "STORE_MAP":
            key, value = pop(stack), pop(stack)
            table = stack[-1] if stack else None
            if not isinstance(table, ast.Dict):
                raise UntranslatableError("assigns into a dict that it did not create")
            stack[-1] = ast.Dict([*table.keys, key], [*table.values, value])
        case "LIST_EXTEND":
            more, made = pop(stack), pop(stack)
            if not isinstance(made, ast.List) or not isinstance(more, ast.Tuple | ast.List):
                raise UntranslatableError("unpacks a sequence into a list")
            stack.append(ast.List([*made.elts, *more.elts], ast.Load()))
        case "LIST_TO_TUPLE":
            stack.append(ast.Call(ast.Name("tuple", ast.Load()), [pop(stack)], []))
        case "UNPACK_SEQUENCE":
            value = pop(stack)
            parts = [ast.Constant(index) for index in reversed(range(item.number))]
            stack.extend(ast.Subscript(value, part, ast.Load()) for part in parts)
        case _:
            return False
    return True


def shuffle(item: Instruction, stack: list[Item], tested: Sequence[ast.expr]) -> bool:
    """Put what is there in another order; `tested` is what conditions looked at."""
    match item.name:
        case "DUP_TOP":
            stack.append(stack[-1])
        case "DUP_TOP_TWO":
            stack.extend(stack[-2:])
        case "COPY":
            stack.append(stack[-item.number])
        case "SWAP":
            stack[-1], stack[-item.number] = stack[-item.number], stack[-1]
        case "ROT_TWO":
            stack[-2:] = [stack[-1], stack[-2]]
        case "ROT_THREE":
            stack[-3:] = [stack[-1], stack[-3], stack[-2]]
        case "ROT_FOUR":
            stack[-4:] = [stack[-1], stack[-4], stack[-3], stack[-2]]
        case "POP_TOP":
            dropped = stack.pop()
            was_tested = any(dropped is value for value in tested)
            if isinstance(dropped, ast.Call) and not was_tested:
                raise UntranslatableError("calls a function for its side effects")
        case _:
            return False
    return True
