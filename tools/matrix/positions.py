"""Where the layers of a case stand in its model: the graphs of the rows.

Python 3.6 to 3.13.
"""

from typing import Any, List, Tuple

from matrix.case import Call, Case, Input, Tensor


def build(release: Any, case: Case) -> Any:
    """The model of a case."""
    return POSITIONS[case.position](release, case)


def inputs_of(release: Any, case: Case) -> List[Any]:
    """New input tensors."""
    made = []
    for one in case.inputs:
        options = {"dtype": one.dtype} if one.dtype else {}
        if one.batch is None:
            made.append(release.layers.Input(shape=one.shape, **options))
        else:
            made.append(release.layers.Input(batch_shape=(one.batch,) + one.shape, **options))
    return made


def connect(release: Any, case: Case, tensors: List[Any]) -> List[Any]:
    """The outputs of a case for these inputs."""
    if callable(case.outputs):
        return flat(case.outputs(release, *tensors))
    found = []
    for chain in case.outputs:
        found += flat(follow(release, chain, tensors))
    return found


def follow(release: Any, chain: Tuple[Any, ...], tensors: List[Any]) -> Any:
    """What a chain of layers makes of the first input."""
    current = tensors[0]
    for step in chain:
        if not isinstance(step, Call):
            current = release.make(step)(current)
            continue
        arguments = {key: _argument(value, tensors) for key, value in step.arguments.items()}
        if step.of:
            current = [tensors[index] for index in step.of]
        elif step.chains:
            current = [follow(release, other, tensors) for other in step.chains]
        current = release.make(step.layer)(current, **arguments)
    return current


def flat(value: Any) -> List[Any]:
    """Outputs as one list, whatever a layer returns."""
    if isinstance(value, dict):
        return [item for key in sorted(value) for item in flat(value[key])]
    if isinstance(value, (list, tuple)):
        return [item for one in value for item in flat(one)]
    return [value]


def _argument(value: Any, tensors: List[Any]) -> Any:
    if isinstance(value, Tensor):
        return tensors[value.index]
    if isinstance(value, list):
        return [_argument(item, tensors) for item in value]
    return value


def _model(release: Any, inputs: List[Any], outputs: List[Any]) -> Any:
    return release.keras.models.Model(
        inputs=inputs if len(inputs) > 1 else inputs[0],
        outputs=outputs if len(outputs) > 1 else outputs[0],
    )


def _functional(release: Any, case: Case) -> Any:
    inputs = inputs_of(release, case)
    return _model(release, inputs, connect(release, case, inputs))


def _nested(release: Any, case: Case) -> Any:
    inner = _functional(release, case)
    inputs = inputs_of(release, case)
    return _model(release, inputs, flat(inner(inputs if len(inputs) > 1 else inputs[0])))


def _shared(release: Any, case: Case) -> Any:
    """The same layers for two inputs; the second is a copy of the only one of the case."""
    inner = [release.make(step) for chain in case.outputs for step in chain]
    first, second = (inputs_of(release, case)[0] for _ in range(2))
    outputs = []
    for tensor in (first, second):
        for layer in inner:
            tensor = layer(tensor)
        outputs.append(tensor)
    return _model(release, [first, second], outputs)


def _sequential(release: Any, case: Case) -> Any:
    (one,) = case.inputs
    first, rest = case.outputs[0][0], case.outputs[0][1:]
    batched = {"batch_input_shape": (one.batch,) + one.shape}
    shape = {"input_shape": one.shape} if one.batch is None else batched
    first = first._replace(keywords=dict(first.keywords, **shape))
    return release.keras.models.Sequential([release.make(step) for step in (first,) + rest])


def _sequential_input(release: Any, case: Case) -> Any:
    (one,) = case.inputs
    start = release.layers.InputLayer(input_shape=one.shape)
    return release.keras.models.Sequential([start] + [release.make(s) for s in case.outputs[0]])


def _sequential_open(release: Any, case: Case) -> Any:
    """Without a shape: built by the first data that it sees."""
    return release.keras.models.Sequential([release.make(step) for step in case.outputs[0]])


POSITIONS = {
    "functional": _functional,
    "nested": _nested,
    "shared": _shared,
    "sequential": _sequential,
    "sequential_input": _sequential_input,
    "sequential_open": _sequential_open,
}


def fed(case: Case) -> Tuple[Input, ...]:
    """What the model of a case is fed, one for each of its inputs."""
    return case.inputs * 2 if case.position == "shared" else case.inputs
