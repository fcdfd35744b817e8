class MaxNumBoundingBoxes(_Augmentation):
    """MaxNumBoundingBoxes of Keras 3, where it predicts."""

    def __init__(self, max_number, fill_value=-1, data_format=None, **kwargs):
        super(MaxNumBoundingBoxes, self).__init__(**kwargs)
        self.settings = dict(
            max_number=max_number,
            fill_value=fill_value,
            data_format=data_format,
        )
