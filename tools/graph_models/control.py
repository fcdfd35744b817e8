"""Loops and branches over tensors."""

import tensorflow as tf

from graph_models.case import Fixed, Free, built, numbers, program, signature, whole


@program(x=numbers(3, 4))
def loop_break(x):
    """A loop that stops in the middle."""
    i = tf.constant(0)
    while tf.less(i, 100):
        x = x * 1.5 + 0.1
        if tf.reduce_max(tf.abs(x)) > 20.0:
            break
        i += 1
    return {"x": x, "i": tf.identity(i)}


@program(x=numbers(3, 4), n=whole(1, top=7))
def loop_continue(x, n):
    """Skips odd steps, and leaves early."""
    total = tf.zeros_like(x)
    for i in tf.range(n[0] + 5):
        if i % 2 == 1:
            continue
        total += x * tf.cast(i, tf.float32)
        if i > 6:
            break
    return {"total": total - 1.0}


@program(x=Free(numbers(3, 5)), kind=whole(1, top=4))
def elif_chain(x, kind):
    """Branches of which one has a loop."""
    if kind[0] == 0:
        y = tf.nn.relu(x)
    elif kind[0] == 1:
        y = tf.tanh(x) + 1.0
    elif tf.reduce_sum(x) > 0:
        y = x[:, ::-1]
    else:
        y = x
        for _ in tf.range(3):
            y = y * 2.0 + 1.0
    return y


@program(rows=numbers(4, 3))
def loop_over_rows(rows):
    """``for row in tensor`` with a list of results."""
    out = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for row in rows:
        out = out.write(out.size(), row * tf.reduce_sum(row))
    return {"stacked": out.stack(), "count": out.size()}


@program(x=numbers(3, 4), n=whole(2, top=5, seed=3))
def nested_loops(x, n):
    """Three loops in each other, with a branch inside and constants everywhere."""
    total = tf.zeros([3])
    for i in tf.range(4):
        for j in tf.range(i + n[0]):
            k = 0
            while k < j:
                if (k + i) % 2 == 0:
                    total += x[:, 0] * tf.constant(0.5)
                else:
                    total = total * 0.9 + tf.range(3, dtype=tf.float32)
                k += 1
        total = tf.concat([total[1:], total[:1]], 0)
    return total


@program(x=numbers(2, 3), which=whole(1, top=5, seed=5))
def switch_case(x, which):
    """Case with a default."""
    branches = [lambda: x + 1.0, lambda: x * tf.constant([1.0, 2.0, 3.0]), lambda: tf.exp(x)]
    first = tf.switch_case(which[0], branches, default=lambda: -x)
    seen = tf.map_fn(
        lambda i: tf.switch_case(i, branches), tf.constant([-1, 0, 1, 2, 7]), dtype=tf.float32
    )
    return [first, seen]


@program(x=numbers(2, 3))
def case_first_true(x):
    """tf.case with conditions."""
    return tf.case(
        [
            (tf.reduce_sum(x) > 100.0, lambda: x),
            (tf.reduce_sum(x) > -100.0, lambda: x * 3.0),
        ],
        default=lambda: x - 1.0,
    )


@program(x=numbers(4, 3))
def maps(x):
    """map_fn, scan, foldl, foldr, vectorized_map."""
    squares = tf.map_fn(lambda row: row * row + tf.constant(1.0), x)
    several = tf.map_fn(
        lambda row: (tf.reduce_sum(row), tf.argmax(row)), x, dtype=(tf.float32, tf.int64)
    )
    running = tf.scan(lambda a, row: a * 0.5 + row, x)
    back = tf.scan(lambda a, row: a + row, x, initializer=tf.ones([3]), reverse=True)
    left = tf.foldl(lambda a, row: a * 0.3 + row, x)
    right = tf.foldr(lambda a, row: a * 0.3 + row, x, initializer=tf.zeros([3]))
    vector = tf.vectorized_map(lambda row: tf.reduce_max(row) * row, x)
    outer = tf.vectorized_map(lambda row: tf.tensordot(row, row, 0), x)
    return [squares, *several, running, back, left, right, vector, outer]


@program(x=numbers(4, 3))
def nested_maps(x):
    """A map over rows of a map over numbers."""
    return tf.map_fn(lambda row: tf.map_fn(lambda v: v * v + row[0], row), x)


@program(x=numbers(5, 3))
def arrays_of_tensors(x):
    """TensorArrays: of a fixed size, unstacked, scattered, concatenated, split, gathered."""
    fixed = tf.TensorArray(tf.float32, size=5, element_shape=[3])
    for i in tf.range(5):
        fixed = fixed.write(4 - i, x[i] * tf.cast(i, tf.float32))
    given = tf.TensorArray(tf.float32, size=5).unstack(x)
    total = tf.zeros([3])
    for i in tf.range(given.size()):
        total = total * 0.5 + given.read(i)
    scattered = tf.TensorArray(tf.float32, size=5).scatter([4, 2, 0, 1, 3], x)
    split = tf.TensorArray(tf.float32, size=2, infer_shape=False).split(x, [2, 3])
    return [
        fixed.stack(),
        total,
        scattered.stack(),
        scattered.gather([1, 3]),
        split.read(1),
        split.concat(),
        fixed.gather([0]),
    ]


@program(x=numbers(4, 2))
def array_with_holes(x):
    """What was never written is nought."""
    some = tf.TensorArray(tf.float32, size=4, element_shape=[2])
    for i in tf.range(2):
        some = some.write(i * 2, x[i])
    return some.stack()


@program(x=numbers(6, 2))
def grown_by_pushes(x):
    """A list that grows by conditional writes."""
    kept = tf.TensorArray(tf.float32, size=0, dynamic_size=True, element_shape=[2])
    count = 0
    for i in tf.range(6):
        if x[i, 0] > 0:
            kept = kept.write(count, x[i])
            count += 1
    return {"kept": kept.stack(), "count": tf.identity(count)}


@program(x=numbers(4, 2))
def refused_forked_list(x):
    """Two lists are made of one."""
    start = tf.TensorArray(tf.float32, size=4, element_shape=[2]).unstack(x)
    one = start.write(0, x[1])
    two = start.write(0, x[2])
    return [one.stack(), two.stack(), start.stack()]


@built
def collatz():
    """A module with two signatures that share a function with a loop."""

    class Steps(tf.Module):
        @tf.function
        def steps(self, n):
            count = tf.zeros_like(n)
            while tf.reduce_any(n > 1):
                odd = n % 2 == 1
                n = tf.where(n > 1, tf.where(odd, 3 * n + 1, n // 2), n)
                count += tf.cast(n >= 1, n.dtype)
                if tf.reduce_max(count) > 200:
                    break
            return count

    module = Steps()
    n = whole(4, top=30, dtype="int64")
    signatures = {
        "count": signature(module.steps, n=n),
        "twice": signature(lambda n: module.steps(n) + module.steps(n + 1), n=n),
    }
    module.signatures_kept = list(signatures.values())
    return module, signatures, [("count", {"n": n}), ("twice", {"n": n})]


@program(x=Fixed(numbers(3, 4)))
def asserted(x):
    """Checks that pass."""
    tf.debugging.assert_equal(tf.shape(x)[1], 4)
    tf.debugging.assert_less(x, 100.0, message="too large")
    tf.debugging.assert_all_finite(x, "not finite")
    with tf.control_dependencies([tf.debugging.assert_rank(x, 2)]):
        return tf.debugging.check_numerics(x * 2.0, "bad")


@program(x=numbers(3, 4))
def own_gradient(x):
    """Functions with gradients of their own, and a gradient inside."""

    @tf.custom_gradient
    def clipped(v):
        return tf.clip_by_value(v, -0.5, 0.5), lambda dy: dy * 0.25

    @tf.custom_gradient
    def reversed_sign(v):
        return tf.identity(v), lambda dy: -dy

    y = clipped(x) * 3.0
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(tf.sin(x) * reversed_sign(x) ** 2)
    return [y, tape.gradient(loss, x)]


@program(x=numbers(3, 4))
def gradient_of_loop(x):
    """The gradient of a loop, as lists that a backward loop pops."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in tf.range(3):
            y = tf.tanh(y) * 1.5
        loss = tf.reduce_sum(y)
    return [loss, tape.gradient(loss, x)]
