"""Models, inputs, and layers that reshape or look up."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.hub.row import Inputs, Kernel, Mask, Operation, Quantised, Row, Variable
from keraport.hub.shared import KERNEL_AND_BIAS, NO_VARIABLES

_MODEL: Final = Row("Functional", is_model=True, mask=Mask.PASSES)

# Other classes of Keras that only read or call something of TensorFlow stand for it in a graph.
_BY_ATTRIBUTE: Final = Row("ClassMethod", operation=Operation.ATTRIBUTE)
_BY_FUNCTION: Final = Row("TFOpLambda", operation=Operation.FUNCTION)

_RESHAPING: Final = Row(
    "Flatten",
    variables=NO_VARIABLES,
    shape="flatten",
    inputs=Inputs.ONE,
    homogeneous=True,
)

ROWS: Final = (
    _MODEL,
    replace(_MODEL, name="Model", mask=Mask.BY_RELEASE),
    replace(_MODEL, name="Sequential"),
    Row("InputLayer", variables=NO_VARIABLES, mask=Mask.BY_RELEASE),
    Row(
        "Dense",
        variables=KERNEL_AND_BIAS,
        variable_shapes="dense",
        shape="dense",
        inputs=Inputs.ONE,
        mask=Mask.PASSES,
        kernel=Kernel(("kernel", (-1,)), ("kernel", (-2,)), borders=False),
        applies_activation_last=True,
        stepwise=True,
        quantised=Quantised.KERNEL,
        takes_rank_for_alpha=True,
        reads_own_alone=True,
    ),
    Row(
        "EinsumDense",
        variables=(Variable("kernel"), Variable("bias", when="bias_axes", default=False)),
        shape="einsum_dense",
        inputs=Inputs.ONE,
        applies_activation_last=True,
        quantised=Quantised.KERNEL,
        reads_own_alone=True,
    ),
    Row(
        "Embedding",
        variables=(Variable("embeddings"),),
        variable_shapes="embedding",
        shape="embedding",
        inputs=Inputs.ONE,
        mask=Mask.MADE_IF_ASKED,
        quantised=Quantised.TABLE,
        takes_rank_for_alpha=True,
        reads_own_alone=True,
    ),
    Row(
        "ReversibleEmbedding",
        variables=(Variable("embeddings"), Variable("reverse_embeddings", unless="tie_weights")),
        mask=Mask.MADE_IF_ASKED,
        quantised=Quantised.TABLE,
        takes_rank_for_alpha=True,
        reads_own_alone=True,
    ),
    Row("Masking", variables=NO_VARIABLES, shape="keep", inputs=Inputs.ONE, mask=Mask.MADE),
    Row("Lambda", mask=Mask.BY_RELEASE, own_functions=True),
    Row(
        "TensorFlowOpLayer",
        shape="operation",
        operation=Operation.NODE,
        own_functions=True,
    ),
    _BY_FUNCTION,
    replace(_BY_FUNCTION, name="SlicingOpLambda"),
    _BY_ATTRIBUTE,
    replace(_BY_ATTRIBUTE, name="InstanceMethod"),
    replace(_BY_ATTRIBUTE, name="InstanceProperty"),
    Row("AddLoss", shape="given"),
    Row("AddMetric", shape="given"),
    replace(_RESHAPING, per_channel=True, built_for_sizes=True),
    replace(_RESHAPING, name="Permute", shape="permute"),
    replace(_RESHAPING, name="RepeatVector", shape="repeat_vector"),
    replace(_RESHAPING, name="Reshape", shape="reshape", built_for_sizes=True),
    Row("Identity", variables=NO_VARIABLES, shape="keep"),
    Row(
        "RandomFourierFeatures",
        variables=(
            Variable("kernel_scale"),
            Variable("unscaled_kernel", trained=False),
            Variable("bias", trained=False),
        ),
        shape="random_features",
        inputs=Inputs.ONE,
    ),
)
