def _arguments_of(function):
    """The names of a function's arguments."""
    code = getattr(function, "__wrapped__", function).__code__
    return code.co_varnames[: code.co_argcount]
