.PHONY: help run build test test-long bench bench-build bench-compare bench-revision \
	tidy format fuzz plants sabotage clean clean-demo

# The compiler, and its library with libFuzzer and the sanitizers.
FUZZ_PACKAGES = clang libclang-rt-dev
# For bench and bench-compare. SHOPPERS=100000,1000000 measures both sizes beside each other.
SHOPPERS ?= 100000
# For test: --plants replays the planted faults as well, as CI does.
TEST_OPTIONS ?=
ROUNDS ?= 5

help:
	@echo "make run        a demo store with 1,000 shoppers on http://127.0.0.1:8080"
	@echo "make build      make build/release/velum only"
	@echo "make test       install what is needed, build, and run every test"
	@echo "make test-long  the same with the long sizes"
	@echo "make bench      measure everything on this machine with 100,000 shoppers; SHOPPERS=1000000 for more"
	@echo "make bench-compare REV=...  measure this tree beside another revision of it"
	@echo "make tidy       check the house rules, the format, and clang-tidy"
	@echo "make fuzz       look for inputs that break a promise, 30 s a fuzz target"
	@echo "make plants     break the product in known ways and see that the tests notice"
	@echo "make format     format the sources in place"
	@echo "make clean      remove build/; make clean-demo removes the demo store"

build:
	@tools/install_packages.sh
	@cmake --preset release >/dev/null
	@cmake --build --preset release --target velum

run: build
	@tools/run_demo.sh

test:
	@tools/install_packages.sh $(FUZZ_PACKAGES)
	@python3 tools/run_tests.py $(TEST_OPTIONS)

test-long:
	@tools/install_packages.sh $(FUZZ_PACKAGES)
	@python3 tools/run_tests.py --long

bench-build:
	@tools/install_packages.sh
	@cmake --preset release -B build/bench -DVELUM_BUILD_BENCH=ON -DVELUM_BUILD_TESTS=OFF >/dev/null
	@CCACHE_BASEDIR="$(CURDIR)" CCACHE_NOHASHDIR=1 cmake --build build/bench

bench: bench-build
	@python3 bench/run.py build/bench --tls --shoppers $(SHOPPERS) --rounds $(ROUNDS)

bench-revision:
	@test -n "$(REV)" || { echo "say which revision: make bench-compare REV=HEAD~1" >&2; exit 2; }

bench-compare: bench-revision bench-build
	@python3 bench/compare.py build/bench "$(REV)" --shoppers $(SHOPPERS) --rounds $(ROUNDS)

tidy:
	@tools/install_packages.sh clang-tidy
	@python3 tools/tidy.py
	@git ls-files '*.h' '*.cc' | xargs clang-format --dry-run --Werror
	@cmake --preset dev >/dev/null
	@git ls-files 'src/*.cc' | grep -v '_test.cc' | xargs -P "$$(nproc)" -n 4 clang-tidy -p build/dev --quiet

format:
	@tools/install_packages.sh
	@git ls-files '*.h' '*.cc' | xargs clang-format -i

fuzz:
	@tools/install_packages.sh $(FUZZ_PACKAGES)
	@python3 tools/fuzz.py

sabotage: plants

plants:
	@tools/install_packages.sh $(FUZZ_PACKAGES)
	@python3 tools/plants.py

clean:
	@rm -rf build

clean-demo:
	@rm -rf demo demo.making demo.root-key* demo.app-key.json
