"""Clients that are slow on purpose, each on a thread of its own, beside whatever the test does."""
import dataclasses
import select
import threading
import time

from harness.raw import Raw

DRIP_S = 1.0


@dataclasses.dataclass
class Slow:
    """Sends `first` at once and then a byte a second, until the server has had enough."""
    name: str
    first: bytes
    status: int | None  # What the server must say; None: nothing.
    after_s: float  # When.
    drip: bytes = b"x"  # Empty: nothing more is sent.
    took_s: float = 0.0
    said: object = "nothing yet"

    def run(self, port, give_up_s):
        with Raw(port, timeout_s=10) as connection:
            started = time.monotonic()
            connection.send(self.first)
            while time.monotonic() - started < give_up_s:
                ready, _, _ = select.select([connection.socket], [], [], DRIP_S)
                if ready:
                    self.took_s = time.monotonic() - started
                    answer = connection.answer()
                    self.said = None if answer is None else answer.status
                    return
                if self.drip:
                    connection.send(self.drip)
            self.took_s = time.monotonic() - started

    def wrong(self, tolerance_s):
        """What is wrong with how it went, or None."""
        if self.said != self.status:
            return f"{self.name}: {self.said} after {self.took_s:.1f} s, not {self.status}"
        if not self.after_s - 1 < self.took_s < self.after_s + tolerance_s:
            return f"{self.name}: {self.took_s:.1f} s, not {self.after_s}"
        return None


class Witness:
    """Somebody else, who wants to be served all the while. Remembers the longest wait."""

    def __init__(self, server, act):
        self.server, self.act = server, act
        self.longest_s, self.count, self.wrong = 0.0, 0, None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()

    def _run(self):
        try:
            with self.server.client(timeout_s=10) as client:
                while not self.stopping.wait(0.02):
                    started = time.monotonic()
                    self.act(client)
                    self.longest_s = max(self.longest_s, time.monotonic() - started)
                    self.count += 1
        except (AssertionError, OSError) as error:
            self.wrong = repr(error)


def start(clients, port, give_up_s):
    """Their threads: join them to know how it went."""
    threads = [threading.Thread(target=one.run, args=(port, give_up_s)) for one in clients]
    for thread in threads:
        thread.start()
    return threads
