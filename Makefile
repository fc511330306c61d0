# make demo   a site of five simulated systems, from nothing, on this machine
# make test   everything that must hold, from nothing, on a fresh machine
.PHONY: build demo test unit-test check-imports check-content bench theme clean

SWIFT_FLAGS ?=

build: .build/packages
	swift build -c release $(SWIFT_FLAGS)

demo: build
	scripts/demo

test: .build/packages check-content unit-test check-imports

unit-test:
	swift build --build-tests
	scripts/test-python
	TIDEWATCH_PYTHON=$(CURDIR)/.build/python/bin/python3 swift test --skip-build

# An import that Package.swift does not allow is an arrow that the house does not have.
check-imports:
	swift build --explicit-target-dependency-import-check error

check-content:
	python3 scripts/check-content.py

bench: .build/packages
	Benchmarks/run

# Lists the files under templates/, content/ and site/ that are embedded.
theme:
	scripts/list-theme

.build/packages: scripts/install-packages
	scripts/install-packages --with-tests
	@mkdir -p .build && touch $@

clean:
	swift package clean
