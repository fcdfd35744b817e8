def hard_swish(x):
    """x times its hard_sigmoid, as Keras 3 has it."""
    return x * hard_sigmoid_of_keras3(x)
