"""`velum serve` as it is measured: plain or with TLS, timed until it is ready, and its memory."""
import contextlib
import http.client
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass

from programs import MeasureFailed, Target, resident_mib
from stores import ROOT, has_option

sys.path.insert(0, str(ROOT / "test"))

from harness.velum import Server  # noqa: E402

READY_LIMIT_S = 60
READY_STEP_S = 0.001


@dataclass(frozen=True)
class Certificate:
    chain: object
    key: object


def make_certificate(folder):
    made = Certificate(folder / "certificate.pem", folder / "certificate-key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-keyout", str(made.key), "-out", str(made.chain)],
                   check=True, capture_output=True)
    return made


class MeasuredServer(Target):
    """A server that has just become ready, and how long that took from its start."""

    def __init__(self, store, certificate, options):
        headers = store.folder / "headers"
        headers.write_text("".join(f"{name}: {value}\n" for name, value in store.auth().items()))
        # Named, because a store that was copied would look for its keys where it was made.
        words = ["--root-key", f"{store.data}.root-key", *options]
        # One key asks for everything that a whole store would. Older revisions know no budgets.
        for budget in ("--lookups-per-minute", "--subjects-per-hour", "--subjects-per-day"):
            words += [budget, "0"] if has_option(store.binary, budget) else []
        if certificate:
            words += ["--tls-cert", certificate.chain, "--tls-key", certificate.key]
        self.server = Server(store, options=words)
        started = time.monotonic()
        self.server.launch()
        super().__init__(self.server.port, self.server.process.pid, headers, certificate)
        self._wait_until_ready(started + READY_LIMIT_S)
        self.ready_ms = (time.monotonic() - started) * 1000

    def _wait_until_ready(self, deadline):
        while not self._is_ready():
            if self.server.process.poll() is not None or time.monotonic() > deadline:
                self.server.kill()
                raise MeasureFailed("velum serve did not become ready: "
                                    f"{self.server.log_text()[-1000:]}")
            time.sleep(READY_STEP_S)

    def _is_ready(self):
        if self.certificate:
            unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5,
                                                     context=unverified)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(connection):
            try:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == 200
            except OSError:
                return False

    def resident_mib(self):
        return resident_mib(self.pid)

    def stop(self):
        code = self.server.stop()
        if code != 0:
            raise MeasureFailed(f"velum serve ended with {code}: {self.server.log_text()[-1000:]}")
