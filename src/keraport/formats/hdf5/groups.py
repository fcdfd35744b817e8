"""Groups and links in a file that is written: as h5py makes them, with properties made once."""

from __future__ import annotations

import h5py
from h5py import h5g, h5p, h5t


def link(leaf: bytes) -> h5p.PropLCID:
    """The properties of a link of that name."""
    return _LINKS[leaf.isascii()]


def require_group(group: h5py.Group, path: str) -> h5py.Group:
    """The group of that name, which is made if there is none.

    Args:
        group: above it.
        path: a relative path. Groups on the way are made as well.

    Raises:
        TypeError: something else has that name.
    """
    if "/" in path:
        return group.require_group(path)
    name = path.encode()
    if group.id.links.exists(name):
        return group.require_group(path)
    return h5py.Group(h5g.create(group.id, name, link(name), _GROUP))


def _link(encoding: int) -> h5p.PropLCID:
    plist = h5p.create(h5p.LINK_CREATE)
    plist.set_char_encoding(encoding)
    return plist


def _group() -> h5p.PropGCID:
    """No times, which would tell outputs of the same input apart."""
    plist = h5p.create(h5p.GROUP_CREATE)
    plist.set_obj_track_times(False)
    return plist


_LINKS = {True: _link(h5t.CSET_ASCII), False: _link(h5t.CSET_UTF8)}
_GROUP = _group()
