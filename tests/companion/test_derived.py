"""Objects of companions that are taken over from those for TensorFlow 1."""

from __future__ import annotations

import ast

import pytest

from keraport.companion.derived import derived, in_words_of
from keraport.companion.sources_of import with_needs

TAKEN_OVER = [(api, name) for api in ("keras2", "tf2.0") for name in sorted(derived(api))]


@pytest.mark.parametrize(("api", "name"), TAKEN_OVER)
def test_all_that_it_uses_is_there(api: str, name: str) -> None:
    """Two APIs may have a helper of one name each, of which one brings more than the other."""
    trees = [ast.parse(source.body) for source in with_needs([name], api)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    stored = {
        node.id
        for node in nodes
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    stored |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    stored |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    used = {node.id for node in nodes if isinstance(node, ast.Name) and node.id.startswith("_")}
    assert used - {"__name__"} <= stored


def test_functions_of_tensorflow_1_are_below_compat() -> None:
    text = "x = tf.matrix_transpose(tf.keras.backend.zeros(2)) * contf.x"
    assert in_words_of("tf2.0", text) == (
        "x = tf.compat.v1.matrix_transpose(tf.keras.backend.zeros(2)) * contf.x"
    )
