"""Reading what a child process sends, also where its death does not close the pipe; its end.

On Windows this process itself holds the child's end until the child has taken it over. One that
dies while Python still starts in it would otherwise be waited for for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

_LOOK_S = 0.5


def receive(connection: Connection[Any, Any], process: SpawnProcess) -> Any:
    """The next message of a process that this one has started. Blocks.

    Raises:
        EOFError: The process is gone, and everything that it sent was received.
        OSError: The pipe is broken.
    """
    while not connection.poll(_LOOK_S):
        if not process.is_alive() and not connection.poll():
            raise EOFError
    return connection.recv()


def ending_of(process: SpawnProcess) -> str:
    """How a process that is gone ended, in words."""
    code = process.exitcode
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
