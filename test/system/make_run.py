#!/usr/bin/env python3
"""What a newcomer does first: `make run`, and then the four lines that it prints, as they are printed:
make_run.py BINARY"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))

from harness.report import run  # noqa: E402
from harness.velum import free_port  # noqa: E402

START_TIMEOUT_S = 60


class Demo:
    def __init__(self, directory):
        self.log = directory / "printed"
        environment = {**os.environ, "VELUM_LISTEN": f"127.0.0.1:{free_port()}",
                       "VELUM_DEMO": str(directory / "demo")}
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen([ROOT / "tools" / "run_demo.sh"], env=environment,
                                            stdout=out, stderr=subprocess.STDOUT, cwd=directory)
        deadline = time.monotonic() + START_TIMEOUT_S
        while "event=serving" not in self.text():
            assert self.process.poll() is None and time.monotonic() < deadline, self.text()
            time.sleep(0.05)

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


def paste(printed):
    """Runs the export lines and each curl as a shell would, and returns what each prints."""
    exports = "\n".join(re.findall(r"^ *(export .*)$", printed, re.MULTILINE))
    curls = re.findall(r"^ *(curl .*\\\n.*)$", printed, re.MULTILINE)
    assert len(curls) == 4, f"{len(curls)} lines to try"
    answers = []
    for curl in curls:
        done = subprocess.run(["bash", "-c", f"{exports}\n{curl} --silent --show-error --fail"],
                              capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 0, f"{curl}: {done.stderr}"
        answers.append(json.loads(done.stdout))
    return answers


def test(report, binary, directory):
    with report.check("the binary is where make build says"):
        assert binary == ROOT / "build" / "release" / "velum", binary
    with report.check("make run serves a demo store with 1,000 shoppers"):
        demo = Demo(directory)
        # Each with what they say of the newsletter.
        assert "imported 2000, already there 0, rejected 0" in demo.text(), demo.text()
        assert "profile: 1000, already there 0" in demo.text(), demo.text()
    with report.check("the four lines that it prints do what they say"):
        created, masked, unmasked, events = paste(demo.text())
        assert created["document"]["firstName"] == "Ana"
        assert masked[0]["document"]["firstName"] == "A**", masked
        assert unmasked[0]["document"]["lastName"] == "Silva", unmasked
        assert [entry["record"] for entry in events["items"]] == [created["id"]], events
    with report.check("it ends with Ctrl-C, and can be run again"):
        assert demo.stop() == 0, demo.text()
        demo = Demo(directory)
        assert "imported" not in demo.text(), demo.text()
        assert demo.stop() == 0, demo.text()


if __name__ == "__main__":
    run(test)
