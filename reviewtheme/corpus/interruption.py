"""Ctrl-C and SIGTERM end a run in good order: workers are killed, what is done is kept."""

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

_PATIENCE = 2.0
"""Seconds in which a run must come to its end by itself before it is broken off."""
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)


@dataclass(slots=True)
class Interruption:
    """Whether somebody asked the run to stop, and how."""

    asked: threading.Event = field(default_factory=threading.Event)
    """Set when the run is to stop."""
    signal: int = 0
    """Number of the signal that asked."""

    @property
    def exit_status(self) -> int:
        """The status that shells expect of a program that a signal ended: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + self.signal


@contextmanager
def stopping_on_signals() -> Iterator[Interruption]:
    """Note a signal that asks the program to stop, in place of what it does otherwise.

    A second signal, or the first after two seconds in vain, raises `KeyboardInterrupt`. A signal that the
    program was started to ignore (as SIGHUP under nohup) stays ignored. Outside the main thread, where
    Python takes no signals, nothing is changed.
    """
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    timers: list[threading.Timer] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if interruption.asked.is_set():
            raise KeyboardInterrupt
        interruption.signal = number
        interruption.asked.set()
        timer = threading.Timer(_PATIENCE, _thread.interrupt_main, (number,))  # as if it came once more
        timer.daemon = True
        timer.start()
        timers.append(timer)

    heeded = [number for number in _SIGNALS if signal.getsignal(number) not in (signal.SIG_IGN, None)]
    before = {number: signal.signal(number, note) for number in heeded}
    try:
        yield interruption
    finally:
        for timer in timers:
            timer.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
