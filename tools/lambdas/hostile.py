"""Expressions that would do more than compute: any API, chains of attributes, odd arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from keraport.catalog.public_names import public_names
from lambdas.grammar import INPUTS, Expression, Grammar, ways

MARK = "/tmp/keraport-attack/owned"
"""What the expressions try to make, read or run."""

_PATHS = (repr(MARK), "'/etc/passwd'", "'/proc/self/environ'", "'http://127.0.0.1:9/x'", "'..'")
_CODE = (
    "4wEAAAAAAAAAAAAAAAEAAAACAAAAQwAAAHMMAAAAdABkAYMBAQBkAFMAKQJO2gBpAA==",
    "__import__('os').system('touch /tmp/keraport-attack/owned')",
    "os.system",
    "{0.graph}",
    "{0.__class__.__mro__}",
    "%s",
)
_CONFIGS = (
    f"{{'function': ({_CODE[0]!r}, None, None), 'function_type': 'lambda', 'arguments': {{}}}}",
    f"{{'class_name': 'Lambda', 'config': {{'function': ({_CODE[0]!r}, None, None), "
    "'function_type': 'lambda'}}",
    "{'class_name': 'TimeDistributed', 'config': {'layer': {'class_name': 'Lambda'}}}",
)
_VALUES = (
    *("x", "y", "p", "i", "q", "s", "t", "[x, y]", "(x,)", "None", "True", "2", "0.5", "-1"),
    *("[1, 2]", "[]", "{}", "10**9", "[0] * 10**10", "1 << 40", "lambda e: e", "lambda: x"),
    *("np.array([1.0, 2.0])", "np.zeros((2, 2))", "np.arange(3)", "x.shape", "x.dtype"),
    *("tf.constant(1.0)", "tf.float32", "tf.string", "abs", "open", "len", "tf", "tf.abs", "K"),
    *("'float32'", "'O'", "'object'", "'V10'", "'S9'", "'relu'", "'same'", "'channels_last'"),
)
_KEYWORDS = (
    *(f"name={_PATHS[0]}", "name='a b'", "name=None", "name='a/b'", "name='^x'", "name='x:0'"),
    *("name=''", "dtype='O'", "dtype=object", "dtype='V10'", "dtype=tf.float32"),
    *("dtype='float32'", "dtype='complex128'", "dtype=tf.string", "dtype=None", "out=None"),
    *("out=np.zeros(3)", "out=np.zeros((2, 2))", "out=x", "order='K'", "order='F'", "where=True"),
    *("subok=True", "casting='unsafe'", "ndmin=2", "copy=False", "keepdims=True", "axis=None"),
    *("axis=0", "axis=-1", "shared_name='q'", "container='c'", "capacity=10**9", "seed=1"),
    *("validate_shape=False", "verify_shape=True", "use_locking=True", "parallel_iterations=1"),
    *("swap_memory=True", "back_prop=False", "initializer='zeros'", "optimize='greedy'"),
    *(f"filename={_PATHS[0]}", f"file={_PATHS[0]}", "allow_pickle=True", "mmap_mode='r+'"),
    *("custom_objects={'a': len}", "training=True", "mask=None", "parallel=10**9", "**x", "**{}"),
    *("optimize=['einsum_path', (0, 1)]", "optimize=True", "data_format='NCHW'", "n=10**8"),
    *("message='%s'", "summarize=3", "device='/job:a'", "gate_gradients=True", "block_size=10**6"),
)
_BASES: Mapping[str, Sequence[str]] = {
    "tensor": ("x", "image", "tf.abs(x)", "s", "tf.shape(x)", "(x + y)", "t[0]"),
    "array": ("np.array([1.0, 2.0])", "np.arange(3)", "np.zeros((2, 2))", "np.array([[1.0]]).T"),
    "shape": ("x.shape", "x.get_shape()", "x.shape[1:]", "K.int_shape(x)"),
    "dtype": ("x.dtype", "tf.float32", "x.dtype.base_dtype", "np.float32"),
    "text": ("'a'", "'{0.graph}'", "mode", "x.dtype.name", "K.dtype(x)", "'%s'"),
    "list": ("t", "[x, y]", "(x, y)", "x.shape.as_list()", "range(3)"),
    "dict": ("{'a': x}", "{}"),
    "number": ("k", "2.0", "x.shape[1]", "math.pi", "len(t)"),
    "function": ("tf.abs", "abs", "(lambda e: e)", "K.map_fn", "np.sum"),
}
_AIMS = (
    *("graph", "op", "eval", "__class__", "__globals__", "__dict__", "__init__", "__mro__"),
    *("__subclasses__", "__code__", "__reduce__", "__self__", "__module__", "__getattribute__"),
    *("tofile", "dump", "dumps", "format", "format_map", "consumers", "create_op", "as_graph_def"),
    *("from_config", "save", "load", "read", "name", "device", "set_shape", "data", "base"),
    *("ctypes", "newbyteorder", "setflags", "setfield", "getfield", "view", "astype", "tostring"),
    *(
        "tobytes",
        "__array_interface__",
        "dims",
        "value",
        "real",
        "imag",
        "numpy",
        "experimental_ref",
    ),
)
_AROUND = (
    *("{}", "{}", "x * ({})", "tf.abs({})", "x if ({}) else y", "[{}, x][1]", "({}, x)[1]"),
    *("{{'a': {}, 'b': x}}['b']", "K.map_fn(lambda e: {}, x)", "x[:, ({}):]", "({}) == x"),
    *("tf.cond(tf.reduce_sum(x) > 0.0, lambda: ({}), lambda: x)", "x * np.sum({})", "len({})"),
    *("x * float({})", "tf.cast(({}), tf.float32)", "x if k == 2 or ({}) else y", "-({})"),
    *("x + tf.constant({})", "x if isinstance(({}), list) else y", "np.asarray({}) * 1.0"),
    *("tf.reduce_sum({}) * x", "({})[0]", "({})(x)", "x * max(({}), 1.0)", "tf.zeros_like({})"),
    *("tf.strings.length({})", "x if ({}) is None else y", "x if 'a' in ({}) else y"),
)


@dataclass(slots=True)
class Hostile:
    """Draws functions that try to do more than compute.

    Args:
        random: where all choices come from.
        release: whose Lambdas they are.
        found: attributes by kind of value, and the names of NumPy and of Python, of that release.
    """

    random: Random
    release: str
    found: Mapping[str, Sequence[str]]

    def expression(self) -> Expression:
        """A function, as `lambdas.grammar` makes them."""
        made = self.random.choice((self._api, self._chain, self._chain, self._odd, self._odd))()
        if self.random.random() < 0.5:
            made = self.random.choice(_AROUND).format(made)
        lines = [", ".join(INPUTS) + " = t"]
        if self.random.random() < 0.15:
            lines.append(f"a = {made}")
            made = self.random.choice(("x", "a", "x + a", "tf.abs(a)"))
        body = "".join(f"    {line}\n" for line in (*lines, f"return {made}"))
        return Expression(f"def f(t, k=2, mode='sum'):\n{body}", (2, "sum"))

    def _value(self) -> str:
        pool = self.random.choice((_PATHS, _CONFIGS, _VALUES, _VALUES, _VALUES))
        if self.random.random() < 0.1:
            return repr(self.random.choice(_CODE))
        return self.random.choice(pool)

    def _arguments(self, parameters: Sequence[str] = ()) -> str:
        made = []
        for name in parameters[: self.random.randint(1, 4)]:
            value = self._value()
            if any(word in name for word in ("file", "path", "dir", "url", "prefix")):
                value = self.random.choice(_PATHS)
            made.append(f"{name}={value}" if self.random.random() < 0.5 else value)
        if not parameters:
            made = [self._value() for _ in range(self.random.randint(0, 3))]
        made.sort(key=lambda item: "=" in item.split("(")[0].split("'")[0])
        if self.random.random() < 0.2:
            made.append(self.random.choice(_KEYWORDS))
        return ", ".join(made)

    def _api(self) -> str:
        """Anything below a module, or of Python's own, listed or not."""
        pool = self.random.choice(("tf", "tf", "np", "builtins"))
        if pool == "np":
            return f"np.{self.random.choice(self.found['numpy'])}({self._arguments()})"
        if pool == "builtins":
            return f"{self.random.choice(self.found['builtins'])}({self._arguments()})"
        names = public_names(self.release)
        name = self.random.choice(list(names))
        made = f"tf.{name}({self._arguments(names[name].parameters or ())})"
        if name.startswith("keras.") and self.random.random() < 0.5:
            method = self.random.choice(("from_config", "get_config", "call", "save", "build"))
            made = f"{made}.{method}({self._arguments()})"
        return made if self.random.random() < 0.9 else f"tf.{name}"

    def _chain(self) -> str:
        """Attributes of attributes, called or not."""
        kind = self.random.choice(list(_BASES))
        made = self.random.choice(_BASES[kind])
        for _ in range(self.random.choice((1, 1, 2, 3))):
            names = self.found[kind] if self.random.random() < 0.7 else _AIMS
            name = self.random.choice(names)
            if name.startswith("_") and self.random.random() < 0.9:
                public = [item for item in names if not item.startswith("_")]
                name = self.random.choice(public or _AIMS)
            made = f"{made}.{name}"
            if self.random.random() < 0.6:
                made = f"{made}({self._arguments()})"
            kind = self.random.choice(("tensor", "op", "graph", "array", "shape"))
        return made

    def _odd(self) -> str:
        """A function of the lists, given what it should not be given."""
        way = self.random.choice([item for item in ways(self.release) if "(" in item.text])
        grammar = Grammar(self.random, self.release, leaves={name: name for name in INPUTS})
        text = way.text
        for _ in range(self.random.choice((0, 1, 1, 2))):
            start, end = text.find("{"), text.find("}")
            if 0 <= start < end and text[start + 1 : end].isalpha():
                text = text[:start] + self._value() + text[end + 1 :]
        made = grammar.filled(text)
        if made.endswith(")") and self.random.random() < 0.7:
            made = f"{made[:-1]}, {self.random.choice(_KEYWORDS)})"
        return made
