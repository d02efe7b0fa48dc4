"""The guard against the network guards."""

import socket

import pytest


def test_no_connection_is_made() -> None:
    """Neither by address nor by name."""
    with socket.socket() as one:
        with pytest.raises(AssertionError, match="network"):
            one.connect(("127.0.0.1", 9))
        with pytest.raises(AssertionError, match="network"):
            one.connect_ex(("127.0.0.1", 9))
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("example.org", 80), timeout=1)
