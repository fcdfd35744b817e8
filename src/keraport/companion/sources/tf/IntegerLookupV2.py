class IntegerLookupV2(_Lookup):
    """The place of each integer in a vocabulary."""

    key_dtype = "int64"
