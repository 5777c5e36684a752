#!/usr/bin/env python3
"""Debian's testssl.sh against the server's TLS, as it is by default and with TLS 1.2: tls_scan.py BINARY

No finding may be of medium severity or worse, but for what a certificate that was made a moment ago
causes by itself. Nothing is looked up anywhere: the scan stays on the loopback address.
"""
import contextlib
import json
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness import slow  # noqa: E402
from harness.report import Skip, run  # noqa: E402
from harness.slow import Slow  # noqa: E402
from harness.tls import make_certificate  # noqa: E402
from harness.velum import Server, Store, free_port  # noqa: E402

SCAN_MAX_S = 450  # 90 s on a machine that has nothing else to do.
GRAVE = {"MEDIUM", "HIGH", "CRITICAL", "FATAL"}
# What the scan says of the certificate, which is the operator's affair, and why.
OF_THE_CERTIFICATE = {"cert_revocation": "a self-signed certificate names no list of revoked ones"}
FINDINGS_MIN = 60
# What every scan must have come to, and what only one that looks at the suites of TLS 1.2 can.
EXPECTED = {"SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3", "cert_keySize",
            "cert_chain_of_trust", "heartbleed", "CCS", "ticketbleed", "ROBOT", "secure_renego",
            "secure_client_renego", "CRIME_TLS", "BREACH", "POODLE_SSL", "FREAK", "DROWN", "LOGJAM",
            "BEAST", "LUCKY13", "RC4", "scanTime"}
EXPECTED_OF_SUITES = {"cipherlist_NULL", "cipherlist_aNULL", "cipherlist_EXPORT", "cipherlist_LOW",
                      "cipherlist_3DES_IDEA", "PFS"}
CHECKS = ["-p", "-S", "-h", "-U"]  # Protocols, certificate, headers, vulnerabilities.
CHECKS_OF_SUITES = ["-s", "-f"]  # With TLS 1.3 alone there is nothing for them to find.
HANDSHAKE_S = 10
LATE_S = 3


class Scan:
    """testssl.sh in the background."""

    def __init__(self, directory, name, port, certificate, checks):
        self.output = directory / f"{name}.json"
        # What it prints goes to a file: a pipe that nobody reads would stop it.
        self.printed = directory / f"{name}.txt"
        with open(self.printed, "wb") as printed:
            self.process = subprocess.Popen(
                ["testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none",
                 "--ip", "127.0.0.1", "--connect-timeout", "5", "--openssl-timeout", "5",
                 "--add-ca", certificate, "--jsonfile", self.output, *checks,
                 f"https://localhost:{port}/"],
                cwd=directory, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed)

    def findings(self, deadline):
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the scan took more than {SCAN_MAX_S} s") from None
        assert self.output.exists(), self.printed.read_text(errors="replace")[-500:]
        return json.loads(self.output.read_text(encoding="utf-8", errors="replace"))


def grave(findings):
    return [f"{one['severity']} {one['id']}: {one['finding'][:200]}" for one in findings
            if one["severity"] in GRAVE and one["id"] not in OF_THE_CERTIFICATE]


def check_scan(report, name, scan, expected, deadline):
    with report.check(f"testssl.sh finds nothing medium or worse: {name}"):
        findings = scan.findings(deadline)
        seen = {one["id"] for one in findings}
        counts = {}
        for one in findings:
            counts[one["severity"]] = counts.get(one["severity"], 0) + 1
        took = [one["finding"] for one in findings if one["id"] == "scanTime"]
        print(f"figure {name}: {len(findings)} findings {counts} in {took} s", flush=True)
        assert not grave(findings), "; ".join(grave(findings))
        assert expected <= seen, f"the scan did not come to {expected - seen}"
        assert len(findings) >= FINDINGS_MIN, f"{len(findings)} findings"


@contextlib.contextmanager
def weak_server(certificate, key):
    """What no scan may let pass: it offers to encrypt nothing."""
    port = free_port()
    process = subprocess.Popen(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", certificate, "-key", key,
         "-tls1_2", "-cipher", "eNULL:ECDHE:@SECLEVEL=0", "-www", "-quiet"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


def scan_all(report, binary, directory):
    ec, rsa = make_certificate(directory, "ec"), make_certificate(directory, "rsa")
    settings = {"TLS 1.3": (ec, [], CHECKS, EXPECTED),
                "TLS 1.2 as well": (rsa, ["--tls-versions", "1.2"], CHECKS + CHECKS_OF_SUITES,
                                    EXPECTED | EXPECTED_OF_SUITES)}
    servers, scans = [], {}
    deadline = time.monotonic() + SCAN_MAX_S
    for name, (files, options, checks, _) in settings.items():
        store = Store(binary, directory / f"data{len(servers)}")
        server = Server(store, options=options, tls=files).start()
        servers.append(server)
        scans[name] = Scan(directory, f"scan{len(servers)}", server.port, files[0],
                           checks)
    clients = [Slow("a handshake", b"\x16\x03\x01", None, HANDSHAKE_S, b"\x01"),
               Slow("silence", b"", None, HANDSHAKE_S, b"")]
    threads = slow.start(clients, servers[0].port, HANDSHAKE_S + 2 * LATE_S)
    with report.check("the scan finds what is weak"), weak_server(*rsa) as port:
        found = Scan(directory, "weak", port, rsa[0], ["-s"]).findings(deadline)
        assert any("cipherlist_NULL" in text for text in grave(found)), grave(found)
    for thread in threads:
        thread.join()
    with report.check("a byte a second renews no deadline of a handshake"):
        wrong = [text for text in (one.wrong(LATE_S) for one in clients) if text]
        assert not wrong, "; ".join(wrong)
    for name, scan in scans.items():
        check_scan(report, name, scan, settings[name][3], deadline)
    for server in servers:
        with report.check("it stops, and its log is short"):
            assert server.stop() == 0, server.log_text()[-1000:]
            assert server.log_text().count("\n") < 20, server.log_text()[-1000:]


def test(report, binary, directory):
    with report.check("testssl.sh is there"):
        for program in ("testssl", "openssl"):
            if shutil.which(program) is None:
                raise Skip(f"{program} is not installed")
        scan_all(report, binary, directory)


if __name__ == "__main__":
    run(test)
