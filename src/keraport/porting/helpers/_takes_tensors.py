def _takes_tensors(*names):
    """What call takes beside its first tensor becomes inputs: TensorFlow 1 loads no other tensors.

    A model that is saved with the layer hands it a list: its first tensor, then these.
    """
    import inspect

    def first(shapes):
        one = (tf.TensorShape, tuple, list)
        several = isinstance(shapes, list) and shapes and isinstance(shapes[0], one)
        return shapes[0] if several else shapes

    def first_mask(mask):
        return mask[0] if isinstance(mask, list) else mask

    def adapted(layer):
        call, run = layer.call, layer.__call__
        build, output_shape = layer.build, layer.compute_output_shape
        compute_mask, check = layer.compute_mask, layer._assert_input_compatibility
        taken = list(inspect.signature(call).parameters)[2:]

        def call_of_list(self, inputs, *args, **kwargs):
            if isinstance(inputs, list):
                kwargs.update(zip(names, inputs[1:]))
                inputs = inputs[0]
                if "mask" in kwargs:
                    kwargs["mask"] = first_mask(kwargs["mask"])
            return call(self, inputs, *args, **kwargs)

        def run_with_list(self, inputs, *args, **kwargs):
            kwargs.update(zip(taken, args))
            inputs = [inputs] if not isinstance(inputs, list) else inputs
            for name in names[len(inputs) - 1 :]:
                if not isinstance(kwargs.get(name), (tf.Tensor, tf.Variable)):
                    break
                inputs = inputs + [kwargs.pop(name)]
            return run(self, inputs if len(inputs) > 1 else inputs[0], **kwargs)

        call_of_list.__signature__ = inspect.signature(call)
        layer.call, layer.__call__ = call_of_list, run_with_list
        layer.build = lambda self, shapes: build(self, first(shapes))
        layer.compute_output_shape = lambda self, shapes: output_shape(self, first(shapes))
        layer.compute_mask = lambda self, inputs, mask=None: compute_mask(
            self, inputs[0] if isinstance(inputs, list) else inputs, first_mask(mask)
        )
        layer._assert_input_compatibility = lambda self, inputs: check(
            self, inputs[0] if isinstance(inputs, list) else inputs
        )
        return layer

    return adapted
