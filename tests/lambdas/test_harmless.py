"""Only what is on the lists passes; expressions that would do more are refused."""

from __future__ import annotations

import ast

import pytest
from tests.lambdas.test_analysis import ported

from keraport.catalog.public_names import public_names
from keraport.catalog.releases import get_release
from keraport.lambdas.harmless import builtins, functions, members
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.results import _RULES, constant_of
from keraport.lambdas.values import Kind, constant
from keraport.lambdas.written import require_harmless

REFUSED = {
    # Layers and models, and what reaches them.
    "tf.keras.layers.Lambda(abs).from_config({'function': ('4wEA', None)})(x)": "layers.Lambda",
    "tf.keras.layers.TimeDistributed(tf.keras.layers.Dense(2)).from_config({})(x)": "layers",
    "tf.keras.layers.deserialize({'class_name': 'Lambda'})(x)": "layers.deserialize",
    "tf.keras.models.Sequential()(x)": "tf.keras.models.Sequential",
    "tf.keras.initializers.get('zeros')((2, 2))": "tf.keras.initializers.get",
    "tf.keras.activations.get('relu')(x)": "tf.keras.activations.get",
    "tf.keras.losses.deserialize('mse')(x, y)": "tf.keras.losses.deserialize",
    "tf.keras.utils.get_file('a', 'http://b')": "tf.keras.utils.get_file",
    # Methods of arrays that write, and arrays of objects.
    "np.array([1.0]).tofile('/tmp/owned')": "'tofile', which is not on the list",
    "np.arange(3).dump('/tmp/owned')": "'dump'",
    "np.array([1.0]).dumps()": "'dumps'",
    "np.array([1.0]).ctypes": "'ctypes'",
    "np.array([1.0]).data": "'data'",
    "np.array([1.0]).base": "'base'",
    "np.array([1.0], dtype='O')": "gives np.array a string",
    "np.array([1.0]).astype('object')": "gives the method astype a string",
    "np.array([1.0]).astype('V10')": "gives the method astype a string",
    "np.load('a.npy', allow_pickle=True)": "np.load",
    "np.fromfile('a')": "np.fromfile",
    "np.memmap('a')": "np.memmap",
    "np.ctypeslib.load_library('a', '/')": "np.ctypeslib",
    "np.vectorize(len)(x)": "np.vectorize",
    "np.sum(x)": "gives np.sum a tensor",
    # Graphs, operations and sessions.
    "x.graph.create_op('ReadFile', [tf.constant('/etc/passwd')], [tf.string])": "'graph'",
    "x.op": "'op'",
    "x.op.graph.as_graph_def()": "'op'",
    "x.eval()": "'eval'",
    "x.consumers()": "'consumers'",
    "x.set_shape([1])": "'set_shape'",
    "x.save('/tmp/owned')": "'save'",
    "x.numpy()": "'numpy'",
    "x.name": "'name'",
    "x.device": "'device'",
    "x.shape.graph": "'graph'",
    "x.dtype.__class__": "'__class__'",
    "x.shape.dims[0]": "'dims'",
    "pair.append(x)": "asks a list for 'append'",
    "pair.sort": "asks a list for 'sort'",
    "tf.compat.v1.get_default_graph()": "tf.compat.v1.get_default_graph",
    "K.get_session()": "get_session",
    "K.function([x], [x])": "tf.keras.backend.function",
    "K.eval(x)": "tf.keras.backend.eval",
    "K.get_value(x)": "tf.keras.backend.get_value",
    "K.set_value(x, y)": "tf.keras.backend.set_value",
    "K.set_learning_phase(1)": "set_learning_phase",
    "K.clear_session()": "clear_session",
    "K.print_tensor(x)": "print_tensor",
    "tf.print(x)": "tf.print",
    # Files, libraries, Python.
    "tf.io.read_file('/etc/passwd')": "tf.io.read_file",
    "tf.io.gfile.rmtree('/')": "tf.io.gfile.rmtree",
    "tf.load_op_library('/tmp/a.so')": "tf.load_op_library",
    "tf.py_function(len, [x], tf.int32)": "tf.py_function",
    "tf.numpy_function(len, [x], tf.int32)": "tf.numpy_function",
    "tf.nn.fixed_unigram_candidate_sampler(x, 1, 1, True, 3, vocab_file='/etc/passwd')": "sampler",
    "tf.saved_model.load('a')": "tf.saved_model.load",
    "tf.raw_ops.ReadFile(filename='a')": "tf.raw_ops.ReadFile",
    "tf.custom_gradient(len)": "tf.custom_gradient",
    "tf.while_loop(lambda i: True, lambda i: i, [x])": "tf.while_loop",
    # Text that is code, or names something.
    "'{0.graph}'.format(x)": "asks a string for 'format'",
    "'%s' % x": "applies % to a tensor and a string",
    "'%s' % 'a'": "applies % to a string and a string",
    "'a' + 'b'": "applies + to a string and a string",
    "'a'.join(pair)": "asks a string for 'join'",
    "mode.upper()": "asks a string for 'upper'",
    "eval('1')": "names from around it: eval",
    "exec('1')": "names from around it: exec",
    "compile('1', '', 'eval')": "compile",
    "open('/etc/passwd')": "open",
    "getattr(x, 'graph')": "getattr",
    "globals()": "globals",
    "type(x)": "type",
    "str(x)": "str",
    "print(x)": "print",
    "vars(x)": "vars",
    "dict(a=x)": "dict",
    "map(abs, pair)": "map",
    "sorted(pair, key=abs)": "sorted",
    "max(pair, key=abs)": "calls max with keywords",
    # Functions handed around, or called without being looked at.
    "abs": "passes the function abs as a value",
    "tf": "passes the module tf as a value",
    "tf.abs": "passes the function tf.abs as a value",
    "[tf.abs][0](x)": "passes the function tf.abs as a value",
    "(lambda: x)()": "contains syntax that is not supported (Lambda)",
    "pair[0](x)": "not known",
    "x(x)": "not known",
    "K.map_fn(abs, x)": "passes the function abs as a value",
    "tf.map_fn(tf.io.read_file, x)": "tf.io.read_file",
    "K.map_fn(lambda i: tf.io.read_file(i), x)": "tf.io.read_file",
    "K.switch(p, lambda: tf.io.read_file('a'), x)": "tf.io.read_file",
    "tf.abs(lambda: x)": "contains syntax that is not supported (Lambda)",
    "tf.abs(x=x, **pair)": "keywords that are not written out",
    "tf.abs({'a': x})": "gives tf.abs a dict",
    # Sizes.
    "[0] * 10**10": "more than 4,096 items",
    "[[0] * 4000] * 4000": "more than 4,096 items",
    "10**10**10": "more than 64 bits",
    "1 << 10**6": "more than 64 bits",
    "2**64 * 2": "more than 64 bits",
    "range(10**9)": "more than 4,096 items",
    "np.zeros(10**9)": "more than 10,000,000 elements",
    "np.zeros([10**5, 10**5])": "more than 10,000,000 elements",
    "np.arange(0, 1, 1e-12)": "more than 10,000,000 elements",
    "np.tile([1.0, 2.0], 10**8)": "more than 10,000,000 elements",
    "np.outer(np.zeros(10**5), np.zeros(10**5))": "more than 10,000,000 elements",
    "tf.zeros([10**6, 10**6])": "more than 10,000,000 elements",
    "tf.tile(x, [10**9, 1, 1])": "more than 10,000,000 elements",
    "tf.range(10**12)": "more than 10,000,000 elements",
    "tf.range(0.0, 1.0, 1e-12)": "more than 10,000,000 elements",
    "tf.fill([10**9], 1.0)": "more than 10,000,000 elements",
    "tf.one_hot(i, 10**9)": "more than 10,000,000 elements",
    "tf.eye(10**6, 10**6)": "more than 10,000,000 elements",
    "tf.zeros([tf.shape(x)[0] * 10**9])": "a size that cannot be told",
    "tf.zeros([tf.reduce_max(tf.cast(x, tf.int32))])": "a size that cannot be told",
    "K.repeat_elements(x, 10**9, 1)": "more than 10,000,000 elements",
    "tf.image.pad_to_bounding_box(image, 0, 0, 10**5, 10**5)": "more than 10,000,000 elements",
    # What depends on values.
    "x if x > 1 else y": "branches on the value of a tensor",
    "x if x == 1 else y": "branches on the value of a tensor",
    "not x": "branches on the value of a tensor",
    "x in pair": "asks whether a tensor is in a list",
    "x & y": "that may not be bool",
    "~x": "that may not be bool",
    "+x": "applies + to a tensor",
    "x + None": "applies + to a tensor and None",
    "x + x.shape": "applies + to a tensor",
    "float('nan')": "gives float a string",
    "x[x > 0]": "indexes by a tensor",
    "{x: 1}": "keys that are no plain strings",
}


@pytest.mark.parametrize("target", ["tf1.12", "tf2.15", "keras3.15"])
@pytest.mark.parametrize("text", REFUSED)
def test_it_is_refused(text: str, target: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        ported(text, target=target)
    assert REFUSED[text] in str(caught.value)


OF_KERAS_3 = (
    *("keras.saving.load_model('a')", "keras.saving.deserialize_keras_object({})(x)"),
    *("keras.saving.get_registered_object('a')(x)", "keras.saving.custom_object_scope({})"),
    *("keras.saving.load_weights(x, 'a')", "keras.saving.register_keras_serializable()(x)"),
    *("keras.saving.KerasFileEditor('a')", "keras.utils.get_file('a', 'http://b')"),
    *("keras.utils.get_source_inputs(x)", "keras.utils.load_img('/etc/passwd')"),
    *("keras.utils.FeatureSpace({})", "keras.utils.audio_dataset_from_directory('/')"),
    *("keras.config.enable_unsafe_deserialization()", "keras.config.set_backend('torch')"),
    *("keras.config.set_floatx('float16')", "keras.export.ExportArchive()"),
    *("keras.layers.TFSMLayer('a')(x)", "keras.layers.TorchModuleWrapper(x)(x)"),
    *("keras.layers.JaxLayer(x)(x)", "keras.layers.Lambda(x)(x)", "keras.layers.Dense(2)(x)"),
    *("keras.layers.deserialize({})(x)", "keras.activations.get('relu')(x)"),
    *("keras.activations.deserialize({})(x)", "keras.initializers.get('zeros')((2,))"),
    *("keras.tree.map_structure(len, x)", "keras.tree.traverse(len, x)", "keras.Function(x, x)"),
    *("keras.ops.vectorized_map(len, x)", "keras.ops.map(len, x)", "keras.ops.scan(len, x, x)"),
    *("keras.ops.associative_scan(len, x)", "keras.ops.while_loop(len, len, x)"),
    *("keras.ops.fori_loop(0, 1, len, x)", "keras.ops.switch(0, [len], x)"),
    *("keras.ops.custom_gradient(len)", "keras.ops.convert_to_numpy(x)", "keras.ops.cond(x, 1, 2)"),
    *("keras.ops.slice_update(x, [0], x)", "keras.ops.unstack.__globals__", "keras.ops.sys"),
    *("keras.distribution.initialize('a')", "keras.callbacks.TensorBoard()", "keras.Model()(x)"),
    *("keras.models.load_model('a')", "keras.models.clone_model(x)", "keras.quantizers.get('a')"),
    *("keras.src.backend", "keras.backend.set_image_data_format('a')", "keras.version()"),
    *("tf.keras.saving.load_model('a')", "tf.keras.src.utils.file_utils.get_file('a')"),
)


@pytest.mark.parametrize("source", ["tf2.15", "keras3.15"])
@pytest.mark.parametrize("text", OF_KERAS_3)
def test_what_else_keras_3_has_is_refused(text: str, source: str) -> None:
    """What reads files, loads, calls back, or sets what others see."""
    with pytest.raises(UntranslatableError):
        ported(text, source=source, target="keras3.15")


PASSES = {
    "x == y": "tf.equal(x, y)",
    "x != y": "tf.not_equal(x, y)",
    "1 == x": "tf.equal(x, 1)",
    "x == 0.5": "tf.equal(x, 0.5)",
    "~(x == y)": "tf.logical_not(tf.equal(x, y))",
    "~(x > y)": "tf.logical_not(x > y)",
    "(x == y) & (y == z)": "tf.equal(x, y) & tf.equal(y, z)",
    "x == [1, 2, 3, 4, 5, 6]": "tf.equal(x, [1, 2, 3, 4, 5, 6])",
    "tf.cast(x == y, tf.float32)": "tf.cast(tf.equal(x, y), tf.float32)",
    "x == None": "False",
    "None != x": "True",
    "x is None": "x is None",
    "x if nothing is None else y": "x",
    "x if mode == 'sum' else y": "x",
    "x if mode in ('mean', 'max') else y": "y",
    "x if two == 2 else y": "x",
    "x if x.shape[1:] == [4, 6] else y": "x",
    "x if x.shape[1:] == (4, 6) else y": "x",
    "x if x.get_shape()[1:] != [3, 4] else y": "x",
    "x if x.shape[1:].as_list() == [4, 6] else y": "x if list(tf.keras.backend.int_shape(x)[1:]) "
    "== [4, 6] else y",
    "x if x.shape == (None, 4, 6) else y": "y",
    "x if K.int_shape(x)[1] == 4 else y": "x",
    "x if len(x.shape) == 3 else y": "x",
    "x if x.shape.ndims == 3 else y": "x",
    "x if x.shape.rank == 2 else y": "y",
    "x if K.ndim(x) == 3 else y": "x if tf.keras.backend.ndim(x) == 3 else y",
    "x / float(x.get_shape()[1])": "x / float(tf.keras.backend.int_shape(x)[1])",
    "x * int(x.shape[-1])": "x * int(tf.keras.backend.int_shape(x)[-1])",
    "tf.reshape(x, [-1] + x.shape.as_list()[1:])": "tf.reshape(x, [-1] + "
    "list(tf.keras.backend.int_shape(x))[1:])",
    "tf.reshape(x, (-1, x.shape[1] * x.shape[2]))": "tf.reshape(x, (-1, "
    "tf.keras.backend.int_shape(x)[1] * tf.keras.backend.int_shape(x)[2]))",
    "K.dtype(x) == 'float32'": "tf.keras.backend.dtype(x) == 'float32'",
    "x.dtype == tf.float32": "x.dtype == tf.float32",
    "x[:, x.shape[1] // 2:]": "x[:, tf.keras.backend.int_shape(x)[1] // 2:]",
    "pair[0] + pair[-1]": "pair[0] + pair[-1]",
    "K.batch_dot(x, y, axes=[2, 2])": "tf.keras.backend.batch_dot(x, y, axes=[2, 2])",
    "tf.matmul(x, y, transpose_b=True)": "tf.matmul(x, y, transpose_b=True)",
    "np.array([1.0, 2.0]).reshape((1, 2)) + np.arange(2)": "np.array([1.0, 2.0]).reshape((1, 2)) "
    "+ np.arange(2)",
    "np.zeros(x.shape[1])": "np.zeros(tf.keras.backend.int_shape(x)[1])",
    "tf.zeros([tf.shape(x)[0], 3])": "tf.zeros([tf.shape(x)[0], 3])",
    "tf.map_fn(lambda e: tf.image.flip_up_down(e), image)": "tf.map_fn(lambda e: "
    "tf.image.flip_up_down(e), image)",
    "sum(pair)": "sum(pair)",
    "x if isinstance(pair, (list, tuple)) else y": "x",
    "x if isinstance(x, list) else y": "y",
    "tf.nn.conv2d(image, k, [1, 1, 1, 1], 'SAME')": "tf.nn.conv2d(image, k, [1, 1, 1, 1], 'SAME')",
    "tf.nn.max_pool(image, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')": "tf.nn.max_pool(image, "
    "[1, 2, 2, 1], [1, 2, 2, 1], 'SAME')",
    "tf.nn.convolution(image, k, padding='SAME')": "tf.nn.convolution(image, k, padding='SAME')",
    "tf.math.expm1(x)": "tf.math.expm1(x)",
    "K.max(tf.tanh(x))": "tf.identity(tf.keras.backend.max(tf.tanh(x)))",
    "tf.reduce_min(x, axis=1)": "tf.identity(tf.reduce_min(x, axis=1))",
    "[tf.reduce_max(x), x]": "[tf.identity(tf.reduce_max(x)), x]",
    "(tf.reduce_max(x), x)[0]": "tf.identity((tf.reduce_max(x), x)[0])",
    "K.max(x) * 2": "tf.keras.backend.max(x) * 2",
    "tf.reduce_max(x) if K.ndim(x) == 3 else y": "tf.identity(tf.reduce_max(x)) if "
    "tf.keras.backend.ndim(x) == 3 else y",
    "K.in_train_phase(lambda: x * 2, x)": "tf.keras.backend.in_train_phase(lambda: x * 2, x)",
}


@pytest.mark.parametrize("text", PASSES)
def test_it_passes(text: str) -> None:
    assert ported(text) == PASSES[text]


DIFFERENT = {
    "K.batch_dot(k, k, axes=[1, 2])": "contracts tensors of rank 4 differently",
    "K.batch_dot(k, x, axes=[1, 2])": "contracts tensors of rank 4 differently",
    "K.batch_dot(strange, x)": "contracts tensors of rank 4 differently",
    "tf.image.per_image_standardization(image)": "standardizes batches and integers in another way",
    "tf.argmax(x > y, 1)": "takes bool tensors since TensorFlow 2",
    "K.argmax(tf.equal(x, y), axis=1)": "takes bool tensors since TensorFlow 2",
    "tf.matmul(x, flat)": "broadcasts batch dimensions",
    "x @ strange": "broadcasts batch dimensions",
    "x if strange.shape[1:] == [4] else y": "compares shapes that cannot be told",
    "K.sparse_categorical_crossentropy(t, tf.nn.softmax(flat))": "from the logits of a softmax",
    "tf.keras.losses.categorical_crossentropy(x, tf.nn.softmax(y))": "from the logits of a softmax",
    "tf.math.expm1(tf.complex(x, y))": "is wrong for complex numbers",
    "tf.math.expm1(tf.cast(x, tf.complex64))": "is wrong for complex numbers",
    "tf.math.expm1(tf.cast(x, 'complex128'))": "is wrong for complex numbers",
    "tf.map_fn(lambda e: tf.math.expm1(e), tf.signal.fft(tf.complex(x, y)))": "complex numbers",
    "tf.math.in_top_k(t, flat, 2)": "fails at targets that are no class",
    "tf.nn.conv2d(image, k, 1, 'SAME')": "takes numbers for strides",
    "tf.nn.conv2d(image, k, [1, 1, 1, 1], [[0, 0], [1, 1], [1, 1], [0, 0]])": "lists for paddings",
    "tf.nn.conv2d(image, k, [1, 1, 1, 1], 'SAME', dilations=2)": "takes numbers for strides",
    "tf.nn.conv2d(strange, k, [1, 1, 1, 1], 'SAME')": "takes numbers for strides",
    "tf.nn.conv1d(x, tf.ones([3, 6, 2]), [1], 'SAME')": "takes lists for strides",
    "tf.nn.convolution(image, k)": "pads by itself",
    "tf.nn.convolution(image, k, 2, 'SAME')": "takes numbers for strides",
    "tf.nn.pool(image, [2, 2], 'MAX')": "pads by itself",
    "tf.nn.max_pool(image, 2, 2, 'SAME')": "takes lists and images only",
    "tf.nn.avg_pool(x, [1, 2, 1], [1, 1, 1], 'SAME')": "takes lists and images only",
    "tf.nn.max_pool3d(image[..., None], 2, 2, 'SAME')": "takes numbers for sizes and strides",
}


@pytest.mark.parametrize("text", DIFFERENT)
def test_what_releases_compute_otherwise_is_refused(text: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        ported(text)
    assert DIFFERENT[text] in str(caught.value)
    if "shapes that" not in str(caught.value):
        ported(text, target="tf2.3")  # the same release computes the same


def test_a_release_that_compares_by_identity() -> None:
    with pytest.raises(UntranslatableError, match="the same object"):
        ported("x == y", source="tf1.12", target="tf2.3")


@pytest.mark.parametrize(
    "text",
    [
        *("x.shape[0] is None", "x.shape[1] == None", "None != x.get_shape()[0]"),
        *("not x.shape[1]", "x if x.shape[0] else y", "x.shape[1] in (4, 6)"),
    ],
)
def test_dimensions_that_are_objects(text: str) -> None:
    """They are never None, and never false; a number of TensorFlow 2 is both."""
    with pytest.raises(UntranslatableError, match="asks a dimension itself, not its value"):
        ported(text, source="tf1.12")
    ported(text, source="tf2.3")
    assert ported("x if x.shape[0].value is None else y", source="tf1.12") == "x"
    assert ported("x if x.shape[1] == 4 else y", source="tf1.12") == "x"
    assert ported("x.shape[1].value * x", source="tf1.12") == (
        "tf.keras.backend.int_shape(x)[1] * x"
    )
    with pytest.raises(UntranslatableError, match="'value'"):
        ported("x.shape[1].value * x", source="tf2.3")


def test_lists_know_their_releases() -> None:
    names = ("tf1.12", "tf1.15", "tf2.3", "tf2.15", "keras3.15")
    measured = [get_release(name) for name in names]
    for row in functions().values():
        having = [release for release in measured if row.is_harmless_in(release)]
        assert having, row
        assert row.result in _RULES or constant_of(row.result, row.name) is not None
        for release in having:
            path = row.name.removeprefix("tf.")
            # What Keras 3 dropped is looked for among its names.
            if row.name.startswith("tf.") and not release.has("has-other-backends"):
                assert path in public_names(release.id), row
        if len(row.meanings) > 1:
            assert row.note
    for item in members().values():
        assert any(map(item.is_harmless_in, measured))
        assert item.kind in set(Kind)
    assert {"eval", "exec", "getattr", "type", "open", "str"}.isdisjoint(builtins())


@pytest.mark.parametrize(
    "text", ["keras.ops.sum(x, axis=1)", "ops.softmax(x) * 2", "tf.keras.ops.maximum(x, y)"]
)
def test_operations_of_keras_3(text: str) -> None:
    made = ported(text, source="keras3.15", target="keras3.15")
    assert made == f"keras.{text[text.index('ops') :]}"
    with pytest.raises(UntranslatableError, match="which the target does not have"):
        ported(text, source="keras3.15", target="tf2.15")
    with pytest.raises(UntranslatableError):
        ported(text, source="tf2.15", target="keras3.15")


def test_what_keras_3_dropped_is_refused() -> None:
    with pytest.raises(UntranslatableError, match="which the target does not tell"):
        ported("K.in_train_phase(lambda: x * 2, x)", target="keras3.15")
    assert ported("K.sum(x)", target="keras3.15") == "tf.keras.backend.sum(x)"
    assert ported("x * x.shape[1]", target="keras3.15") == "x * tuple(x.shape)[1]"


WRITTEN = {
    "def f(x):\n    return x.graph": "attribute 'graph'",
    "def f(x):\n    import os\n    return x": "more than assignments",
    "def f(x):\n    return os.system('a')": "os.system",
    "def f(x):\n    return tf.io.read_file('a')": "tf.io.read_file",
    "def f(x):\n    return [i for i in x]": "ListComp",
    "def f(x):\n    return f'{x}'": "JoinedStr",
    "def f(x):\n    return (yield x)": "Yield",
    "def f(x):\n    return x(1)": "call a value",
    "def f(x):\n    return (lambda: x)()": "call a value",
    "def f(x, y=eval('1')):\n    return x": "the name 'eval'",
    "def f(x):\n    x[0] = 1\n    return x": "a part of something",
    "def f(*x):\n    return x": "a plain function",
    "@len\ndef f(x):\n    return x": "a plain function",
    "def f(x):\n    return x\ndef g(x):\n    return x": "more than one function",
    "def f(tf):\n    return tf.nn": "a local name of a module",
    "def f(x):\n    return (np := x)": "a local name of a module",
    "def f(x):\n    return getattr": "the name 'getattr'",
    "def f(x):\n    return np.load('a')": "np.load",
    "def f(x):\n    return keras.saving.load_model('a')": "keras.saving.load_model",
    "def f(x):\n    return keras.utils.get_file('a', 'b')": "keras.utils.get_file",
    "def f(x):\n    return tf.keras.layers.TFSMLayer('a')(x)": "call a value",
    "def f(keras):\n    return keras.ops": "a local name of a module",
}


@pytest.mark.parametrize("target", ["tf1.12", "keras3.15"])
@pytest.mark.parametrize("source", WRITTEN)
def test_source_is_looked_at_once_more(source: str, target: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        require_harmless(source, get_release(target))
    assert WRITTEN[source] in str(caught.value)


@pytest.mark.parametrize("text", PASSES)
def test_what_passes_passes_again(text: str) -> None:
    """What was written is on the lists as well, and is written as it is."""
    names = "x, y, z, p, c, flat, image, strange, t, i, k, pair, two, mode, nothing"
    source = f"def f({names}):\n    return {ported(text)}"
    require_harmless(source, get_release("tf1.12"))
    assert ported(ported(text), source="tf1.12") == ported(ported(text))


def test_texts_stay_texts() -> None:
    hostile = "'); __import__('os').system('id'); ('"
    made = ported("tf.constant(mode)", mode=constant(hostile))
    assert made == "tf.constant(mode)"
    tree = ast.parse(ported(f"tf.constant({hostile!r})"), mode="eval")
    assert [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)] == [hostile]
