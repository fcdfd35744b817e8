"""What the integers of a quantized layer stand for, by the functions of Keras itself."""

import keras
import numpy as np
from keras import ops, quantizers
from keras.src.quantizers import quantizers as inside

PLAIN = ("kernel", "embeddings", "reverse_embeddings")


def array(value):
    return np.asarray(ops.convert_to_numpy(value))


def of_groups(values, scale, zero, groups, axis):
    # Keras 3.13 has groups along the last axis only.
    along = {} if axis == -1 else {"group_axis": axis}
    return array(inside.dequantize_with_sz_map(values, scale, zero, groups, **along))


def kernel_of(layer, mode, shape):
    """The kernel of a Dense or EinsumDense."""
    if mode == "float8":
        kernel = ops.convert_to_tensor(layer._kernel)
        return array(
            quantizers.quantize_and_dequantize(
                kernel, layer.kernel_scale, "float8_e4m3fn", layer.compute_dtype
            )
        )
    if mode in ("gptq", "awq"):
        values = layer.quantized_kernel
        if mode == "awq" or "/4/" in layer.dtype_policy.name:
            columns = layer.kernel_scale.shape[0]
            values = quantizers.unpack_int4(values, columns, axis=0, dtype="uint8")
        values = ops.cast(values, "float32")
        found = of_groups(values, layer.kernel_scale, layer.kernel_zero, layer.g_idx, -1).T
        if mode == "awq":
            found = found / array(layer.awq_scales)[:, None]
        return found.reshape(shape)
    values = layer._kernel
    if mode == "int4":
        if hasattr(layer, "_int4_pack_axis"):
            length = layer._orig_length_along_pack_axis
            values = quantizers.unpack_int4(values, length, axis=layer._int4_pack_axis)
        elif not hasattr(layer, "_int4_block_size"):
            values = quantizers.unpack_int4(values, layer._orig_input_dim, axis=0)
        else:
            columns = array(layer.kernel_scale).shape[-1]
            values = quantizers.unpack_int4(values, columns, axis=-1)
    values = ops.cast(values, "float32")
    if hasattr(layer, "g_idx"):
        found = of_groups(values, layer.kernel_scale, layer.kernel_zero, layer.g_idx, 0)
        return found.reshape(shape)
    scale = layer.kernel_scale
    if type(layer).__name__ == "EinsumDense" and not hasattr(layer, "_int4_rows"):
        scale = unfolded(layer, scale)
    return (array(values) / array(scale)).reshape(shape)


def unfolded(layer, scale):
    """The scale of an EinsumDense along the axes of its kernel."""
    if hasattr(layer, "_adjust_scale_for_dequant"):
        return layer._adjust_scale_for_dequant(scale)
    if layer._kernel_squeeze_axes:
        scale = ops.expand_dims(scale, axis=layer._kernel_squeeze_axes)
    if layer._kernel_expand_axes:
        scale = ops.squeeze(scale, axis=layer._kernel_expand_axes)
    if layer._kernel_transpose_axes:
        back = np.argsort(layer._kernel_transpose_axes)
        scale = ops.transpose(scale, [int(axis) for axis in back])
    return scale


def table_of(layer, mode):  # noqa: ARG001 - called like the others
    """The rows of an Embedding: it is asked for each of its words."""
    return array(layer(np.arange(layer.input_dim)[None]))[0]


def reverse_of(layer, mode):
    """The other matrix of a ReversibleEmbedding."""
    values = layer.reverse_embeddings
    if mode == "int4":
        values = quantizers.unpack_int4(values, layer.output_dim, axis=0)
    values = ops.cast(values, "float32")
    if hasattr(layer, "reverse_embeddings_zero"):
        zero, groups = layer.reverse_embeddings_zero, layer.g_idx
        return of_groups(values, layer.reverse_embeddings_scale, zero, groups, 0)
    return array(values) / array(layer.reverse_embeddings_scale)


def copy(layer, plain):
    """Give a layer that is not quantized the numbers of one that is."""
    mode = getattr(layer, "quantization_mode", None)
    if mode is None and hasattr(layer, "dtype_policy"):
        mode = getattr(layer.dtype_policy, "quantization_mode", None)
    if mode is None:
        # What has low-rank matrices has zeros in them when it is loaded from an archive.
        kept = [weight for weight in layer.weights if "lora" not in weight.name]
        names = [weight.name for weight in kept]
        by_name = dict(zip(names, kept, strict=True))
        if getattr(layer, "lora_enabled", False):
            by_name |= {name: getattr(layer, name) for name in PLAIN[:2] if name in by_name}
        for weight in plain.weights:
            weight.assign(by_name[weight.name])
        return
    if hasattr(plain, "_embeddings"):
        plain._embeddings.assign(table_of(layer, mode))
        if getattr(layer, "reverse_embeddings", None) is not None and not layer.tie_weights:
            plain.reverse_embeddings.assign(reverse_of(layer, mode))
        return
    kernel = kernel_of(layer, mode, plain._kernel.shape)
    if getattr(layer, "lora_enabled", False):
        product = ops.matmul(layer.lora_kernel_a, layer.lora_kernel_b)
        scaled = getattr(layer, "lora_alpha", layer.lora_rank)
        kernel = kernel + array(product) * (scaled / layer.lora_rank)
    plain._kernel.assign(kernel)
    if layer.bias is not None:
        bias = layer.bias
        if mode == "float8":
            bias = keras.ops.cast(keras.ops.cast(bias, "bfloat16"), "float32")
        plain.bias.assign(bias)
