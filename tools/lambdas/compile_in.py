"""Source to bytecode, and names to attack with, in the Python of a release.

Python 3.6 to 3.8.
"""

import codecs
import marshal
import types

from serving import serve


def compile_all(request):
    """Marshalled code of functions as ``func_dump`` of Keras writes it; None where it is none."""
    return {"codes": [_code(text) for text in request["texts"]]}


def _code(text):
    try:
        module = compile(text, "<lambda>", "exec")
    except (SyntaxError, ValueError, OverflowError, MemoryError):
        return None
    codes = [item for item in module.co_consts if isinstance(item, types.CodeType)]
    # The last one is the function's; those before are in its defaults.
    return codecs.encode(marshal.dumps(codes[-1]), "base64").decode("ascii") if codes else None


def names(request):
    """What may be asked of values of each kind, and what NumPy has."""
    del request
    import numpy as np
    import tensorflow as tf

    graph = tf.Graph()
    with graph.as_default():
        tensor = tf.zeros([2, 3])
        kinds = {
            "tensor": tensor,
            "shape": tensor.shape,
            "dtype": tensor.dtype,
            "op": tensor.op,
            "graph": graph,
            "array": np.zeros(2),
            "text": "",
            "list": [],
            "dict": {},
            "number": 1.0,
            "function": compile_all,
        }
        found = {kind: dir(value) for kind, value in kinds.items()}
    below = []
    for name in dir(np):
        value = getattr(np, name)
        below.append(name)
        if isinstance(value, types.ModuleType) and value.__name__.startswith("numpy"):
            below.extend("%s.%s" % (name, item) for item in dir(value))
    found["numpy"] = sorted(set(below))
    found["builtins"] = (
        dir(__builtins__) if not isinstance(__builtins__, dict) else sorted(__builtins__)
    )
    return found


OPERATIONS = {"compile": compile_all, "names": names}

if __name__ == "__main__":
    serve(OPERATIONS)
