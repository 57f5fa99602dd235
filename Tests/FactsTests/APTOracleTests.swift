// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Formats
import Foundation
import Host
import Model
import TestSupport
import Testing

/// apt itself is the judge: `apt-config dump` of random configurations byte for byte, and whether
/// `apt-get indextargets` takes random sources.
@Suite(.serialized) struct APTOracleTests {
    static let missing = ["/usr/bin/apt-config", "/usr/bin/apt-get"].filter {
        !FileManager.default.fileExists(atPath: $0)
    }
    static let count = ProcessInfo.processInfo.environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 40

    static func run(_ arguments: [String], _ root: String) throws -> (output: String, isGood: Bool) {
        try Data("Dir \"\(root)/\";\n".utf8).write(to: URL(filePath: root + "/root.conf"))
        let process = Process()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.environment = ["APT_CONFIG": root + "/root.conf", "LC_ALL": "C"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus == 0)
    }

    /// What apt-config adds by itself after it has read the files, and what the tree's root changes.
    static func kept(_ lines: some Sequence<String>) -> [String] {
        lines.filter { line in
            ![
                "APT::Architectures", "APT::Compressor", "Acquire::Languages", "Dir \"", "APT::Build-Profiles",
                "Dir::State::status", "Acquire::CompressionTypes",
            ].contains { line.hasPrefix($0) }
        }
    }

    static func quoted(_ name: String) -> String {
        name.utf8.map {
            $0 <= 0x20 || $0 >= 0x7F || "%=\"".utf8.contains($0)
                ? String(format: "%%%02x", Int($0)) : String(decoding: [$0], as: UTF8.self)
        }.joined()
    }

    static let enabled = missing.isEmpty

    @Test(.enabled(if: enabled, "the judge is apt; missing: \(missing)"))
    func randomConfigurations() throws {
        let seed = SeededGenerator.seed()
        print("apt oracle: GUAITA_SEED=\(seed)")
        var generator = APTGenerator(random: SeededGenerator(seed: seed))
        let empty = try TemporaryTree()
        try empty.directory("/etc/apt/apt.conf.d")
        try empty.file("/etc/apt/apt.conf", "Marker \"1\";\n")
        let lines = try Self.run(["/usr/bin/apt-config", "dump"], empty.root).output.split(separator: "\n")
        let marker = try #require(lines.firstIndex { $0.hasPrefix("Marker ") })
        // What stands after the marker is set when the files have been read.
        let late = Set(lines[(marker + 1)...].map { String($0) })
        let baseline = lines[..<marker].joined(separator: "\n") + "\n"
        var refused = 0
        for index in 0..<Self.count {
            let tree = try TemporaryTree()
            try tree.directory("/etc/apt/apt.conf.d")
            let files = generator.configuration()
            for (path, text) in files { try tree.file(path, text) }
            let (output, isGood) = try Self.run(["/usr/bin/apt-config", "dump"], tree.root)
            let probe = FactsProbe(APTCollector(), try TreeHost(root: tree.root))
            let text = files.sorted { $0.key < $1.key }.map { "--- \($0.key)\n\($0.value)" }.joined(separator: "\n")
            #expect(probe["apt", "valid"] == String(isGood), "seed \(seed), case \(index)\n\(text)")
            guard isGood else {
                refused += 1
                continue
            }
            var options = APTOptions()
            for statement in APTConfiguration(Array(baseline.utf8)).statements {
                options.set(statement.name, statement.value)
            }
            guard case .list(let paths)? = probe.value("apt", "files")?.kind else { continue }
            for path in paths.compactMap({ FactsProbe.text($0) }) {
                for statement in APTConfiguration(Array((files[path] ?? "").utf8)).statements {
                    switch statement.action {
                    case .set: options.set(statement.name, statement.value)
                    case .clear: options.clear(statement.name)
                    case .include: break
                    }
                }
            }
            let told = Self.kept(options.all.map { "\(Self.quoted($0.name)) \"\($0.option.value)\";" })
            let judged = Self.kept(
                output.split(separator: "\n").map { String($0) }.filter { !late.contains($0) })
            #expect(told == judged, "seed \(seed), case \(index)\n\(text)")
        }
        print("apt oracle: \(Self.count) configurations, \(refused) of them refused")
    }

    @Test(.enabled(if: enabled, "the judge is apt; missing: \(missing)"))
    func randomSources() throws {
        let seed = SeededGenerator.seed()
        print("apt sources oracle: GUAITA_SEED=\(seed)")
        var generator = APTGenerator(random: SeededGenerator(seed: seed))
        var refused = 0
        for index in 0..<Self.count {
            let tree = try TemporaryTree()
            for path in ["/etc/apt/sources.list.d", "/var/lib/apt/lists/partial", "/var/lib/dpkg"] {
                try tree.directory(path)
            }
            try tree.file("/var/lib/dpkg/status")
            let files = generator.sources()
            for (path, text) in files { try tree.file(path, text) }
            let format = "$(CREATED_BY)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)"
            let options = ["-o", "Acquire::Languages=none", "-o", "APT::Architecture=amd64"]
            let (_, isGood) = try Self.run(
                ["/usr/bin/apt-get", "indextargets", "--format", format] + options, tree.root)
            let probe = FactsProbe(APTCollector(), try TreeHost(root: tree.root))
            let text = files.sorted { $0.key < $1.key }.map { "--- \($0.key)\n\($0.value)" }.joined(separator: "\n")
            #expect(
                probe["apt", "valid"] == String(isGood),
                "seed \(seed), case \(index): \(probe["apt", "errors"] ?? "")\n\(text)")
            if !isGood { refused += 1 }
        }
        print("apt sources oracle: \(Self.count) trees, \(refused) of them refused")
    }
}

/// Random files of apt.
struct APTGenerator {
    var random: SeededGenerator

    private mutating func one(_ words: [String]) -> String { random.pick(words) }

    mutating func configuration() -> [String: String] {
        let names = [
            "/etc/apt/apt.conf", "/etc/apt/apt.conf.d/10a", "/etc/apt/apt.conf.d/20b.conf", "/etc/apt/apt.conf.d/Z9",
            "/etc/apt/apt.conf.d/05x.bak", "/etc/apt/apt.conf.d/c~", "/etc/apt/apt.conf.d/a.b.conf",
            "/etc/apt/apt.conf.d/.hidden", "/etc/apt/apt.conf.d/e:1", "/etc/apt/apt.conf.d/f.dpkg-old",
        ]
        var files: [String: String] = [:]
        for _ in 0...random.below(4) {
            var text = ""
            for _ in 0...random.below(6) { text += statement(depth: 0) }
            if random.below(30) == 0 { text += one(["}", "{", "\"", "x", "/* never closed", "a \"b"]) }
            files[one(names)] = text
        }
        return files
    }

    private mutating func tag() -> String {
        one([
            "A", "a", "B", "Foo", "foo", "X::Y", "x::y::", "List::", "Unattended-Upgrade::Origins-Pattern",
            "APT::Periodic::Enable",
            "\"quoted tag\"", "A::B::C", "C%20D", "e[ f ]", "Acquire::http::Proxy", "A:::B", "L::::M", "::", "p%",
        ])
    }

    private mutating func value() -> String {
        one([
            "\"1\"", "\"\"", "1", "true", "\"two words\"", "\"a\" \"b\"", "\"o=Debian,a=${x}\"", "\"// no comment\"",
            "\"/* no */\"",
            "\"#x\"", "\"a;b{c}\"", "plain", "%41b", "[a b]", "\"tab\there\"", "\"back\\slash\"", "\"é\"", "\"%41\"",
        ])
    }

    private mutating func gap() -> String {
        one([" ", " ", " ", "\n", "  ", "\t", " /* c */ ", " // c\n", " # c\n", "\r\n", "\n\n", " /* two\nlines */ "])
    }

    private mutating func statement(depth: Int) -> String {
        // A semicolon that is missing joins what stands around it.
        let end = one([";", ";", ";", ";", ";", ";", " ;", ";;", random.below(4) == 0 ? "" : ";"]) + gap()
        switch random.below(9) {
        case 0, 1, 2: return tag() + gap() + value() + end
        case 3: return value() + end
        case 4 where depth < 4:
            var text = tag() + gap() + (random.below(5) == 0 ? value() : "") + "{" + gap()
            for _ in 0..<random.below(4) { text += statement(depth: depth + 1) }
            return text + one(["}", "}", "};", "};"]) + gap()
        case 5 where depth == 0: return "#clear" + one([" ", "  "]) + tag() + end
        case 6: return one(["// comment \"with quote\n", "# \"a\" ; b\n", "/* x ; */\n", "//\n", "/*\n a { */\n"])
        case 7: return "List { \"one\"; \"two\"" + one([";", ";", ""]) + gap() + "\"three\"; };" + gap()
        default: return tag() + " " + value() + end
        }
    }

    private mutating func words(_ all: [String]) -> String {
        (0...random.below(2)).map { _ in one(all) }.joined(separator: one([" ", "  ", "\t"]))
    }

    mutating func sources() -> [String: String] {
        let names = [
            "/etc/apt/sources.list", "/etc/apt/sources.list.d/a.list", "/etc/apt/sources.list.d/b.sources",
            "/etc/apt/sources.list.d/c.sources", "/etc/apt/sources.list.d/d.list.save", "/etc/apt/sources.list.d/e",
            "/etc/apt/sources.list.d/g_h-1.list",
        ]
        let addresses = [
            "http://deb.debian.org/debian", "http://deb.debian.org/debian/",
            "https://security.debian.org/debian-security",
            "file:/srv/repo", "https://packages.example.org/$(ARCH)/x", "cdrom:[Debian%20disc]/",
        ]
        let suites = ["bookworm", "bookworm-security", "bookworm/updates", "stable", "./", "/", "jammy"]
        var files: [String: String] = [:]
        for _ in 0...random.below(3) {
            let name = one(names)
            var text = ""
            for _ in 0...random.below(3) {
                if name.hasSuffix(".sources") {
                    let flat = random.below(5) == 0
                    var fields = [
                        one(["Types: ", "types:", "TYPES : "]) + words(["deb", "deb-src", "deb"]),
                        "URIs: " + words(addresses),
                        "Suites:" + one([" ", "\n "]) + (flat ? "./" : words(Array(suites[..<4]))),
                    ]
                    if !flat { fields.append("Components: " + words(["main", "contrib", "non-free"])) }
                    if random.below(3) == 0 {
                        fields.append("Enabled: " + one(["no", "yes", "0", "false", "maybe", "No", "1"]))
                    }
                    if random.below(5) == 0 { fields.append("# comment: x") }
                    if random.below(8) == 0 { fields.append("X-Note: a\n b\n .") }
                    if random.below(15) == 0 { fields.removeFirst() }
                    text += fields.joined(separator: "\n") + one(["\n\n", "\n\n", "\n\n\n", "\n#\n\n"])
                } else {
                    let suite = one(suites)
                    var line = one(["deb", "deb", "deb-src", "deb\t", random.below(12) == 0 ? "rpm" : "deb"]) + " "
                    line += one([
                        "", "", "[arch=amd64] ", "[ arch=amd64 lang=en ] ", "[by-hash=no ] ",
                        random.below(6) == 0 ? "[x]" : "",
                    ])
                    line += one(addresses) + " " + suite
                    if !suite.hasSuffix("/") || random.below(20) == 0 {
                        line += " " + words(["main", "contrib", "non-free"])
                    }
                    text += one(["", "", "# ", " "]) + line + one(["\n", " # comment\n", "\r\n", "\n\n"])
                }
            }
            files[name] = text
        }
        return files
    }
}
