// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

@Suite struct PostgreSQLTests {
    private static let directory = "/etc/postgresql/15/main"

    private func facts(_ files: [String: String], _ question: [String: String]? = nil) throws -> FactsProbe {
        var probe = FactsProbe(PostgreSQLCollector(), MemoryHost(files: files))
        if let question {
            let values = try PostgreSQLCollector().answer(question, probe.collection)
            probe = FactsProbe(Answered(value: values?.first ?? .absent), MemoryHost(files: files))
        }
        return probe
    }

    /// A collector that says what another answered.
    private struct Answered: Collector {
        let value: Value
        var declarations: [FactDeclaration] { PostgreSQLCollector().declarations }
        func collect(_ collection: Collection) -> [Value] { [value] }
    }

    private func cluster(_ text: String, _ more: [String: String] = [:]) throws -> FactsProbe {
        try facts(more.merging(["\(Self.directory)/postgresql.conf": text]) { $1 })
    }

    @Test func theLastOfAllFilesWinsAndTheOthersAreNamed() throws {
        let probe = try cluster(
            "work_mem = 4MB\ninclude_dir 'conf.d'\nwork_mem = '8MB'\n",
            [
                "\(Self.directory)/conf.d/10.conf": "WORK_MEM = 16MB\n",
                "/var/lib/postgresql/15/main/postgresql.auto.conf": "work_mem = '32MB'\n",
            ])
        let value = probe.value("postgresql", "clusters", "0", "work_mem")
        #expect(FactsProbe.text(value) == "\(32 << 20)")
        let source = probe.source(value)
        #expect(source?.origin.path == "/var/lib/postgresql/15/main/postgresql.auto.conf")
        #expect(
            source?.overrode.map(\.origin.description) == [
                "\(Self.directory)/postgresql.conf:1", "\(Self.directory)/conf.d/10.conf:1",
                "\(Self.directory)/postgresql.conf:3",
            ])
    }

    @Test func theCommandLineGoesBeforeTheFiles() throws {
        let probe = try cluster(
            "fsync = on\nport = 5433\n",
            [
                "\(Self.directory)/pg_ctl.conf": "pg_ctl_options = '-o -F -o --port=5434'\n",
                "/lib/systemd/system/postgresql@.service":
                    "[Service]\nExecStart=/usr/bin/pg_ctlcluster -o '-c work_mem=1MB' %i start\n",
            ])
        #expect(probe["postgresql", "clusters", "0", "fsync"] == "false")
        #expect(probe["postgresql", "clusters", "0", "port"] == "5434")
        #expect(probe["postgresql", "clusters", "0", "work_mem"] == "\(1 << 20)")
    }

    @Test(arguments: [
        ("13", "md5"), ("14", "scram-sha-256"), ("15", "scram-sha-256"), ("17", "scram-sha-256"),
    ])
    func defaultsAreThoseOfTheVersion(_ version: String, _ expected: String) throws {
        let probe = try facts(["/etc/postgresql/\(version)/main/postgresql.conf": ""])
        let value = probe.value("postgresql", "clusters", "0", "password_encryption")
        #expect(FactsProbe.text(value) == expected)
        #expect(probe.source(value)?.means == .default)
        #expect(probe.source(value)?.origin.path == "/etc/postgresql/\(version)/main/postgresql.conf")
    }

    @Test(arguments: [
        ("work_mem = 0", "work_mem: value not accepted"), ("fsync = perhaps", "fsync: value not accepted"),
        ("nosuch = 1", "unrecognized configuration parameter \"nosuch\""), ("include 'none'", "/none: "),
        ("include_dir = 'none'", "/none: "), ("a b c", "syntax error"), ("block_size = 8192", "value not accepted"),
        ("include 'postgresql.conf'", "includes itself"),
    ])
    func whatTheServerRefusesIsSaid(_ line: String, _ reason: String) throws {
        let probe = try cluster(line + "\n", ["\(Self.directory)/pg_hba.conf": "local all all peer\n"])
        #expect(probe["postgresql", "clusters", "0", "valid"] == "false")
        #expect(probe["postgresql", "clusters", "0", "errors"]?.contains(reason) == true)
    }

    @Test func whatOverridesABadValueHidesIt() throws {
        let probe = try cluster(
            "fsync = perhaps\nfsync = off\napp.x = 1\n", ["\(Self.directory)/pg_hba.conf": "local all all peer\n"])
        #expect(probe["postgresql", "clusters", "0", "valid"] == "true")
        #expect(probe["postgresql", "clusters", "0", "fsync"] == "false")
    }

    @Test func aFileThatCannotBeReadLeavesAllUnknown() throws {
        let host = MemoryHost([
            "\(Self.directory)/postgresql.conf": .init("include_dir 'conf.d'\nfsync = on\n"),
            "\(Self.directory)/conf.d/a.conf": .init("", failure: .permissionDenied),
        ])
        let probe = FactsProbe(PostgreSQLCollector(), host)
        let said = probe["postgresql", "clusters", "0", "fsync"]
        #expect(said == "unknown: \(Self.directory)/conf.d/a.conf: permission denied")
        #expect(probe["postgresql", "clusters", "0", "id"] == "15/main")
    }

    @Test func noClusterIsAbsentAndALockedDirectoryUnknown() throws {
        #expect(try facts([:])["postgresql"] == nil)
        let locked = MemoryHost([
            "/etc/postgresql": .init("", kind: .directory, failure: .permissionDenied)
        ])
        #expect(FactsProbe(PostgreSQLCollector(), locked)["postgresql"]?.hasPrefix("unknown: ") == true)
    }

    @Test func aSecretIsNotShown() throws {
        let probe = try cluster(
            "primary_conninfo = 'password=hunter2'\n",
            ["\(Self.directory)/pg_hba.conf": "host all all all radius radiusservers=1.2.3.4 radiussecrets=hunter2\n"])
        let value = probe.value("postgresql", "clusters", "0", "primary_conninfo")
        #expect(FactsProbe.text(value) == "set")
        #expect(probe.source(value)?.text == "primary_conninfo")
        let options = probe["postgresql", "clusters", "0", "rules", "0", "options"]
        #expect(options == "[radiusservers=1.2.3.4, radiussecrets=…]")
    }

    private static let hba = """
        local   all  postgres peer
        host    all  all      10.0.0.0/8 reject
        hostssl app  +staff   all scram-sha-256
        host    sameuser all  samenet md5
        host    replication rep 192.0.2.7 255.255.255.255 cert
        host    all  all      .example.org ident
        """

    @Test(arguments: [
        (["type": "local"], "peer"), (["type": "local", "user": "app"], "reject"),
        (["addr": "10.1.2.3", "database": "app"], "reject"),
        (
            ["type": "hostssl", "addr": "192.0.2.1", "database": "app", "user": "a", "memberof": "staff"],
            "scram-sha-256"
        ),
        (["type": "hostssl", "addr": "192.0.2.1", "database": "app", "user": "staff"], "scram-sha-256"),
        (["addr": "127.0.0.1", "database": "u", "user": "u"], "md5"),
        (["addr": "192.0.2.1", "database": "x", "user": "y", "host": "A.Example.org"], "ident"),
        (["addr": "192.0.2.1", "database": "x", "user": "y", "host": "a.example.net"], "reject"),
    ])
    func theFirstRecordDecides(_ question: [String: String], _ method: String) throws {
        let text = Self.hba.replacing("255.255.255.255 cert", with: "255.255.255.255 md5")
        let probe = try facts(
            [
                "\(Self.directory)/postgresql.conf": "ssl = on\n", "\(Self.directory)/pg_hba.conf": text,
            ], question)
        #expect(probe["postgresql", "clusters", "0", "answer", "method"] == method)
    }

    @Test(arguments: [
        (["addr": "192.0.2.1", "database": "x", "user": "x"], "interfaces"),
        (["type": "hostssl", "addr": "192.0.2.1", "database": "app", "user": "a"], "memberof="),
        (["type": "host", "database": "x"], "addr="),
    ])
    func whatNoFileSaysIsUnknown(_ question: [String: String], _ reason: String) throws {
        let text = Self.hba.replacing("255.255.255.255 cert", with: "255.255.255.255 md5")
        let files = ["\(Self.directory)/postgresql.conf": "ssl = on\n", "\(Self.directory)/pg_hba.conf": text]
        let said = try facts(files, question)["postgresql", "clusters", "0", "answer"]
        #expect(said?.hasPrefix("unknown: ") == true && said?.contains(reason) == true)
    }

    @Test func aKeyThatIsNoneIsAnError() throws {
        #expect(throws: QuestionError.self) { try facts([:], ["colour": "red"]) }
        #expect(throws: QuestionError.self) { try facts([:], ["addr": "red"]) }
        #expect(throws: QuestionError.self) { try facts([:], ["type": "red"]) }
    }

    @Test func version16IncludesAndTakesRegularExpressions() throws {
        let directory = "/etc/postgresql/16/main"
        let probe = try facts(
            [
                "\(directory)/postgresql.conf": "",
                "\(directory)/pg_hba.conf": "include_dir d\ninclude_if_exists none\n",
                "\(directory)/d/a.conf": "host /^app[0-9]+$ all all md5\n",
            ], ["addr": "192.0.2.1", "database": "app7", "user": "x"])
        #expect(probe["postgresql", "clusters", "0", "answer", "method"] == "md5")
    }

    @Test func aRecordBehindOneThatTakesAllIsNotReachable() throws {
        let probe = try cluster(
            "listen_addresses = '*'\n",
            [
                "\(Self.directory)/pg_hba.conf": """
                host all all 10.0.0.0/8 reject
                host db u 10.2.0.0/16 trust
                host replication u 10.2.0.0/16 trust
                hostssl all all all trust

                """
            ])
        let reachable = (0..<4).map { probe["postgresql", "clusters", "0", "rules", "\($0)", "reachable"] }
        #expect(reachable == ["true", "false", "true", "false"])
    }

    @Test func aQuotedRegularExpressionIsOne() throws {
        let hba = "host \"/^a,b$\" all all md5\nhost all \"/^ad\" all reject\n"
        for (version, question, method) in [
            ("16", ["database": "a,b"], "md5"), ("16", ["user": "admin"], "reject"), ("15", ["user": "/^ad"], "reject"),
        ] {
            let directory = "/etc/postgresql/\(version)/main"
            let probe = try facts(
                ["\(directory)/postgresql.conf": "", "\(directory)/pg_hba.conf": hba],
                question.merging(["type": "host", "addr": "192.0.2.1"]) { $1 })
            #expect(probe["postgresql", "clusters", "0", "answer", "method"] == method)
        }
    }

    @Test func whatComesInClearMayHaveBeenRefusedBefore() throws {
        let probe = try cluster(
            "ssl = on\n",
            [
                "\(Self.directory)/pg_hba.conf":
                    "host a all all md5\nhostnossl all all all reject\nhost all all all md5\nhost a u localhost md5\n"
            ])
        let clear = (0..<4).map { probe["postgresql", "clusters", "0", "rules", "\($0)", "cleartext"] }
        #expect(clear == ["true", "true", "false", "false"])
        #expect(probe["postgresql", "clusters", "0", "rules", "3", "remote"] == "false")
    }

    @Test func optionsForAllClustersHoldWhereAClusterHasNone() throws {
        let common = ["/etc/postgresql-common/pg_ctl.conf": "pg_ctl_options = '-o -F'\n"]
        #expect(try cluster("", common)["postgresql", "clusters", "0", "fsync"] == "false")
        let own = ["\(Self.directory)/pg_ctl.conf": "pg_ctl_options = ''\n"]
        #expect(try cluster("", common.merging(own) { $1 })["postgresql", "clusters", "0", "fsync"] == "true")
        let broken = try cluster("", ["\(Self.directory)/pg_ctl.conf": "pg_ctl_options = \"-o -F\"\n"])
        #expect(broken["postgresql", "clusters", "0", "errors"]?.contains("syntax error") == true)
    }

    @Test func aVersionWithoutATableIsNotCalledInvalid() throws {
        let directory = "/etc/postgresql/18/main"
        let probe = try facts([
            "\(directory)/postgresql.conf": "log_connections = 'receipt,authorization'\nio_method = worker\n",
            "\(directory)/pg_hba.conf": "host all all all oauth issuer=https://id.example.org scope=openid\n",
        ])
        #expect(probe["postgresql", "clusters", "0", "valid"] == "true")
        #expect(probe["postgresql", "clusters", "0", "log_connections"]?.hasPrefix("unknown") == true)
        #expect(probe["postgresql", "clusters", "0", "rules", "0", "method"] == "oauth")
    }

    @Test(arguments: [
        ("host all all 10.0.0.0/-0 trust", true), ("host all all fe80::1%lo/64 trust", true),
        ("host all all 10.0.0.0/-1 trust", false), ("host all all 10.0.0.0/33 trust", false),
        ("local all all ldap ldapserver=x ldapport=12abc ldapprefix=a", true),
        ("local all all ldap ldapurl=\"ldap://x/dc=a?uid?sub\"", true), ("local all all ldap ldapurl=http://x/", false),
        ("local all all ldap ldapurl=\"ldap://x/dc=a?uid?sub?(a=b)\"", false),
        ("local all all ldap ldapurl=ldap://x/dc=a ldapprefix=x", false),
        ("host all all all radius radiusservers=\"10.0.0.1,10.0.0.2\" radiussecrets=a", true),
        ("host all all all radius radiusservers=\"10.0.0.1,10.0.0.2\" radiussecrets=\"a,b,c\"", false),
        ("host all all all radius radiusservers=10.0.0.1 radiussecrets=a radiusports=x", false),
        ("host all all all radius radiusservers=\"\" radiussecrets=a", false),
    ])
    func aRecordIsTakenAsTheServerTakesIt(_ line: String, _ isTaken: Bool) throws {
        let probe = try cluster("", ["\(Self.directory)/pg_hba.conf": line + "\n"])
        #expect(probe["postgresql", "clusters", "0", "valid"] == "\(isTaken)")
    }
}
