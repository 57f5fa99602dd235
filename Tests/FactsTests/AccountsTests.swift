// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

@Suite struct AccountsTests {
    private func facts(_ entries: [String: MemoryHost.Entry]) -> FactsProbe {
        FactsProbe(AccountsCollector(), MemoryHost(entries))
    }
    private func facts(_ files: [String: String]) -> FactsProbe { facts(files.mapValues { MemoryHost.Entry($0) }) }

    private static let passwd = """
        root:x:0:0:root:/root:/bin/bash
        sync:x:4:65534:sync:/bin:/bin/sync
        www-data:x:33:33::/var/www:/usr/sbin/nologin
        postgres:x:105:113::/var/lib/postgresql:/bin/bash
        nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
        anna:x:1000:1000:Anna:/home/anna:/bin/bash
        """
    private static let shells = "# /etc/shells\n/bin/sh\n/bin/bash # usual\n/usr/sbin/nologin\n"

    @Test func noPasswdIsNoAccounts() {
        #expect(facts([:] as [String: String])["accounts"] == nil)
        #expect(
            facts(["/etc/passwd": .init(failure: .permissionDenied)])["accounts"]
                == "unknown: /etc/passwd: permission denied")
    }

    @Test(arguments: [
        ("root", "true", "true"), ("sync", "false", "true"), ("www-data", "false", "true"),
        ("postgres", "true", "true"),
        ("nobody", "false", "true"), ("anna", "true", "false"),
    ])
    func whoLogsInAndWhoIsTheSystems(_ name: String, _ login: String, _ system: String) {
        let facts = facts(["/etc/passwd": Self.passwd, "/etc/shells": Self.shells])
        #expect(facts["accounts", "users", name, "login"] == login)
        #expect(facts["accounts", "users", name, "system"] == system)
    }

    @Test func loginDefsSayWhereThePeopleBegin() {
        let facts = facts(["/etc/passwd": "a:x:500:1::/:\n", "/etc/login.defs": "#UID_MIN 1\nUID_MIN\t\t 500\n"])
        #expect(facts["accounts", "users", "a", "system"] == "false")
        #expect(facts["accounts", "users", "a", "login"] == "true")
    }

    @Test(arguments: [
        ("", "none", nil), ("!", "locked", nil), ("*", "locked", nil), ("!!", "locked", nil), ("!*", "locked", nil),
        ("$y$j9T$salt$hash", "set", "yescrypt"), ("!$6$salt$hash", "locked", "sha512"), ("$1$salt$hash", "set", "md5"),
        ("$5$s$h", "set", "sha256"), ("$2b$05$hash", "set", "bcrypt"), ("$7$C6..salt$hash", "set", "scrypt"),
        ("abcdefghijklm", "set", "des"), ("x", "shadowed", nil), ("nonsense", "invalid", nil), ("$9$x", "invalid", nil),
        ("$y$", "invalid", nil), ("_J9..rasmBYk8r9AiWNc", "set", "bsdicrypt"),
    ])
    func passwordsAreToldByKindAlone(_ field: String, _ state: String, _ scheme: String?) {
        let facts = facts(["/etc/passwd": "a:x:1000:1::/:/bin/sh", "/etc/shadow": "a:\(field):20000:0:99999:7:::\n"])
        #expect(facts["accounts", "users", "a", "password_state"] == state)
        #expect(facts["accounts", "users", "a", "password_scheme"] == scheme)
        #expect(facts["accounts", "users", "a", "password_changed"] == String(20000 * 86_400))
        #expect(facts["accounts", "users", "a", "password_max_age"] == nil)
        let source = facts.source(facts.value("accounts", "users", "a", "password_state"))
        #expect(source?.origin.description == "/etc/shadow:1")
        #expect(source?.text == "")
    }

    @Test func withoutShadowOnlyPasswordsAreUnknown() {
        let facts = facts([
            "/etc/passwd": .init(Self.passwd + "\nold:$1$salt$hash:1001:1::/:/bin/sh"),
            "/etc/shadow": .init(failure: .permissionDenied),
        ])
        #expect(facts["accounts", "users", "root", "password_state"] == "unknown: /etc/shadow: permission denied")
        #expect(facts["accounts", "users", "root", "expires"] == "unknown: /etc/shadow: permission denied")
        #expect(facts["accounts", "users", "root", "uid"] == "0")
        #expect(facts["accounts", "users", "old", "password_state"] == "set")
        #expect(facts["accounts", "users", "old", "password_scheme"] == "md5")
        #expect(facts["accounts", "users", "old", "password_in_passwd"] == "true")
    }

    @Test func agingIsToldWhereItIsSet() {
        let facts = facts([
            "/etc/passwd": "a:x:1000:1::/:/bin/sh\nb:x:1001:1::/:/bin/sh\n",
            "/etc/shadow": "a:!:0:0:90:7::20500:\nc:!:1::::::",
        ])
        #expect(facts["accounts", "users", "a", "password_changed"] == nil)
        #expect(facts["accounts", "users", "a", "password_max_age"] == String(90 * 86_400))
        #expect(facts["accounts", "users", "a", "expires"] == String(20500 * 86_400))
        #expect(facts["accounts", "users", "b", "password_state"] == "missing")
    }

    @Test func aGroupHoldsThoseWhosePrimaryItIs() {
        let facts = facts([
            "/etc/passwd": "a:x:1000:999::/:/bin/sh\nb:x:1001:1001::/:/bin/sh\n",
            "/etc/group": "docker:x:999:b,c\nempty:*:5:\nopen::6:\n", "/etc/gshadow": "docker:!::\n",
        ])
        #expect(facts["accounts", "groups", "docker", "members"] == "[a, b, c]")
        #expect(facts["accounts", "groups", "empty", "members"] == "[]")
        #expect(facts["accounts", "groups", "docker", "password_state"] == "locked")
        #expect(facts["accounts", "groups", "open", "password_state"] == "none")
        #expect(facts["accounts", "users", "a", "groups"] == "[docker]")
        #expect(facts["accounts", "users", "b", "groups"] == "[docker]")
    }

    @Test func withoutGroupItIsUnknownWhoIsInIt() {
        let facts = facts(["/etc/passwd": "a:x:1000:999::/:/bin/sh"])
        #expect(facts["accounts", "groups"] == "unknown: /etc/group: no such file or directory")
        #expect(facts["accounts", "users", "a", "groups"] == "unknown: /etc/group: no such file or directory")
    }

    @Test func whatStandsTwiceIsToldOnce() {
        let facts = facts([
            "/etc/passwd": "root:x:0:0::/:/bin/sh\na:x:7:7::/:/bin/sh\ntoor:x:0:0\na:x:8:8::/:/bin/sh\n",
            "/etc/group": "g:x:1:\nh:x:1:\nh:x:2:\n",
        ])
        let duplicates = (0..<4).map { index in
            ["kind", "value", "names", "lines"].map { facts["accounts", "duplicates", String(index), $0] ?? "" }
        }
        #expect(
            duplicates == [
                ["uid", "0", "[root, toor]", "[1, 3]"], ["user", "a", "[a, a]", "[2, 4]"],
                ["gid", "1", "[g, h]", "[1, 2]"], ["group", "h", "[h, h]", "[2, 3]"],
            ])
        #expect(facts["accounts", "duplicates", "4"] == nil)
    }

    @Test func legacyEntriesAndLinesNobodyReadsAreToldApart() {
        let facts = facts([
            "/etc/passwd": "root:x:0:0::/:/bin/sh\n+::::::\n# c\nbad:x:zero:0::/:\n:x:0:0::/:\n+@admins\n",
            "/etc/group": "+:::\n", "/etc/shadow": "nofields\n",
        ])
        #expect(facts["accounts", "legacy_entries", "0", "name"] == "+")
        #expect(facts["accounts", "legacy_entries", "1", "name"] == "+@admins")
        #expect(facts["accounts", "legacy_entries", "2", "file"] == "/etc/group")
        #expect(facts["accounts", "malformed", "0", "line"] == "4")
        #expect(facts["accounts", "malformed", "1", "problem"] == "no name")
        #expect(facts["accounts", "malformed", "2", "file"] == "/etc/shadow")
    }

    @Test func homesOfPeopleAreLookedAt() {
        let facts = facts([
            "/etc/passwd": .init(Self.passwd), "/etc/shells": .init(Self.shells),
            "/home/anna": .init(mode: FileMode(bits: 0o755), owner: "anna", kind: .directory),
        ])
        #expect(facts["accounts", "users", "anna", "home_mode"] == "0755")
        #expect(facts["accounts", "users", "anna", "home_owner"] == "anna")
        #expect(facts["accounts", "users", "postgres", "home_exists"] == nil)
    }

    @Test func noHashReachesAnySource() {
        let facts = facts([
            "/etc/passwd": "a:$6$SECRET$SECRET:0:0::/:\n", "/etc/shadow": "a:$6$SECRET$SECRET:1::::::\n",
        ])
        for raw in UInt32(1)...64 {
            let text = facts.collection.sources[SourceID(raw: raw)].map { "\($0)" } ?? ""
            #expect(!text.contains("SECRET"))
        }
    }

    @Test func twentyThousandAccountsAndBytesThatAreNoText() {
        let many = (0..<20_000).map { "u\($0):x:\(1000 + $0):100::/home/u\($0):/bin/false" }.joined(separator: "\n")
        #expect(facts(["/etc/passwd": many])["accounts", "users", "19999", "uid"] == "20999")
        #expect(facts(["/etc/passwd": "\0:\u{FFFD}:1:1\nb:x:1:1"])["accounts", "users", "b", "uid"] == "1")
    }
}
