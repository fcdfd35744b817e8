class _CountsLayersInside(object):
    """Counts the weights of layers inside as its own, as TensorFlow 2 does."""

    def __setattr__(self, name, value):
        if name == "trainable":
            for layer in self._layers_inside():
                layer.trainable = value
        elif not name.startswith("_keras") and name not in ("_inbound_nodes", "_outbound_nodes"):
            names = self.__dict__.setdefault("_names_inside", [])
            names[:] = [other for other in names if other != name] + [name]
        super(_CountsLayersInside, self).__setattr__(name, value)

    def _layers_inside(self):
        found = []
        waiting = [self.__dict__.get(name) for name in self.__dict__.get("_names_inside", [])]
        while waiting:
            item = waiting.pop(0)
            if isinstance(item, dict):
                waiting[:0] = [item[key] for key in sorted(item, key=str)]
            elif isinstance(item, (list, tuple)):
                waiting[:0] = list(item)
            elif isinstance(item, tf.keras.layers.Layer):
                if not any(item is other for other in found):
                    found.append(item)
        return found

    def _collected(self, own, kind):
        found = list(own)
        for layer in self._layers_inside():
            for item in getattr(layer, kind):
                if not any(item is other for other in found):
                    found.append(item)
        return found

    @property
    def trainable_weights(self):
        if not self.trainable:
            return []
        own = super(_CountsLayersInside, self).trainable_weights
        return self._collected(own, "trainable_weights")

    @property
    def non_trainable_weights(self):
        own = super(_CountsLayersInside, self).non_trainable_weights
        return self._collected(own, "non_trainable_weights" if self.trainable else "weights")

    @property
    def losses(self):
        return self._collected(super(_CountsLayersInside, self).losses, "losses")

    @property
    def updates(self):
        return self._collected(super(_CountsLayersInside, self).updates, "updates")
