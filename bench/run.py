#!/usr/bin/env python3
"""Measures Velum on this machine: run.py BUILD_DIR [--shoppers N] [--rounds N] [--connections 1,64]

Every round measures a constant answer from the same http/ (same threads, same size of answer) and
then each kind of request, so that a ratio compares neighbours in time; what is printed are medians
over the rounds. The load comes from its own process and shares the processors with the server.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test"))
sys.path.insert(0, str(ROOT / "tools"))

from generate_shoppers import shoppers  # noqa: E402
from harness.client import PROFILES  # noqa: E402
from harness.velum import Server, Store, free_port  # noqa: E402

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
TOKENS = 10_000


class Bench:
    def __init__(self, build, work, options):
        self.build, self.work, self.options = build, work, options
        self.numbers = 0  # No two creates of a run share an e-mail.

    def load(self, port, connections, requests, headers=None):
        self.numbers += 100_000_000
        command = [self.build / "bench/load_generator", "--port", str(port), "--connections",
                   str(connections), "--seconds", str(self.options.seconds), "--requests",
                   str(requests), "--first-number", str(self.numbers)]
        if headers:
            command += ["--headers", str(headers)]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        if result["unexpected"]:
            raise SystemExit(f"{requests.name}: answers that were not expected: {result['unexpected']}")
        return result

    def measured(self, pid, *load):
        """The load's figures, with the server's processor time and written bytes per request."""
        before, written = used(pid)
        result = self.load(*load)
        after, written_after = used(pid)
        # The load counts 4/5 of its time; the server's whole time belongs to all of it.
        requests = result["requests"] * 5 / 4
        result["cpu_us"] = (after - before) * 1e6 / requests
        result["written_bytes"] = (written_after - written) / requests
        return result


def used(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    written = 0
    for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes: "):
            written = int(line.split()[1])
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S, written


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def filled_store(bench):
    """A store with the shoppers in it, the e-mails of some of them, and the bytes it takes."""
    store = Store(bench.build / "velum", bench.work / "store")
    emails = []
    lines = bench.work / "shoppers.jsonl"
    with open(lines, "w", encoding="utf-8") as out:
        for person in shoppers(bench.options.shoppers, 1):
            emails.append(person["email"])
            kept = {key: person[key] for key in
                    ("email", "firstName", "lastName", "document", "homePhone") if person.get(key)}
            out.write(json.dumps(kept) + "\n")
    store.command("import", "--account", store.account, "--entity", "profile", str(lines),
                  timeout_s=3600)
    size = sum(path.stat().st_size for path in store.data.rglob("*") if path.is_file())
    return store, random.Random(1).sample(emails, min(TOKENS, len(emails))), size


def request_files(bench, server, emails):
    """A file of requests for each kind, and the size of a masked answer."""
    tokens, size = [], 0
    with server.client() as client:
        for email in emails:
            answer = client.request("GET", f"{PROFILES}/{email}?alternativeKey=email")
            tokens.append(answer.json()[0]["id"])
            size = max(size, len(answer.body))
    body = ('{"email":"b{n}@example.com","firstName":"Beatriz","lastName":"Nascimento",'
            '"homePhone":"+5511987654321"}')
    kinds = {
        "masked GET": [f"200 GET {PROFILES}/{token}" for token in tokens],
        "unmask": [f"200 GET {PROFILES}/{token}/unmask?reason=bench" for token in tokens],
        "create": [f"201 POST {PROFILES} {body}"],
    }
    files = {}
    for kind, lines in kinds.items():
        files[kind] = bench.work / (kind.replace(" ", "-") + ".requests")
        files[kind].write_text("\n".join(lines) + "\n")
    return files, size


def start_constant(bench, size):
    port = free_port()
    process = subprocess.Popen([bench.build / "bench/constant_server", "--port", str(port), "--threads",
                                str(bench.options.threads), "--body-bytes", str(size)],
                               stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    return process, port


def flushes(bench):
    done = subprocess.run([bench.build / "bench/flush_rate", str(bench.work), "1"], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


def rounds(bench, server, constant, port, files, headers):
    """{(kind, connections): [result, ...]}, a flush rate a round."""
    results, flush_rates = {}, []
    nothing = bench.work / "constant.requests"
    nothing.write_text("200 GET /\n")
    for _ in range(bench.options.rounds):
        flush_rates.append(flushes(bench)["per_second"])
        for connections in bench.options.connections:
            def keep(kind, *load, connections=connections):
                results.setdefault((kind, connections), []).append(bench.measured(*load))
            keep("constant", constant.pid, port, connections, nothing)
            for kind, path in files.items():
                keep(kind, server.process.pid, server.port, connections, path, headers)
    return results, flush_rates


def table(results, flush_rates):
    yield "| request | connections | per second | of constant | p50 us | p99 us | CPU us | written B |"
    yield "|---|---|---|---|---|---|---|---|"
    for (kind, connections), runs in sorted(results.items(), key=lambda entry: entry[0][1]):
        def median(name, runs=runs):
            return statistics.median(run[name] for run in runs)
        ratio = statistics.median(run["per_second"] / constant["per_second"] for run, constant
                                  in zip(runs, results[("constant", connections)]))
        yield (f"| {kind} | {connections} | {median('per_second'):,.0f} | {ratio:.2f} | "
               f"{median('p50_us'):,.0f} | {median('p99_us'):,.0f} | {median('cpu_us'):.1f} | "
               f"{median('written_bytes'):,.0f} |")
    yield f"\ndisk flushes a second: {statistics.median(flush_rates):,.0f} (median of {len(flush_rates)})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--shoppers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--connections", type=lambda text: [int(part) for part in text.split(",")],
                        default=[1, 64])
    options = parser.parse_args()
    work = options.build / "bench/work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    bench = Bench(options.build, work, options)
    store, emails, size = filled_store(bench)
    server = Server(store, options=("--threads", str(options.threads))).start()
    print(f"{options.shoppers:,} shoppers, {size / options.shoppers:,.0f} bytes each on disk; "
          f"{resident_mib(server.process.pid):.1f} MiB resident when started")
    files, body_bytes = request_files(bench, server, emails)
    headers = work / "headers"
    headers.write_text("".join(f"{name}: {value}\n" for name, value in store.auth().items()))
    constant, port = start_constant(bench, body_bytes)
    try:
        results, flush_rates = rounds(bench, server, constant, port, files, headers)
    finally:
        constant.kill()
        server.stop()
    print("\n".join(table(results, flush_rates)))
    (work / "results.json").write_text(json.dumps(
        [{"request": kind, "connections": connections, "runs": runs}
         for (kind, connections), runs in results.items()], indent=1))


if __name__ == "__main__":
    main()
