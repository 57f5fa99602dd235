# make scan   audits this machine      make test   runs every test      make deb   builds the Debian package
# Each does its own set-up: Debian packages by apt, nothing else.

SWIFT ?= swift
BUILD_PACKAGES := libre2-dev libssl-dev libstdc++-12-dev libsystemd-dev libyaml-dev pkg-config tzdata zlib1g-dev
# The real programs that judge what guaita says is in force, and a validator for the reports.
TEST_PACKAGES := apt distro-info-data iproute2 iptables libarchive-tools libpam-modules libseccomp2 nftables \
	nginx-light openssh-server openssl postfix postgresql-15 python3-cryptography python3-jsonschema python3-yaml \
	redis-server strace sudo systemd
# What builds and judges the package; dpkg-buildpackage compares with debian/control.
PACKAGE_PACKAGES := binutils debhelper dpkg-dev fish lintian man-db mandoc python3 systemd zsh
# BIND_NOW hardens. What nobody outside calls is not exported, so that it can be left out (scripts/exports.map);
# --icf=safe folds functions that are the same to the byte and whose addresses nobody compares. Packed relocations take
# a glibc of 2.36 (Debian 12, Ubuntu 24.04).
PACKED := $(shell ldd --version | awk 'NR == 1 { split($$NF, v, "."); if (v[1] > 2 || v[2] >= 36) print "-Xlinker -z -Xlinker pack-relative-relocs" }')
# Of Foundation the parser of commands needs an error's text and a writer of JSON: those of Sources/FoundationEssentials
# take the place of the toolchain's.
FOUNDATION := .build/foundation
RELEASE := -c release --static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld -Xlinker -z -Xlinker now \
	-Xlinker --icf=safe -Xlinker --version-script=scripts/exports.map -Xlinker -O2 $(PACKED) \
	-Xswiftc -cross-module-optimization -Xswiftc -I$(CURDIR)/$(FOUNDATION) \
	-Xlinker $(CURDIR)/$(FOUNDATION)/FoundationEssentials.o
BINARY := .build/release/guaita
# Public test suites live beside the checkout where they are there at all (see CONTRIBUTING.md).
export GUAITA_CORPORA ?= $(realpath ../shared/data)
export SWIFT_BACKTRACE ?= enable=no
# chrony cannot be installed beside systemd-timesyncd: it is unpacked.
export GUAITA_CHRONYD ?= $(CURDIR)/.build/chrony/usr/sbin/chronyd

.PHONY: scan test test-oracles build deps test-deps lint rules docs bench fuzz end-to-end man completions install deb clean test-systemd

scan: build
	$(BINARY) scan --rules rules --output report.json

build: deps $(FOUNDATION)/FoundationEssentials.o
	$(SWIFT) build $(RELEASE) --product guaita

# `swift build` does not see that these changed, and the compiler leaves what comes out the same as it was.
$(FOUNDATION)/FoundationEssentials.o: $(wildcard Sources/FoundationEssentials/*.swift)
	mkdir -p $(@D)
	$(SWIFT)c -O -wmo -parse-as-library -static-stdlib -swift-version 6 -module-name $(basename $(@F)) -emit-module \
		-emit-module-path $(@:.o=.swiftmodule) -emit-object -o $@ $^
	touch $@
	rm -f .build/release/ArgumentParser.build/*.o $(BINARY)

deps:
	@scripts/install-packages $(BUILD_PACKAGES)

test-deps:
	@scripts/install-packages $(BUILD_PACKAGES) $(TEST_PACKAGES)
	@scripts/unpack-package chrony .build/chrony

# Every differential test with a thousand random configurations and more, against the real programs.
test-oracles: test-deps
	GUAITA_ORACLE_CASES=$${GUAITA_ORACLE_CASES:-1000} $(SWIFT) test --filter "Oracle"

test: test-deps
	$(SWIFT) test
	.build/debug/guaita rules check rules
	.build/debug/guaita rules test rules

lint:
	@scripts/install-packages python3 systemd
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

man: build
	scripts/manual $(BINARY) build/man

completions: build
	mkdir -p build/completions
	$(BINARY) --generate-completion-script bash | sed '1{/^#!/d}' >build/completions/guaita
	$(BINARY) --generate-completion-script zsh >build/completions/_guaita
	$(BINARY) --generate-completion-script fish >build/completions/guaita.fish

# What is generated from the table of settings and kept in the repository; tests compare.
docs: build
	$(BINARY) settings file >systemd/guaita.yaml
	$(BINARY) settings reference >docs/guaita.yaml.md
	$(BINARY) settings schema >docs/guaita.yaml.schema.json

# What goes where; the package is made of this, too.
install: man completions
	install -D -m 0755 $(BINARY) -t $(DESTDIR)/usr/bin
	[ -z "$(STRIP)" ] || $(STRIP) $(DESTDIR)/usr/bin/guaita
	cd rules && find . -name '*.yaml' -exec install -D -m 0644 {} $(DESTDIR)/usr/share/guaita/rules/{} \;
	install -D -m 0644 systemd/guaita.yaml -t $(DESTDIR)/etc/guaita
	install -d -m 0755 $(DESTDIR)/etc/guaita/rules.d
	install -D -m 0644 systemd/guaita.service -t $(DESTDIR)/lib/systemd/system
	install -D -m 0644 systemd/guaita.sysusers $(DESTDIR)/usr/lib/sysusers.d/guaita.conf
	install -D -m 0644 systemd/guaita*.catalog -t $(DESTDIR)/usr/lib/systemd/catalog
	for section in 1 5 7; do \
		install -D -m 0644 build/man/*.$$section -t $(DESTDIR)/usr/share/man/man$$section || exit; \
	done
	install -D -m 0644 build/completions/guaita -t $(DESTDIR)/usr/share/bash-completion/completions
	install -D -m 0644 build/completions/_guaita -t $(DESTDIR)/usr/share/zsh/vendor-completions
	install -D -m 0644 build/completions/guaita.fish -t $(DESTDIR)/usr/share/fish/vendor_completions.d

deb: deps
	@scripts/install-packages $(PACKAGE_PACKAGES)
	scripts/package build

# The service on a Debian with a systemd of its own, in a container; the first time one is built. SCENARIOS="10 edits" runs
# those alone. Where nothing can be booted it says SKIPPED and ends with 77.
test-systemd: deb
	Tests/System/run $$(ls build/guaita_*.deb) $(SCENARIOS)

clean:
	$(SWIFT) package clean
