#!/usr/bin/env python3
"""Runs scenario files against the real binary: run_scenarios.py BINARY [FILE...]

Each file gets its own store, its own server and its own port; its scenarios share them, each with
its own people. Prints `ok NAME` or `FAIL NAME why` a scenario. All of them together must show every
answer that /openapi.json names: see answers.py, which is not asked of some files alone.
"""
import concurrent.futures
import pathlib
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

from harness.velum import CommandFailed, Server, Store  # noqa: E402
from language import NotUnderstood, parse  # noqa: E402
from steps import Mismatch, World  # noqa: E402
import steps_many  # noqa: E402, F401  Sentences that steps.py has not.
import steps_shop  # noqa: E402, F401

FILES_AT_ONCE = 2
# What is shorter may be in a file by chance, or as a word of ours. No field's name is searched for.
HUNTED_MIN_LETTERS = 8


def run_one(scenario, world):
    """None, or why it failed."""
    for step in scenario.steps:
        try:
            world.run(step)
        except (Mismatch, NotUnderstood, CommandFailed) as error:
            return f"line {step.line}: {step.text}: {error}"
        except Exception as error:  # A step that breaks is a scenario that fails.
            place = traceback.extract_tb(error.__traceback__)[-1]
            return f"line {step.line}: {step.text}: {error!r} at {place.name}:{place.lineno}"
    return None


def hunt(directory, texts):
    """Searches every file of the store, its keys and its log for what was sent. None, or where."""
    files = [path for path in pathlib.Path(directory).rglob("*") if path.is_file()]
    for path in files:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # A running server removes its old segments.
        for text in texts:
            if text.encode() in content:
                return f"{path.name} holds {text!r}"
    return None if len(files) > 3 else "there are no files to search"


def run_file(binary, path):
    """Returns (name, why) a scenario, why being None for those that passed, and what was asked."""
    feature = parse(path)
    results = []
    sent, exchanges = set(), set()

    def add(name, why):
        results.append((f"{path.stem}: {name}", why))

    with tempfile.TemporaryDirectory(prefix="velum-scenario-") as directory:
        try:
            store = Store(binary, f"{directory}/data", feature.account, feature.options)
            server = Server(store).start()
        except CommandFailed as error:
            add("the server's start", str(error))
            return results, exchanges
        for scenario in feature.scenarios:
            if server.process.poll() is not None:
                add(scenario.title, f"the server has ended: {server.log_text()[-2000:]}")
                continue
            world = World(server, scenario.names)
            add(scenario.title, run_one(scenario, world))
            exchanges.update(world.exchanges)
            sent |= {text for text in world.sent_ever if len(text) >= HUNTED_MIN_LETTERS}
        while_open = hunt(directory, sent)
        if server.process.poll() is None and (code := server.stop()) != 0:
            add("the server's end", f"exit code {code}: {server.log_text()[-3000:]}")
        add("Nothing that was sent is in clear in any file or log",
            while_open or hunt(directory, sent))
    return results, exchanges


def check_answers(binary, exchanges):
    """(name, why) of each thing that answers.py asks of all files together."""
    from answers import wrong_answers  # It needs more than the scenarios do.
    from harness.openapi import OpenApi
    with tempfile.TemporaryDirectory(prefix="velum-scenario-") as directory:
        server = Server(Store(binary, f"{directory}/data")).start()
        with server.client() as client:
            document = OpenApi(client.request("GET", "/openapi.json").json())
        server.stop()
    return wrong_answers(document, exchanges)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    binary = pathlib.Path(sys.argv[1]).resolve()
    paths = [pathlib.Path(name) for name in sys.argv[2:]] or sorted(HERE.glob("*.scenario"))
    failed, asked = 0, set()

    def show(results):
        for name, why in results:
            print(f"ok {name}" if why is None else f"FAIL {name} {why}", flush=True)
        return sum(why is not None for _, why in results)

    with concurrent.futures.ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        for results, exchanges in pool.map(lambda path: run_file(binary, path), paths):
            failed += show(results)
            asked |= exchanges
    if not sys.argv[2:]:
        failed += show(check_answers(binary, asked))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
