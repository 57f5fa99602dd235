// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport

@testable import Facts

/// Random configurations of PostgreSQL, mostly such as the server takes.
struct PostgreSQLGenerator {
    var random: SeededGenerator

    /// What checks of its own the server makes, beyond what a table says.
    private static let excluded: Set<String> = [
        "max_stack_depth", "bonjour", "default_with_oids", "log_parser_stats", "log_planner_stats",
        "log_executor_stats", "log_statement_stats", "transaction_deferrable", "transaction_isolation",
        "transaction_read_only", "max_connections", "max_wal_senders", "max_worker_processes",
        "autovacuum_max_workers", "huge_page_size", "ssl", "seed", "debug_discard_caches", "jit_provider",
        "default_transaction_deferrable",
    ]
    static let parameters = PostgreSQLRelease(major: 15).parameters.values
        .filter { ($0.kind != .string && $0.context != "internal" && !excluded.contains($0.name)) }
        .sorted { $0.name < $1.name }
    private static let strings = ["archive_command", "log_line_prefix", "external_pid_file", "log_filename"]

    mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

    private mutating func integer() -> String {
        random.pick([
            "0", "1", "2", "3", "10", "64", "100", "128", "200", "1000", "1024", "4096", "8192", "100000", "-1", "+5",
            "0x10", "0x1F", "010", "0777", "08", "2147483647", "2147483648", "99999999999999999999", "-2",
        ])
    }

    private mutating func number(_ parameter: PostgreSQLParameter) -> String {
        // Mostly what the server takes: one bad value hides all others of its tree.
        for _ in 0..<(chance(95) ? 200 : 0) {
            let text = anyNumber(parameter)
            if parameter.setting(text) != nil { return text }
        }
        return anyNumber(parameter)
    }

    private mutating func anyNumber(_ parameter: PostgreSQLParameter) -> String {
        var text = integer()
        if chance(25) {
            text = random.pick(["0.5", "1.5", ".25", "2.", "1e2", "1.5e1", "0.9", "30.1", "1e-3", "5e", "."])
        }
        if chance(40), let unit = parameter.unit {
            text += random.pick(["", " ", "  "])
            text += random.pick(
                unit.isTime
                    ? ["ms", "s", "min", "h", "d", "us", "S", "kB"] : ["B", "kB", "MB", "GB", "TB", "KB", "kb"])
        } else if chance(3) {
            text += random.pick(["x", " 1", "kB", "s"])
        }
        return text
    }

    private mutating func quoted(_ text: String) -> String {
        var result = "'"
        for character in text {
            switch character {
            case "'": result += chance(50) ? "''" : "\\'"
            case "\\": result += "\\\\"
            case "a" where chance(20): result += "\\141"
            default: result.append(character)
            }
        }
        return result + "'"
    }

    private mutating func value(_ parameter: PostgreSQLParameter) -> String {
        switch parameter.kind {
        case .bool:
            if chance(3) { return random.pick(["o", "", "2", "enabled", "onn"]) }
            return random.pick([
                "on", "off", "true", "false", "yes", "no", "1", "0", "t", "f", "y", "n", "of", "ON", "Off", "tru",
            ])
        case .enum:
            let names = parameter.names.filter { !$0.isEmpty }
            if chance(4) { return random.pick(["true", "no", "1", "debug", "bogus", "", "archive", "regress", "0"]) }
            let name = random.pick(names)
            return chance(20) ? name.uppercased() : name
        default: return number(parameter)
        }
    }

    mutating func line() -> String {
        if chance(6) { return random.pick(["", "# text", "   ", "\t# a = b"]) }
        if chance(1) {
            return random.pick([
                "nonsense", "= 3", "a b c", "work_mem == 4", "nosuch = 1", "x.y = b.c", "x.y = 'b'", "work_mem = 4MB;",
                "work_mem '4MB", "log_line_prefix = 'a''", "work_mem 4 MB", "work_mem = 1.5MB", "x.y.z = 1", "a-b = 1",
            ])
        }
        var name: String
        var text: String
        if chance(15) {
            name = random.pick(Self.strings)
            text = quoted(random.pick(["", "a", "it's", "%m [%p] ", "a\\b", "test %f", "x#y", "a\tb"]))
            if chance(20) { text = random.pick(["word", "a/b", "a-b.c", "_x", "a:b"]) }
        } else {
            let parameter = random.pick(Self.parameters)
            name = parameter.name
            text = value(parameter)
            if chance(60) || text.isEmpty || text.contains(" ") || text.hasPrefix(".") { text = quoted(text) }
            if chance(3) { text = " " + text + " " }
        }
        if chance(10) { name = name.uppercased() }
        if chance(1) { name = "sort_mem" }
        return random.pick(["", " ", "\t"]) + name + random.pick([" = ", "=", " ", "\t=  ", "  "]) + text
            + random.pick(["", "", " ", " # comment", "#x", "\r"])
    }

    /// A tree of files by name, `postgresql.conf` first among them and `data/postgresql.auto.conf` perhaps.
    mutating func tree() -> [String: String] {
        var files: [String: String] = [:]
        func text(_ count: Int, _ generator: inout PostgreSQLGenerator) -> String {
            (0..<count).map { _ in generator.line() }.joined(separator: "\n") + (generator.chance(90) ? "\n" : "")
        }
        var main = (0..<random.below(5) + 1).map { _ in line() }
        for _ in 0..<random.below(3) {
            let include = random.pick([
                "include 'a.conf'", "include = 'd/b.conf'", "include_if_exists 'a.conf'", "include_if_exists 'none'",
                "include_dir 'd'", "INCLUDE_DIR = d", "include_dir 'd/../d'", "include 'none.conf'",
                "include_dir 'none'",
                "include_dir ''",
            ])
            if chance(90) || include.contains("if_exists") || include.hasSuffix("d'") {
                main.insert(include, at: random.below(main.count + 1))
            }
        }
        if main.contains(where: { $0.contains("none.conf") || $0.contains("dir 'none") || $0.hasSuffix("dir ''") }),
            chance(80)
        {
            main.removeAll { $0.contains("none.conf") || $0.contains("dir 'none") || $0.hasSuffix("dir ''") }
        }
        files["postgresql.conf"] = main.joined(separator: "\n") + "\n"
        files["a.conf"] = text(random.below(3), &self)
        if chance(10) {
            files["a.conf", default: ""] += random.pick(["\ninclude 'd/b.conf'\n", "\ninclude 'a.conf'\n"])
        }
        files["d/b.conf"] = text(random.below(3), &self)
        files["d/a.conf"] = text(random.below(2), &self)
        files["d/.h.conf"] = "nonsense\n"
        files["d/x.txt"] = "nonsense\n"
        files["d/dir.conf/x"] = "nonsense\n"
        if chance(50) { files["data/postgresql.auto.conf"] = text(random.below(3), &self) }
        return files
    }

    // MARK: pg_hba.conf

    static let users = ["u1", "u2", "postgres", "all"]
    static let databases = ["postgres", "u1", "all", "replication"]

    private mutating func word(_ words: [String]) -> String {
        let word = random.pick(words)
        return chance(8) ? "\"\(word)\"" : word
    }

    private mutating func words(_ choices: [String]) -> String {
        var list = word(choices)
        while chance(25) { list += random.pick([",", ", ", " ,"]) + word(choices) }
        return list.replacing(" ,", with: ",")
    }

    private mutating func address() -> String {
        let bases = ["127.0.0.1", "127.0.0.2", "127.5.0.0", "127.0.0.0", "0.0.0.0", "10.0.0.0", "::1", "::", "127.1"]
        if chance(15) { return random.pick(["all", "samehost", "samenet", "\"all\"", "localhost", ".example.org"]) }
        let base = random.pick(bases)
        if chance(25) {
            let mask = random.pick(["255.255.255.255", "255.0.0.0", "0.0.0.0", "255.0.0.1", "ffff::", "255.255.255.0"])
            return base + " " + mask
        }
        let isSix = base.contains(":")
        return base + "/"
            + random.pick(isSix ? ["128", "0", "64", "129"] : ["32", "8", "0", "24", "16", "33", "+8", ""])
    }

    mutating func record(_ methods: [String]) -> String {
        let type = random.pick(["local", "host", "host", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"])
        var fields = [
            type, words(["all", "postgres", "u1", "sameuser", "samerole", "replication", "@names"]),
            words(["all", "u1", "u2", "postgres", "+g1", "@names"]),
        ]
        if type != "local" { fields.append(address()) }
        fields.append(random.pick(methods))
        return fields.joined(separator: random.pick([" ", "\t", "   "]))
    }

    /// Any file, bad lines included.
    mutating func hba() -> String {
        let methods = [
            "trust", "reject", "md5", "scram-sha-256", "password", "peer", "ident", "cert", "gss", "pam", "ldap",
            "radius", "sspi", "bsd", "MD5", "ident map=x", "cert map=x", "cert clientcert=verify-ca",
            "md5 clientcert=verify-full", "md5 clientcert=1", "md5 clientname=DN", "peer map=a", "peer nonsense",
            "pam pamservice=x pam_use_hostname=1", "md5 map=x", "gss include_realm=0 krb_realm=X", "trust x=y",
            "ldap ldapserver=a ldapprefix=b", "ldap ldapserver=a", "ldap ldapbasedn=a ldapprefix=b ldapserver=q",
            "ldap ldapserver=s ldapbasedn=a ldapsearchattribute=x ldapsearchfilter=y", "ldap ldapport=x",
            "radius radiusservers=127.0.0.1 radiussecrets=s", "radius radiusservers=127.0.0.1",
            "\"md5\"", "md5,trust", "cert clientname=CN clientcert=verify-full",
            "ldap ldapserver=a ldapport=0 ldapprefix=x",
        ]
        var lines: [String] = []
        for _ in 0..<random.below(5) + 1 {
            var line = record(methods)
            if chance(5) {
                line = random.pick(["local", "local all", "host all all", "Local all all trust", "nonsense"])
            }
            if chance(8) { line += " # comment" }
            if chance(5) { line = "# " + line + random.pick(["", " \\"]) }
            if chance(8) { line = line.replacing(" ", with: " \\\n ", maxReplacements: 1) }
            if chance(3) { line += " \\" }
            if chance(4) { line += "\r" }
            if chance(2) { line = line.replacing("all", with: "@missing", maxReplacements: 1) }
            lines.append(line)
        }
        return lines.joined(separator: "\n") + (chance(90) ? "\n" : "")
    }
}
