// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

/// What the `sshd` facts say, where they say it from, and what they do not claim to know.
@Suite struct SSHServerTests {
    private static let main = "/etc/ssh/sshd_config"

    private func probe(_ files: [String: String]) -> FactsProbe {
        FactsProbe(SSHServerCollector(), MemoryHost(files: files))
    }

    private func probe(_ entries: [String: MemoryHost.Entry]) -> FactsProbe {
        FactsProbe(SSHServerCollector(), MemoryHost(entries))
    }

    private func probe(_ text: String) -> FactsProbe { probe([Self.main: text]) }

    // MARK: Presence

    @Test func withoutAServerThereIsNoFact() {
        guard case .absent = probe([:] as [String: String]).values["sshd"]?.kind else {
            Issue.record("a server was found")
            return
        }
        let removed = "Package: openssh-server\nStatus: deinstall ok config-files\nVersion: 1:9.2p1-2\n"
        let left = probe([Self.main: "Port 22\n", "/var/lib/dpkg/status": removed])
        #expect(left.value("sshd") == nil)
    }

    @Test func aServerWithoutItsConfigurationDoesNotStart() {
        let facts = probe(["/usr/sbin/sshd": "x"])
        #expect(facts["sshd", "valid"] == "false")
        #expect(facts["sshd", "errors"] == "[/etc/ssh/sshd_config: no such file or directory]")
    }

    @Test func whatCannotBeReadIsUnknown() {
        let facts = probe([Self.main: MemoryHost.Entry("Port 22\n", failure: .permissionDenied)])
        #expect(facts["sshd"] == "unknown: /etc/ssh/sshd_config: permission denied")
    }

    // MARK: Provenance

    @Test func theFirstLineWinsAndTheOthersAreTold() throws {
        let facts = probe([
            Self.main: "Include sshd_config.d/*.conf\n\n  PermitRootLogin no\nPermitRootLogin yes\n",
            "/etc/ssh/sshd_config.d/50-cloud.conf": "PermitRootLogin prohibit-password\n",
        ])
        #expect(facts["sshd", "PermitRootLogin"] == "without-password")
        let source = try #require(facts.source(facts.value("sshd", "PermitRootLogin")))
        #expect(source.origin == Origin(path: "/etc/ssh/sshd_config.d/50-cloud.conf", line: 1, column: 1))
        #expect(source.means == .set)
        #expect(source.text == "prohibit-password")
        #expect(source.overrode.map(\.origin.description) == ["/etc/ssh/sshd_config:3", "/etc/ssh/sshd_config:4"])
        #expect(source.overrode.map(\.origin.column) == [3, 1])
    }

    @Test func aDefaultSaysThatItIsOne() throws {
        let facts = probe([Self.main: "Port 22\n", "/etc/os-release": "ID=debian\nVERSION_ID=\"12\"\n"])
        let source = try #require(facts.source(facts.value("sshd", "MaxAuthTries")))
        #expect(source.means == .default)
        #expect(source.origin == Origin(path: Self.main))
        #expect(source.text == "default of OpenSSH 9.2")
    }

    @Test func elementsOfAListHavePlacesOfTheirOwn() throws {
        let facts = probe("AllowUsers alice\nAllowUsers bob carol\n")
        let places = try (0..<3).map { index in
            let value = try #require(facts.value("sshd", "AllowUsers", String(index)))
            let origin = try #require(facts.source(value)).origin
            return "\(origin.line):\(origin.column)"
        }
        #expect(places == ["1:12", "2:12", "2:16"])
    }

    // MARK: The command line

    @Test func theCommandLineCountsBeforeTheFile() throws {
        let facts = probe([
            Self.main: "PermitRootLogin yes\nPort 22\n",
            "/lib/systemd/system/ssh.service":
                "[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStart=/usr/sbin/sshd -D $SSHD_OPTS\n",
            "/etc/default/ssh": "# options\nSSHD_OPTS=\"-o PermitRootLogin=no -p 2222 -4\"\n",
        ])
        #expect(facts["sshd", "PermitRootLogin"] == "no")
        #expect(facts["sshd", "Port"] == "[2222]")
        #expect(facts["sshd", "ListenAddress"] == "[0.0.0.0:2222]")
        let source = try #require(facts.source(facts.value("sshd", "PermitRootLogin")))
        #expect(source.origin.path == "/etc/default/ssh")
        #expect(source.overrode.map(\.origin.description) == ["/etc/ssh/sshd_config:1"])
    }

    @Test func aDropInOfTheUnitNamesAnotherFile() {
        let facts = probe([
            "/srv/sshd_config": "Port 2022\n", Self.main: "Port 22\n",
            "/lib/systemd/system/ssh.service": "[Service]\nExecStart=/usr/sbin/sshd -D\n",
            "/etc/systemd/system/ssh.service.d/10.conf":
                "[Service]\nExecStart=\nExecStart=/usr/sbin/sshd -D -f /srv/sshd_config\n",
        ])
        #expect(facts["sshd", "Port"] == "[2022]")
    }

    @Test func aTreeOfEtcAloneHasThePackagedCommandLine() throws {
        let facts = probe([Self.main: "Port 22\n", "/etc/default/ssh": "SSHD_OPTS='-p 2200'\n"])
        #expect(facts["sshd", "Port"] == "[2200]")
        #expect(try #require(facts.source(facts.value("sshd", "Port"))).origin.path == "/etc/default/ssh")
    }

    @Test func aCommandLineThatCannotBeReadLeavesNothingKnown() {
        let facts = probe([
            Self.main: MemoryHost.Entry("PermitRootLogin no\n"),
            "/etc/default/ssh": MemoryHost.Entry("", failure: .permissionDenied),
        ])
        #expect(facts["sshd", "PermitRootLogin"] == "unknown: /etc/default/ssh: permission denied")
    }

    @Test func anEnabledSocketListensInsteadOfSSHD() {
        let path = "/lib/systemd/system/ssh.socket"
        let socket = MemoryHost.Entry(target: path)
        let facts = probe([
            Self.main: MemoryHost.Entry("Port 22\n"), "/etc/systemd/system/sockets.target.wants/ssh.socket": socket,
            path: MemoryHost.Entry("[Socket]\nListenStream=22\n[Install]\nWantedBy=sockets.target\n"),
        ])
        #expect(facts["sshd", "socket_activated"] == "true")
        #expect(probe("Port 22\n")["sshd", "socket_activated"] == "false")
    }

    // MARK: Releases

    @Test(arguments: [
        ("1:8.4p1-5+deb11u3", "8.4", nil, nil), ("1:9.2p1-2+deb12u10", "9.2", "[lowdelay, throughput]", nil),
        ("1:9.6p1-3ubuntu13.5", "9.6", "[lowdelay, throughput]", nil), ("1:10.0p1-7", "10.0", "[ef, cs1]", "sshd"),
    ])
    func theDefaultsAreThoseOfThePackage(_ version: String, _ release: String, _ qos: String?, _ pam: String?) {
        let status = "Package: openssh-server\nStatus: install ok installed\nVersion: \(version)\n"
        let facts = probe([Self.main: "UsePAM yes\n", "/var/lib/dpkg/status": status])
        #expect(facts["sshd", "version"] == version)
        #expect(facts["sshd", "defaults_of"] == release)
        #expect(facts["sshd", "PAMServiceName"] == pam)
        if let qos { #expect(facts["sshd", "IPQoS"] == qos) }
    }

    @Test func anEarlyDebian12LacksOneName() throws {
        let status = "Package: openssh-server\nStatus: install ok installed\nVersion: 1:9.2p1-2+deb12u3\n"
        let facts = probe([Self.main: "UsePAM yes\n", "/var/lib/dpkg/status": status])
        #expect(facts["sshd", "KexAlgorithms", "0"] == "sntrup761x25519-sha512@openssh.com")
    }

    @Test func withoutAPackageTheNewestReleaseIsAssumedAndTold() throws {
        let facts = probe("UsePAM yes\n")
        #expect(facts.value("sshd", "version") == nil)
        #expect(facts["sshd", "defaults_of"] == "10.0")
        let source = try #require(facts.source(facts.value("sshd", "defaults_of")))
        #expect(source.text.contains("neither package nor distribution"))
    }

    // MARK: Blocks

    @Test func eachBlockIsAContextWithWhatItPutsInForce() {
        let facts = probe(
            """
            PasswordAuthentication no
            X11Forwarding no
            Match User backup
                PasswordAuthentication yes
            Match User backup Address 10.0.0.0/8
                X11Forwarding yes
                PasswordAuthentication no
            Match all
                MaxSessions 3
            """)
        func context(_ index: String, _ field: String) -> String? { facts["sshd", "contexts", index, field] }
        #expect(
            (0..<4).map { context(String($0), "scope") } == [
                "global", "Match User backup", "Match User backup Address 10.0.0.0/8", nil,
            ])
        #expect(context("0", "conditional") == "false")
        #expect(context("0", "MaxSessions") == "3")
        #expect(context("1", "conditional") == "true")
        #expect(context("1", "PasswordAuthentication") == "true")
        #expect(context("1", "overrides") == "[PasswordAuthentication, password_login]")
        // Whoever satisfies the second block satisfies the first, and the first block that says it counts.
        #expect(context("2", "PasswordAuthentication") == "true")
        #expect(context("2", "X11Forwarding") == "true")
        #expect(context("2", "criteria") == "[User backup, Address 10.0.0.0/8]")
    }

    @Test func aBlockInAFileThatABlockIncludesBearsBothLines() {
        let facts = probe([
            Self.main: "Match User bob\nInclude inner.conf\nX11Forwarding yes\n",
            "/etc/ssh/inner.conf": "MaxSessions 2\nMatch Address 10.0.0.1\nMaxAuthTries 2\n",
        ])
        #expect(facts["sshd", "contexts", "2", "scope"] == "Match User bob, Match Address 10.0.0.1")
        #expect(facts["sshd", "contexts", "2", "MaxAuthTries"] == "2")
        #expect(facts["sshd", "contexts", "2", "MaxSessions"] == "2")
        #expect(facts["sshd", "contexts", "1", "MaxAuthTries"] == "6")
        // The file's Match line ends with the file.
        #expect(facts["sshd", "contexts", "1", "X11Forwarding"] == "true")
    }

    @Test(arguments: [
        ("Match User bob", "false"), ("Match User r*", "true"), ("Match Address 10.0.0.0/8", "true"),
        ("Match Group wheel", "true"), ("Match Group users", "false"), ("Match User !root,*", "false"),
        ("Match invalid-user", "false"),
    ])
    func itIsToldWhetherRootCanSatisfyABlock(_ line: String, _ expected: String) {
        let facts = probe([
            Self.main: "\(line)\nX11Forwarding yes\n",
            "/etc/passwd": "root:x:0:0::/root:/bin/sh\nbob:x:1:100::/:/bin/sh\n",
            "/etc/group": "root:x:0:\nwheel:x:10:root\nusers:x:100:\n",
        ])
        #expect(facts["sshd", "contexts", "1", "reaches_root"] == expected)
    }

    @Test(arguments: [
        ("UsePAM yes\n", "true"), ("PasswordAuthentication no\nUsePAM no\n", "false"),
        ("PasswordAuthentication no\nUsePAM yes\n", "true"),
        ("PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM yes\n", "false"),
        ("AuthenticationMethods publickey,password publickey\n", "false"),
        ("AuthenticationMethods publickey password\n", "true"),
        ("AuthenticationMethods password,keyboard-interactive:pam\nUsePAM yes\n", "true"),
        ("AuthenticationMethods keyboard-interactive\nUsePAM no\n", "false"),
    ])
    func itIsToldWhetherAPasswordIsEnough(_ text: String, _ expected: String) {
        #expect(probe(text)["sshd", "password_login"] == expected)
    }

    // MARK: What is not known

    @Test func anUnreadableIncludeLeavesOnlyWhatWasSettledBefore() {
        let facts = probe([
            Self.main: MemoryHost.Entry(
                "UsePAM yes\nPermitRootLogin no\nInclude sshd_config.d/*.conf\nPort 22\nStrictModes no\n"),
            "/etc/ssh/sshd_config.d/a.conf": MemoryHost.Entry("x", failure: .permissionDenied),
        ])
        let unknown = "unknown: /etc/ssh/sshd_config.d/a.conf: permission denied"
        // A keyword that no block may hold, set before the file.
        #expect(facts["sshd", "UsePAM"] == "true")
        // A block in the file may say otherwise for everybody.
        #expect(facts["sshd", "PermitRootLogin"] == unknown)
        #expect(facts["sshd", "StrictModes"] == unknown)
        #expect(facts["sshd", "Port"] == unknown)
        #expect(facts["sshd", "password_login"] == unknown)
        #expect(facts.collection.problems.map(\.message) == ["permission denied"])
        #expect(facts["sshd", "valid"] == "true")
    }

    @Test func groupsThatCannotBeReadLeaveOnlyWhatTheirBlockSets() throws {
        let host = MemoryHost([
            Self.main: MemoryHost.Entry("Match Group ops\nX11Forwarding yes\n"),
            "/etc/passwd": MemoryHost.Entry("bob:x:1:1::/:/bin/sh\n"),
            "/etc/group": MemoryHost.Entry("", failure: .permissionDenied),
        ])
        let printed = try #require(SSHServerPrinted(try sshd(host, ["user": "bob"])))
        #expect(printed.unknown.keys.sorted() == ["x11forwarding"])
        #expect(printed.lines["permitrootlogin"] == ["without-password"])
    }

    @Test func usersOfADirectoryServiceMayHaveGroupsThatAreNotSeenHere() throws {
        let host = MemoryHost(files: [
            Self.main: "Match Group ops\nX11Forwarding yes\n", "/etc/passwd": "root:x:0:0::/:/bin/sh\n",
            "/etc/group": "",
            "/etc/nsswitch.conf": "passwd: files sss\ngroup: files sss\n",
        ])
        let printed = try #require(SSHServerPrinted(try sshd(host, ["user": "carla"])))
        #expect(printed.unknown.keys.sorted() == ["x11forwarding"])
    }

    @Test func namesInListenAddressAreNotLookedUp() {
        #expect(probe("ListenAddress server.example.org\n")["sshd", "ListenAddress"]?.hasPrefix("unknown: ") == true)
    }

    // MARK: Refusals

    @Test func everyRefusalIsToldWithItsPlaceAndTheRestStillHolds() {
        let facts = probe("PermitRotLogin no\nMaxAuthTries x\nPermitRootLogin no\nMatch User bob\nUsePAM yes\n")
        #expect(facts["sshd", "valid"] == "false")
        #expect(facts["sshd", "PermitRootLogin"] == "no")
        #expect(
            facts["sshd", "errors"]
                == "[/etc/ssh/sshd_config:1: bad configuration option: PermitRotLogin, "
                + "/etc/ssh/sshd_config:2: MaxAuthTries does not take \"x\", "
                + "/etc/ssh/sshd_config:5: directive 'UsePAM' is not allowed within a Match block]")
    }

    @Test func includesThatNeverEndAreRefusedAtOnce() {
        let facts = probe("Include /etc/ssh/sshd_config\nInclude /etc/ssh/sshd_config\nPort 22\n")
        #expect(facts["sshd", "errors"] == "[/etc/ssh/sshd_config:1: too many recursive configuration includes]")
    }

    @Test func sixteenIncludesDeepIsStillFine() {
        var files = [Self.main: "Include /etc/ssh/1\n"]
        for depth in 1...16 {
            files["/etc/ssh/\(depth)"] = depth < 16 ? "Include /etc/ssh/\(depth + 1)\n" : "Port 2222\n"
        }
        #expect(probe(files)["sshd", "Port"] == "[2222]")
        files["/etc/ssh/16"] = "Include /etc/ssh/17\n"
        files["/etc/ssh/17"] = "Port 2222\n"
        #expect(probe(files)["sshd", "valid"] == "false")
    }

    @Test func includesThatMultiplyEnd() {
        var files = [Self.main: "Include /etc/ssh/a1 /etc/ssh/a1\n"]
        for depth in 1...15 { files["/etc/ssh/a\(depth)"] = "Include /etc/ssh/a\(depth + 1) /etc/ssh/a\(depth + 1)\n" }
        files["/etc/ssh/a16"] = "Port 22\n"
        #expect(probe(files)["sshd", "Port"]?.hasPrefix("unknown: ") == true)
    }

    // MARK: Keys

    @Test func hostKeysAreDescribedAndNeverRead() {
        let facts = probe([
            Self.main: MemoryHost.Entry("HostKey /k\nHostKey /missing\n"),
            "/k": MemoryHost.Entry("secret", mode: FileMode(bits: 0o640), failure: .permissionDenied),
            "/k.pub": MemoryHost.Entry("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAgD/ comment\n"),
        ])
        #expect(facts["sshd", "host_keys", "0", "mode"] == "0640")
        #expect(facts["sshd", "host_keys", "0", "type"] == "ssh-rsa")
        #expect(facts["sshd", "host_keys", "0", "bits"] == "8")
        #expect(facts["sshd", "host_keys", "1", "exists"] == "false")
        #expect(facts["sshd", "host_keys", "1", "mode"] == nil)
    }

    // MARK: Questions

    @Test func aConnectionIsAnswered() throws {
        let host = MemoryHost(files: [
            Self.main: "X11Forwarding no\nMatch Address 192.0.2.0/24\nX11Forwarding yes\n"
        ])
        func answer(_ address: String) throws -> [String]? {
            SSHServerPrinted(try sshd(host, ["addr": address]))?.lines["x11forwarding"]
        }
        #expect(try answer("192.0.2.1") == ["yes"])
        #expect(try answer("192.0.3.1") == ["no"])
        #expect(try answer("not an address") == ["no"])
        #expect(throws: QuestionError.self) { try sshd(host, ["color": "blue"]) }
        #expect(throws: QuestionError.self) { try sshd(host, ["lport": "x"]) }
    }
}
