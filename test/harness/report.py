"""How a test program says what happened: a line a check, and a count at the end."""
import contextlib
import os
import pathlib
import sys
import tempfile
import traceback

LONG = os.environ.get("VELUM_LONG") == "1"


class Skip(Exception):
    """This machine cannot run the check; the text says why."""


class Report:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def ok(self, name):
        self.passed += 1
        print(f"ok {name}", flush=True)

    def fail(self, name, why):
        self.failed += 1
        print(f"FAIL {name} {why}", flush=True)

    def skip(self, name, why):
        self.skipped += 1
        print(f"skip {name} {why}", flush=True)

    @contextlib.contextmanager
    def check(self, name):
        """What raises in here fails `name`; AssertionError is the ordinary way."""
        try:
            yield
        except Skip as why:
            self.skip(name, str(why))
        except AssertionError as why:
            self.fail(name, str(why).replace("\n", " ")[:2000])
        except Exception as error:  # A check that breaks has not passed.
            place = traceback.extract_tb(error.__traceback__)[-1]
            self.fail(name, f"{error!r} in {place.name}:{place.lineno}"[:2000])
        else:
            self.ok(name)


def run(test):
    """Calls test(report, binary, directory, ...) with what follows the binary on the command line."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} BINARY")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="velum-system-") as directory:
        test(report, pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(directory), *sys.argv[2:])
    print(f"{report.passed} passed, {report.failed} failed, {report.skipped} skipped", flush=True)
    sys.exit(1 if report.failed or not report.passed + report.skipped else 0)
