# make demo   a site of five simulated systems, from nothing, on this machine
# make ui-test  the demo's pages in a real browser: widths, light and dark, accessibility
# make test   everything that must hold, from nothing, on a fresh machine
.PHONY: build demo ui-test test unit-test check-content bench theme clean

SWIFT_FLAGS ?=

build: .build/packages
	swift build -c release --product tidewatch $(SWIFT_FLAGS)

demo: build
	scripts/demo

ui-test: demo
	scripts/ui-python scripts/ui-check Examples/five-systems/public

test: .build/packages check-content unit-test

unit-test:
	scripts/build-tests
	scripts/test-python
	TIDEWATCH_PYTHON=$(CURDIR)/.build/python/bin/python3 swift test --skip-build

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
