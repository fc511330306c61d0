# make demo   a site of five simulated systems, from nothing, on this machine
# make ui-test  the demo's pages in a real browser: widths, light, dark, print, accessibility, valid HTML, weights, and a site of hostile names
# make ui-test-short  the same of one page of each kind, and all of the hostile names: for a change at hand
# make test   everything that must hold, from nothing, on a fresh machine
# make torture-publish  600 publishes and 300 kills of the publisher under the eyes of four visitors of a real nginx
# make torture  a thousand kills in the middle of sending; every message must arrive
# make install PREFIX=/usr/local   the command, man page, completions and examples; make uninstall takes them away again
# make deb, make tarball   packages with the Swift runtime linked in
.PHONY: build build-static demo ui-test ui-test-short test unit-test torture-short torture torture-publish-short torture-publish check-content try-install install uninstall deb tarball bench theme clean

SWIFT_FLAGS ?=

build: .build/packages
	swift build -c release --product tidewatch $(SWIFT_FLAGS)

demo: build
	scripts/demo

# The debug build that the tests have made already: a release build would take longer than the checks.
ui-test: ui-sites
	scripts/ui-python scripts/ui-check Examples/five-systems/public --hostile .build/hostile

ui-test-short: ui-sites
	scripts/ui-python scripts/ui-check Examples/five-systems/public --short --hostile .build/hostile

.PHONY: ui-sites
ui-sites: .build/packages
	scripts/build-tests
	TIDEWATCH=.build/debug/tidewatch scripts/demo
	scripts/hostile-site .build/hostile

test: .build/packages check-content unit-test try-install torture-short torture-publish-short ui-test-short

unit-test:
	scripts/build-tests
	scripts/test-python
	TIDEWATCH_PYTHON=$(CURDIR)/.build/python/bin/python3 swift test --skip-build --no-parallel --skip '$(long_tests)'
	TIDEWATCH_PYTHON=$(CURDIR)/.build/python/bin/python3 swift test --skip-build --filter '$(long_tests)'

# One test at a time: two that wait for a child process at once would leave no thread to the server in this process that the child asks.
# Days of simulated runs come last: beside them, tests that wait for a server would run out of time.
long_tests = LedgerAgreementTests|QuietWeekTests|PrintedPolicyTests

# A private Postfix needs root for its start.
as_root = $(if $(filter 0,$(shell id -u)),,sudo)

torture-short:
	$(as_root) .build/python/bin/python3 scripts/torture --kills 25

torture: .build/packages
	swift build -c release --product tidewatch
	scripts/test-python
	$(as_root) .build/python/bin/python3 scripts/torture --kills 1000 --tidewatch .build/release/tidewatch

# Installs, upgrades, keeps, restores and removes the debug build in a clean folder.
try-install:
	scripts/try-install .build/debug/tidewatch

PREFIX ?= /usr/local
DESTDIR ?=
# What is installed: built here with the Swift runtime linked in, unless you name another.
TIDEWATCH ?= .build-static/release/tidewatch

build-static: .build/packages
	swift build -c release --static-swift-stdlib --scratch-path .build-static --product tidewatch $(SWIFT_FLAGS)

# The build system of Swift knows what is out of date.
.build-static/release/tidewatch: build-static ;

install: $(TIDEWATCH)
	scripts/install-files $(TIDEWATCH) $(PREFIX) $(DESTDIR)

uninstall:
	scripts/uninstall-files $(PREFIX) $(DESTDIR)

deb: build-static
	scripts/make-deb $(TIDEWATCH)

tarball: build-static
	scripts/make-tarball $(TIDEWATCH)

torture-publish-short:
	python3 scripts/torture-publish --publishes 12 --kills 9

torture-publish: .build/packages
	swift build -c release --product tidewatch
	python3 scripts/torture-publish --tidewatch .build/release/tidewatch

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
