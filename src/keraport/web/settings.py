"""What a server was told: where to listen, and how much it takes."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from dataclasses import field
from typing import Final

from keraport.records import dataclass

_TOKEN_BYTES: Final = 32


def _token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server was told.

    Args:
        host: the address or name to listen at.
        port: 0 for any that is free.
        max_size: bytes of a file that is taken.
        memory: bytes of address space that a command may use.
        timeout: seconds that a command may take.
        jobs: commands that run at once.
        token: the first part of every path; whoever has it may use the server.
        idle: seconds that an upload may stand still.
    """

    host: str = "127.0.0.1"
    port: int = 0
    max_size: int = 2_000_000_000
    memory: int = 6_000_000_000
    timeout: float = 300.0
    jobs: int = 2
    token: str = field(default_factory=_token)
    idle: float = 60.0

    @property
    def is_local(self) -> bool:
        """True if no other machine can connect."""
        found = address(self.host)
        return found.is_loopback if found is not None else self.host.lower() == "localhost"

    def url(self, port: int) -> str:
        """The address of the page on the port that was taken."""
        found = address(self.host)
        host = self.host
        if found is not None and found.is_unspecified:
            host = socket.gethostname()
        elif found is not None and found.version == 6:
            host = f"[{found}]"
        return f"http://{host}:{port}/{self.token}/"

    def allows(self, header: str) -> bool:
        """True if a ``Host`` header is one that a browser sends which was given `url`.

        A page of somebody else whose name suddenly means this machine (DNS rebinding) comes with
        that name. An address is no name, and cannot be made to mean something else.
        """
        host = _without_port(header)
        found = address(host)
        if found is not None:
            return found.is_loopback or not self.is_local
        names = {"localhost"}
        if not self.is_local:
            names |= {self.host.lower(), socket.gethostname().lower()}
        return host.lower() in names


def address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that the text is; None if it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _without_port(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.rpartition(":")[0] or header
