class StringLookupV2(_Lookup):
    """The place of each word in a vocabulary."""

    key_dtype = "string"
