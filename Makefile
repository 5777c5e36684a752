.PHONY: help build test test-long tidy format clean

help:
	@echo "make test       install what is needed, build, and run every test"
	@echo "make test-long  the same, at long sizes"
	@echo "make tidy       check the house rules"
	@echo "make format     format the sources in place"
	@echo "make clean      remove build/"

test:
	@tools/install_packages.sh
	@python3 tools/run_tests.py

test-long:
	@tools/install_packages.sh
	@VELUM_LONG=1 python3 tools/run_tests.py

tidy:
	@python3 tools/tidy.py

format:
	@find src -name '*.h' -o -name '*.cc' | xargs clang-format -i

clean:
	@rm -rf build
