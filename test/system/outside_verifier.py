#!/usr/bin/env python3
"""An outsider checks a running server's audit log with what docs/audit.md says, pasted as it stands:
outside_verifier.py BINARY"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))

from harness.report import Skip, run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

VERIFIER = ROOT / "tools" / "verify" / "velum-verify.mjs"
ENTRIES = 600


def blocks():
    """The commands of docs/audit.md, block by block."""
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / "audit.md").read_text(encoding="utf-8"), re.M | re.S)


class Outsider:
    def __init__(self, server, directory):
        self.directory = directory
        self.environment = {**os.environ, "VELUM_URL": f"http://127.0.0.1:{server.port}",
                            "VELUM_APP_KEY": server.store.app_key, "VELUM_APP_TOKEN": server.store.app_token}
        directory.mkdir()
        (directory / "tools").symlink_to(ROOT / "tools")

    def paste(self, block):
        done = subprocess.run(["bash", "-ec", block], cwd=self.directory, env=self.environment,
                              capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, f"{block}: {done.stdout} {done.stderr}"
        return done.stdout

    def verifier(self, *words):
        done = subprocess.run(["node", VERIFIER, *words], cwd=self.directory, env=self.environment,
                              capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, (done.stdout + done.stderr).strip()


def grow(client, subjects, count):
    for number in range(count):
        assert client.unmask(subjects[number % len(subjects)]).status == 200


def wait_until_signed(client, size):
    deadline = time.monotonic() + 60
    while client.request("GET", f"/api/audit/proof/{size - 1}").status != 200:
        assert time.monotonic() < deadline, "the entries are not signed"
        time.sleep(0.1)


def check_refusals(outsider):
    """What is wrong is said in one line, and by the exit code."""
    log, entry = outsider.directory / "my-log", outsider.directory / "0.json"
    proof = outsider.directory / "0.tlog-proof"
    key = ["--key", "velum.key"]
    code, said = outsider.verifier("check", "nowhere", *key)
    assert code == 2, said
    assert outsider.verifier()[0] == 2 and outsider.verifier("check", "--what")[0] == 2
    entry.write_bytes(entry.read_bytes().replace(b'"number":0', b'"number":1'))
    code, said = outsider.verifier("proof", proof, "--entry", entry, *key)
    assert code == 1 and said.count("\n") == 0 and "not in the log" in said, said
    proof.write_text(proof.read_text().replace("index 0", "index 1"))
    assert outsider.verifier("proof", proof, "--entry", entry, *key)[0] == 1
    tile = next(path for path in sorted((log / "tile" / "0").rglob("*")) if path.is_file())
    good = tile.read_bytes()
    tile.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    code, said = outsider.verifier("check", log, *key)
    assert code == 1 and str(tile.name) in said, said
    tile.write_bytes(good)
    assert outsider.verifier("check", log, *key)[0] == 0
    (log / "checkpoint").unlink()
    assert outsider.verifier("check", log, *key)[0] == 1


def check_same_verdict(store, outsider):
    code, said = outsider.verifier("check", store.data / "audit", "--key", "velum.key",
                                   "--checkpoint", "kept-checkpoint")
    assert code == 0, said
    own = store.command("audit", "verify", "--key", outsider.directory / "velum.key",
                        "--checkpoint", outsider.directory / "kept-checkpoint").stdout
    assert own.splitlines()[0] == said.splitlines()[0], (own, said)


def check_while_it_grows(server, store, outsider, subjects):
    """What is replaced meanwhile is no sign of tampering."""
    ending = threading.Event()

    def add():
        with server.client() as client:
            while not ending.is_set():
                client.unmask(subjects[0])

    adding = threading.Thread(target=add)
    adding.start()
    try:
        for _ in range(8):
            code, said = outsider.verifier("check", store.data / "audit", "--key", "velum.key")
            assert code == 0, said
            store.command("audit", "verify")
    finally:
        ending.set()
        adding.join()


def check_credentials_file(outsider):
    headers = outsider.directory / "headers"
    headers.write_text(f"X-VTEX-API-AppKey: {outsider.environment.pop('VELUM_APP_KEY')}\n"
                       f"X-VTEX-API-AppToken: {outsider.environment.pop('VELUM_APP_TOKEN')}\n")
    url = outsider.environment["VELUM_URL"]
    code, said = outsider.verifier("download", url, "again", "--credentials", headers, "--account", "loja")
    assert code == 0, said
    assert outsider.verifier("check", "again", "--key", "velum.key")[0] == 0
    assert outsider.verifier("download", url, "third")[0] == 2
    assert outsider.verifier("download", url, "third", "--credentials", headers, "--account", "outra")[0] == 2


def test(report, binary, directory):
    if shutil.which("node") is None:
        with report.check("an outsider checks the log"):
            raise Skip("no node")
        return
    store = Store(binary, directory / "store")
    server = Server(store)
    server.start()
    with server.client() as client:
        subjects = [client.create({"email": f"of{number}@example.com"}).json()["id"] for number in range(20)]
        grow(client, subjects, ENTRIES - len(subjects))
        wait_until_signed(client, ENTRIES)
        outsider = Outsider(server, directory / "outsider")
        commands = blocks()
        with report.check("docs/audit.md: the key, the whole log"):
            assert len(commands) == 5, f"{len(commands)} blocks"
            outsider.paste(commands[0])
            said = outsider.paste(commands[1])
            assert f"{ENTRIES} entries under a signed checkpoint" in said and "verified" in said, said
        with report.check("docs/audit.md: later, what was kept is its beginning"):
            grow(client, subjects, 300)
            wait_until_signed(client, ENTRIES + 300)
            said = outsider.paste(commands[2])
            assert f"{ENTRIES + 300} entries" in said and "verified" in said, said
        with report.check("docs/audit.md: one entry, and the log's growth"):
            assert "verified: this is entry 0" in outsider.paste(commands[3])
            assert json.loads((outsider.directory / "0.json").read_bytes())["number"] == 0
            assert f"verified: the first {ENTRIES} of the" in outsider.paste(commands[4])
        with report.check("velum audit verify says the same of the server's own files, while it runs"):
            check_same_verdict(store, outsider)
        with report.check("both verify it while entries are added"):
            check_while_it_grows(server, store, outsider, subjects)
        with report.check("credentials in a file, and an account by name"):
            check_credentials_file(outsider)
    with report.check("what does not verify is said"):
        check_refusals(outsider)
    with report.check("it stops"):
        assert server.stop() == 0, server.log_text()[-1000:]


if __name__ == "__main__":
    run(test)
