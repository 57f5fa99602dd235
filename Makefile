# make scan   audits this machine      make test   runs every test
# Each does its own set-up: Debian packages by apt, nothing else.

SWIFT ?= swift
BUILD_PACKAGES := libre2-dev libssl-dev libstdc++-12-dev libsystemd-dev libyaml-dev pkg-config tzdata zlib1g-dev
# The real programs that judge what guaita says is in force, and a validator for the reports.
TEST_PACKAGES := distro-info-data libarchive-tools openssh-server openssl python3-cryptography python3-jsonschema \
	python3-yaml strace systemd
# BIND_NOW hardens, --icf=safe folds functions that are the same to the byte and whose addresses nobody compares.
RELEASE := -c release --static-swift-stdlib --disable-local-rpath -Xlinker -z -Xlinker now -Xlinker --icf=safe \
	-Xswiftc -cross-module-optimization
BINARY := .build/release/guaita
# Public test suites live beside the checkout where they are there at all (see CONTRIBUTING.md).
export GUAITA_CORPORA ?= $(realpath ../shared/data)
export SWIFT_BACKTRACE ?= enable=no

.PHONY: scan test build deps test-deps lint rules bench fuzz end-to-end install clean

scan: build
	$(BINARY) scan --rules rules --output report.json

build: deps
	$(SWIFT) build $(RELEASE) --product guaita

deps:
	@scripts/install-packages $(BUILD_PACKAGES)

test-deps:
	@scripts/install-packages $(BUILD_PACKAGES) $(TEST_PACKAGES)

test: test-deps
	$(SWIFT) test
	.build/debug/guaita rules check rules
	.build/debug/guaita rules test rules

lint:
	scripts/lint

rules: build
	$(BINARY) rules check rules
	$(BINARY) rules test rules --coverage --mutate

end-to-end: build test-deps
	Tests/EndToEnd/run $(BINARY)

bench: build test-deps
	scripts/bench $(BINARY)

fuzz: deps
	Fuzz/run 60

install: build
	install -D -s -m 0755 $(BINARY) $(DESTDIR)/usr/bin/guaita
	cd rules && find . -name '*.yaml' -exec install -D -m 0644 {} $(DESTDIR)/usr/share/guaita/rules/{} \;
	install -D -m 0644 systemd/guaita*.catalog -t $(DESTDIR)/usr/lib/systemd/catalog

clean:
	$(SWIFT) package clean
