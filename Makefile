.PHONY: help build test tidy format clean


help:
	@echo "make build      make build/release/src/velum only"
	@echo "make test       install what is needed, build, and run every test"
	@echo "make tidy       check the house rules"
	@echo "make format     format the sources in place"
	@echo "make clean      remove build/"

build:
	@tools/install_packages.sh
	@cmake --preset release >/dev/null
	@cmake --build --preset release --target velum

test:
	@tools/install_packages.sh
	@python3 tools/run_tests.py

tidy:
	@python3 tools/tidy.py

format:
	@find src -name '*.h' -o -name '*.cc' | xargs clang-format -i

clean:
	@rm -rf build
