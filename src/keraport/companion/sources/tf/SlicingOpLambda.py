class SlicingOpLambda(_FunctionLayer):
    """A slice of a tensor."""

    def _applied(self, tensor, slice_spec):
        return tensor[tuple(slice_spec) if isinstance(slice_spec, list) else slice_spec]
