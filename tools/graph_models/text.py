"""Strings, tables, ragged and sparse tensors, features."""

import os
import tempfile

import numpy as np
import tensorflow as tf

from graph_models.case import built, numbers, program, signature, whole

WORDS = ["[PAD]", "[UNK]", "the", "cat", "sat", "on", "mat", "dog"]
TEXTS = np.array([b"The cat sat, on the MAT!", b"dog", b"a Dog  on the  cat", b""], object)


def _table(values_are_ids=True):
    keys = tf.constant(WORDS)
    ids = tf.range(len(WORDS), dtype=tf.int64)
    if values_are_ids:
        return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, ids), 1)
    return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(ids, keys), "?")


@built
def vectorized_text():
    """What TextVectorization does: lower, strip, split, look up, dense."""

    class Vectorizer(tf.Module):
        def __init__(self):
            super().__init__()
            self.table = _table()
            self.inverse = _table(False)
            self.embedding = tf.Variable(numbers(8, 3), name="embedding")

        def ids(self, text):
            clean = tf.strings.regex_replace(tf.strings.lower(text), "[^a-z ]", "")
            ragged = self.table.lookup(tf.strings.split(clean).to_sparse())
            dense = tf.sparse.to_dense(ragged)
            return {"ids": dense, "vectors": tf.gather(self.embedding, dense)}

        def ragged_ids(self, text):
            tokens = tf.strings.split(tf.strings.lower(text))
            ids = tf.ragged.map_flat_values(self.table.lookup, tokens)
            mean = tf.reduce_sum(
                tf.ragged.map_flat_values(lambda i: tf.gather(self.embedding, i), ids), 1
            )
            return {
                "dense": ids.to_tensor(default_value=-1),
                "cut": ids.to_tensor(shape=[None, 3]),
                "lengths": ids.row_lengths(),
                "mean": mean,
                "back": self.inverse.lookup(ids.to_tensor()),
            }

    module = Vectorizer()
    signatures = {
        "serving_default": signature(module.ids, text=TEXTS),
        "ragged": signature(module.ragged_ids, text=TEXTS),
    }
    return module, signatures, [(name, {"text": TEXTS}) for name in signatures]


@built
def table_from_asset():
    """A vocabulary in a file."""
    path = os.path.join(tempfile.mkdtemp(), "vocabulary.txt")
    with open(path, "w") as file:
        file.write("\n".join(WORDS) + "\n")

    class Lookup(tf.Module):
        def __init__(self):
            super().__init__()
            init = tf.lookup.TextFileInitializer(
                path,
                tf.string,
                tf.lookup.TextFileIndex.WHOLE_LINE,
                tf.int64,
                tf.lookup.TextFileIndex.LINE_NUMBER,
            )
            self.table = tf.lookup.StaticVocabularyTable(init, 3)

    module = Lookup()
    keys = np.array([[b"cat", b"bird"], [b"fish", b"the"]], object)
    sig = signature(lambda keys: [module.table.lookup(keys), module.table.size()], keys=keys)
    return module, {"serving_default": sig}, [("serving_default", {"keys": keys})]


@program(text=TEXTS, numbers=np.array([b"1.5", b"-2", b"3e2", b"0"], object))
def strings(text, numbers):
    """Operations on strings."""
    upper = tf.strings.upper(text)
    pieces = tf.strings.split(text, sep="a").to_tensor(b"-")
    return {
        "upper": upper,
        "lower": tf.strings.lower(text),
        "joined": tf.strings.join([text, upper], separator="|"),
        "length": tf.strings.length(text),
        "substr": tf.strings.substr(
            text, tf.zeros_like(tf.strings.length(text)), tf.minimum(3, tf.strings.length(text))
        ),
        "number": tf.strings.to_number(numbers),
        "text": tf.strings.as_string(tf.cast(tf.strings.to_number(numbers), tf.int32)),
        "bucket": tf.strings.to_hash_bucket_fast(text, 17),
        "strong": tf.strings.to_hash_bucket_strong(text, 17, [1, 2]),
        "pieces": pieces,
        "whole": tf.strings.reduce_join(text, separator="+"),
        "matches": tf.strings.regex_full_match(text, ".*cat.*"),
        "replaced": tf.strings.regex_replace(text, "([a-z])o", r"\1\1"),
        "stripped": tf.strings.strip(tf.strings.join([" ", text, " "])),
        "is_cat": tf.equal(text, "dog"),
        "bytes": tf.io.decode_raw(tf.constant("abcd"), tf.uint8),
        "encoded": tf.io.encode_base64(text),
    }


@program(text=np.array(["héllo", "wörld", "ab"], object).astype("U"))
def refused_unicode(text):
    """Code points."""
    return {
        "points": tf.strings.unicode_decode(text, "UTF-8").to_tensor(),
        "length": tf.strings.length(text, unit="UTF8_CHAR"),
        "substr": tf.strings.substr(text, 1, 1, unit="UTF8_CHAR"),
        "chars": tf.strings.unicode_split(text, "UTF-8").to_tensor(),
    }


@program(text=TEXTS)
def refused_ngrams(text):
    """Pairs of words."""
    return tf.strings.ngrams(tf.strings.split(text), 2).to_tensor()


@program(values=numbers(7), lengths=np.array([3, 0, 2, 2], "int64"))
def ragged(values, lengths):
    """Ragged tensors inside."""
    rows = tf.RaggedTensor.from_row_lengths(values, lengths)
    doubled = rows * 2.0 + 1.0
    return {
        "dense": doubled.to_tensor(),
        "sum": tf.reduce_sum(rows, axis=1),
        "max": tf.reduce_max(rows, axis=1),
        "mean": tf.reduce_mean(rows, axis=1),
        "concat": tf.concat([rows, doubled], axis=1).to_tensor(),
        "gathered": tf.gather(rows, [2, 0]).to_tensor(),
        "first": rows[:, :1].to_tensor(),
        "range": tf.ragged.range([0, 3], [4, 5]).to_tensor(),
        "sparse": tf.sparse.to_dense(rows.to_sparse()),
        "from_dense": tf.RaggedTensor.from_tensor(doubled.to_tensor(), padding=0.0).flat_values,
        "masked": tf.ragged.boolean_mask(values, values > 0),
        "reversed": tf.reverse(rows.to_tensor(), [1]),
    }


@program(
    lengths=np.array([1, 2], "int64"), inner=np.array([2, 0, 3], "int64"), values=numbers(5, 2)
)
def ragged_deep(lengths, inner, values):
    """Two ragged dimensions."""
    rows = tf.RaggedTensor.from_nested_row_lengths(values, [lengths, inner])
    return {
        "dense": rows.to_tensor(),
        "cut": rows.to_tensor(shape=[None, 2, 2, 2], default_value=9.0),
    }


@program(values=numbers(5), lengths=np.array([3, 2], "int64"))
def refused_ragged_map(values, lengths):
    """A map over rows of a ragged tensor keeps them as variants."""
    rows = tf.RaggedTensor.from_row_lengths(values, lengths)
    return tf.map_fn(tf.reduce_sum, rows, dtype=tf.float32)


@program(x=whole(3, 4, top=3))
def sparse(x):
    """Sparse tensors inside."""
    y = tf.sparse.from_dense(tf.cast(x, tf.float32))
    both = tf.sparse.add(y, y)
    filled, empty = tf.sparse.fill_empty_rows(tf.sparse.from_dense(x[:, :2] // 2), -1)
    return {
        "product": tf.sparse.sparse_dense_matmul(y, tf.ones([4, 2])),
        "turned": tf.sparse.sparse_dense_matmul(y, tf.ones([3, 2]), adjoint_a=True),
        "sum": tf.sparse.reduce_sum(y, 1),
        "added": tf.sparse.to_dense(both),
        "softmax": tf.sparse.to_dense(tf.sparse.softmax(y)),
        "concat": tf.sparse.to_dense(tf.sparse.concat(1, [y, both])),
        "slice": tf.sparse.to_dense(tf.sparse.slice(y, [0, 1], [2, 2])),
        "transposed": tf.sparse.to_dense(tf.sparse.transpose(y)),
        "reshaped": tf.sparse.to_dense(tf.sparse.reshape(y, [4, 3])),
        "filled": tf.sparse.to_dense(filled),
        "empty": empty,
        "max": tf.sparse.to_dense(tf.sparse.maximum(y, both)),
        "embedded": tf.nn.safe_embedding_lookup_sparse(
            [tf.reshape(tf.range(12.0), [6, 2])], tf.sparse.from_dense(tf.cast(x, tf.int64))
        ),
    }


@program(a=whole(3, 4, top=6), b=whole(3, 4, top=6, seed=1))
def sets(a, b):
    """Sets of rows."""
    return {
        "both": tf.sparse.to_dense(tf.sets.intersection(a, b)),
        "either": tf.sparse.to_dense(tf.sets.union(a, b)),
        "first": tf.sparse.to_dense(tf.sets.difference(a, b)),
        "size": tf.sets.size(tf.sets.union(a, b)),
        "unique": tf.unique(a[0])[0],
        "counts": tf.unique_with_counts(b[0])[2],
        "bincount": tf.math.bincount(a, minlength=6),
        "listdiff": tf.raw_ops.ListDiff(x=a[0], y=b[0])[0],
    }


def _examples():
    rows = []
    for number in range(3):
        feature = {
            "age": tf.train.Feature(float_list=tf.train.FloatList(value=[number * 1.5])),
            "ids": tf.train.Feature(int64_list=tf.train.Int64List(value=list(range(number)))),
            "word": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"w%d" % number])),
            "pair": tf.train.Feature(float_list=tf.train.FloatList(value=[number, 2.0])),
        }
        if number == 1:
            del feature["word"]
        example = tf.train.Example(features=tf.train.Features(feature=feature))
        rows.append(example.SerializeToString())
    return np.array(rows, object)


@program(examples=_examples())
def parsed_examples(examples):
    """tf.io.parse_example: dense, sparse."""
    parsed = tf.io.parse_example(
        examples,
        {
            "age": tf.io.FixedLenFeature([], tf.float32),
            "pair": tf.io.FixedLenFeature([2], tf.float32),
            "word": tf.io.FixedLenFeature([], tf.string, "none"),
            "ids": tf.io.VarLenFeature(tf.int64),
            "pairs": tf.io.FixedLenSequenceFeature([], tf.float32, allow_missing=True),
        },
    )
    return {**parsed, "ids": tf.sparse.to_dense(parsed["ids"])}


@program(examples=_examples())
def parsed_ragged(examples):
    """tf.io.parse_example with a ragged feature."""
    parsed = tf.io.parse_example(
        examples, {"ids": tf.io.RaggedFeature(tf.int64), "word": tf.io.VarLenFeature(tf.string)}
    )
    return {"ids": parsed["ids"].to_tensor(), "word": parsed["word"].values}


@program(examples=_examples())
def parsed_single(examples):
    """tf.io.parse_single_example in a map."""
    features = {"age": tf.io.FixedLenFeature([], tf.float32)}
    return tf.map_fn(
        lambda e: tf.io.parse_single_example(e, features)["age"], examples, dtype=tf.float32
    )


@built
def feature_columns():
    """DenseFeatures over numbers, buckets, words and crosses."""
    column = tf.feature_column
    age = column.numeric_column("age")
    word = column.categorical_column_with_vocabulary_list("word", ["w0", "w1", "w2"])
    hashed = column.categorical_column_with_hash_bucket("word", 5)
    buckets = column.bucketized_column(age, [0.0, 1.0, 2.5])
    crossed = column.crossed_column([buckets, "word"], 7)
    columns = [
        age,
        buckets,
        column.indicator_column(word),
        column.embedding_column(hashed, 3),
        column.indicator_column(crossed),
    ]
    layer = tf.keras.layers.DenseFeatures(columns)
    dense = tf.keras.layers.Dense(2)

    class Features(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.features, self.dense = layer, dense

        def call(self, inputs):
            return self.dense(self.features(inputs))

    age_in = numbers(3, 1) * 3
    word_in = np.array([[b"w0"], [b"w2"], [b"none"]], object)
    model = Features()
    given = {"age": age_in, "word": word_in}
    sig = signature(lambda age, word: model({"age": age, "word": word}), **given)
    return model, {"serving_default": sig}, [("serving_default", given)]
