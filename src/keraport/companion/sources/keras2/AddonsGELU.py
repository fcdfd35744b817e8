

class AddonsGELU(_StandaloneLayer):
    """The layer GELU of TensorFlow Addons."""

    def __init__(self, approximate=True, **kwargs):
        super(AddonsGELU, self).__init__(**kwargs)
        self.approximate = approximate
        self.supports_masking = True

    def call(self, inputs):
        return addons_gelu(inputs, self.approximate)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        config = super(AddonsGELU, self).get_config()
        config.update(approximate=self.approximate)
        return config
