// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Host
import Model

@testable import Facts

/// `sshd` facts as `sshd -T` would print them: arguments by lower-case keyword, one string a line.
struct SSHServerPrinted {
    /// Lines by keyword.
    var lines: [String: [String]] = [:]
    /// Keywords whose value could not be had.
    var unknown: [String: String] = [:]
    var isValid = false
    var errors: [String] = []

    /// Keywords `sshd -T` prints on one line, words separated by blanks.
    static let onOneLine: Set<String> = [
        "authorizedkeysfile", "authenticationmethods", "logverbose", "channeltimeout", "ipqos", "rekeylimit",
        "permitopen", "permitlisten", "pubkeyauthoptions", "persourcepenalties",
    ]
    /// The same, separated by commas.
    static let algorithms: Set<String> = [
        "ciphers", "macs", "kexalgorithms", "casignaturealgorithms", "hostbasedacceptedalgorithms",
        "hostkeyalgorithms", "pubkeyacceptedalgorithms", "gssapikexalgorithms",
    ]

    init?(_ value: Value) {
        guard case .record(let record) = value.kind else { return nil }
        self.init(record)
        isValid = record["valid"].map(Self.text) == "yes"
        if case .list(let errors)? = record["errors"]?.kind { self.errors = errors.map(Self.text) }
    }

    init(_ record: Record) {
        for keyword in SSHServerKeyword.all {
            guard let value = record[keyword.name] else { continue }
            let name = keyword.name.asciiLowercased
            switch value.kind {
            case .absent: break
            case .unknown(let unknown): self.unknown[name] = unknown.first?.reason ?? ""
            case .list(let elements):
                let words = elements.map(Self.text)
                if Self.algorithms.contains(name) {
                    lines[name] = [words.joined(separator: ",")]
                } else if !Self.onOneLine.contains(name) {
                    lines[name] = words
                } else if !words.isEmpty {
                    lines[name] = [words.joined(separator: " ")]
                }
            default:
                let text = Self.text(value)
                lines[name] = [name == "unusedconnectiontimeout" && text == "0" ? "none" : text]
            }
        }
    }

    private static func text(_ value: Value) -> String {
        switch value.kind {
        case .bool(let bool): bool ? "yes" : "no"
        case .int(let int): String(int)
        case .duration(let span): String(span.seconds)
        case .mode(let mode): "0" + String(mode.bits, radix: 8)
        case .string(let string): string
        default: "?"
        }
    }

    /// What `sshd -T` printed, by keyword.
    static func parse(_ output: String) -> [String: [String]] {
        var lines: [String: [String]] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            var argument = parts.count > 1 ? String(parts[1]) : ""
            // OpenSSH 9.6 prints a blank after a subsystem's command.
            if parts[0] == "subsystem", argument.hasSuffix(" ") { argument.removeLast() }
            lines[names[String(parts[0])] ?? String(parts[0]), default: []].append(argument)
        }
        return lines
    }

    /// Names before OpenSSH 8.5.
    private static let names = [
        "hostbasedacceptedkeytypes": "hostbasedacceptedalgorithms",
        "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms",
    ]
}

/// The facts about a tree, for a connection or for none.
func sshd(_ host: MemoryHost, _ question: [String: String]? = nil) throws -> Value {
    let collection = Collection(host: host, now: Timestamp(seconds: 0))
    guard let question else { return SSHServerCollector().collect(collection)[0] }
    return try SSHServerCollector().answer(question, collection)?[0] ?? .absent
}

extension MemoryHost.Entry {
    /// A file of bytes that need not be text.
    init(bytes: [UInt8]) {
        self.init("")
        self.bytes = bytes
    }
}
