"""The C++ programs that load and measure: each call is one short measurement."""
import contextlib
import json
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test"))

from harness.velum import free_port  # noqa: E402

SETTLE_LIMIT_S = 2
SETTLE_STEP_S = 0.05


class MeasureFailed(Exception):
    """What was to be measured did not work: no figure of this run means anything."""


def run(command):
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MeasureFailed(f"{pathlib.Path(command[0]).name} ended with {done.returncode}: "
                            f"{(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


class Programs:
    def __init__(self, build, seconds, threads):
        self.folder, self.seconds, self.threads = pathlib.Path(build) / "bench", seconds, threads
        self.numbers = 0  # No two creates of a run share an e-mail.

    def load(self, server, connections, requests):
        """What the load generator says of one kind of request against one server."""
        self.numbers += 100_000_000
        command = [self.folder / "load_generator", "--port", server.port, "--connections",
                   connections, "--seconds", self.seconds, "--requests", requests,
                   "--first-number", self.numbers, "--server-pid", server.pid]
        if server.headers:
            command += ["--headers", server.headers]
        if server.certificate:
            command += ["--tls"]
        result = json.loads(run(command))
        name = f"{requests.stem}, {connections} connections"
        if result["unexpected"]:
            raise MeasureFailed(f"{name}: answers that were not expected: {result['unexpected']}")
        if result["requests"] == 0:
            raise MeasureFailed(f"{name}: nothing was answered")
        return result

    @contextlib.contextmanager
    def constant(self, body_bytes, certificate):
        """A server that gives the same answer to everything, from the same http/."""
        port = free_port()
        command = [self.folder / "constant_server", "--port", port, "--threads", self.threads,
                   "--body-bytes", body_bytes]
        if certificate:
            command += ["--tls-cert", certificate.chain, "--tls-key", certificate.key]
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                                   text=True)
        try:
            if not process.stdout.readline().startswith("listening"):
                raise MeasureFailed("the constant server does not listen")
            yield Target(port, process.pid, None, certificate)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    def flush_rate(self, directory):
        return json.loads(run([self.folder / "flush_rate", directory, self.seconds / 2]))

    def store_rate(self, directory, waiters):
        return json.loads(run([self.folder / "store_rate", directory, "--waiters", waiters,
                               "--threads", self.threads, "--seconds", self.seconds]))


class Target:
    """Where load goes: `headers` and `certificate` may be None."""

    def __init__(self, port, pid, headers, certificate):
        self.port, self.pid, self.headers, self.certificate = port, pid, headers, certificate


def settle(pid):
    """Waits until a process has done what its last load left it to do, and never long."""
    deadline = time.monotonic() + SETTLE_LIMIT_S
    before = cpu_ticks(pid)
    while time.monotonic() < deadline:
        time.sleep(SETTLE_STEP_S)
        now = cpu_ticks(pid)
        if now == before:
            return
        before = now


def cpu_ticks(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise MeasureFailed("the server has ended")
