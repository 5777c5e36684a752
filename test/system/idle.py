#!/usr/bin/env python3
"""What a server costs that nobody uses: idle.py BINARY"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.report import run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

RSS_MAX_MIB = 64
CPU_MAX_PERCENT = 5
WATCHED_S = 3.0
TICKS_A_SECOND = 100  # USER_HZ, whatever the kernel's own.


def status_of(process):
    """Lines `name: value` of /proc/PID/status."""
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def cpu_s(process):
    """Processor time of all threads so far."""
    text = pathlib.Path(f"/proc/{process.pid}/stat").read_text()
    fields = text.rsplit(")", 1)[1].split()  # The name before it may hold anything.
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def test(report, binary, directory):
    server = Server(Store(binary, directory / "data")).start()
    time.sleep(1)
    before = cpu_s(server.process)
    time.sleep(WATCHED_S)
    percent = (cpu_s(server.process) - before) / WATCHED_S * 100
    status = status_of(server.process)
    rss_mib = int(status["VmRSS"].split()[0]) / 1024
    peak_mib = int(status["VmHWM"].split()[0]) / 1024
    files = len(list(pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir()))
    print(f"figure idle: {rss_mib:.1f} MiB resident (peak {peak_mib:.1f}), "
          f"{status['Threads']} threads, {files} files, {percent:.1f} % of a processor", flush=True)
    with report.check(f"an idle server takes less than {RSS_MAX_MIB} MiB"):
        assert rss_mib < RSS_MAX_MIB, f"it takes {rss_mib:.1f} MiB"
    with report.check(f"an idle server takes less than {CPU_MAX_PERCENT} % of a processor"):
        assert percent < CPU_MAX_PERCENT, f"it takes {percent:.1f} %"
    with report.check("it stops"):
        assert server.stop() == 0, server.log_text()[-1000:]


if __name__ == "__main__":
    run(test)
