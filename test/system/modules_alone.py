#!/usr/bin/env python3
"""The modules know nothing of the Profile System: modules_alone.py BINARY

They are compiled in a copy of the tree that has no profile/, keys/ or crypto/, nor what rests on those.
"""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.report import run  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEFT_OUT = ("crypto", "keys", "http", "schema", "access", "audit", "profile", "rights", "alerts", "server", "cli")


def copy_of_the_tree(directory):
    for name in ("CMakeLists.txt", "CMakePresets.json"):
        shutil.copy(ROOT / name, directory / name)
    for name in ("cmake", "src"):
        shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns("node_modules"))
    for name in LEFT_OUT:
        shutil.rmtree(directory / "src" / name)


def test(report, binary, directory):
    tree = directory / "tree"
    tree.mkdir()
    copy_of_the_tree(tree)
    environment = {**os.environ, "CCACHE_BASEDIR": str(tree), "CCACHE_NOHASHDIR": "1"}

    def cmake(*arguments):
        done = subprocess.run(["cmake", *arguments], cwd=tree, env=environment, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]

    with report.check("there is a tree without the Profile System"):
        cmake("--preset", "release", "-DVELUM_BUILD_TESTS=OFF", "-DVELUM_BUILD_BENCH=OFF")
    with report.check("the modules are compiled in it"):
        cmake("--build", "--preset", "release", "--target", "velum_modules")
    with report.check("and what they may not include is not there"):
        source = tree / "src" / "modules" / "orders" / "orders.cc"
        source.write_text('#include "profile/document_engine.h"\n' + source.read_text(encoding="utf-8"),
                          encoding="utf-8")
        done = subprocess.run(["cmake", "--build", "--preset", "release", "--target", "velum_modules"],
                              cwd=tree, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode != 0 and "profile/document_engine.h" in done.stdout + done.stderr


if __name__ == "__main__":
    run(test)
