// SPDX-License-Identifier: GPL-3.0-or-later

/// The jobs of a crontab(5).
public enum Crontab {
    /// One job.
    public struct Job: Sendable, Hashable {
        /// Line, from 1.
        public let line: Int
        /// Whose job it is; nil in a user's own table, which does not say.
        public let user: String?
        /// What the shell is given, up to the first `%`, after which comes its input.
        public let command: String
    }

    /// Reads a table; a system table names a user before each command. Lines cron would not run are left out.
    public static func jobs(_ bytes: [UInt8], isSystem: Bool) -> [Job] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            job(line, number: index + 1, isSystem: isSystem)
        }
    }

    private static func job(_ line: ArraySlice<UInt8>, number: Int, isSystem: Bool) -> Job? {
        var rest = line
        func field() -> ArraySlice<UInt8>? {
            rest = rest.drop { isBlank($0) }
            let word = rest.prefix { !isBlank($0) }
            rest = rest.dropFirst(word.count)
            return word.isEmpty ? nil : word
        }
        guard let first = field(), let initial = first.first, initial != UInt8(ascii: "#") else { return nil }
        if initial != UInt8(ascii: "@") {
            // `NAME = value` sets a variable; a time has no `=` in it.
            for position in 1..<5 {
                guard let next = field() else { return nil }
                if position == 1, next.first == UInt8(ascii: "=") { return nil }
            }
        }
        guard !first.contains(UInt8(ascii: "=")) else { return nil }
        var user: String?
        if isSystem {
            guard let name = field() else { return nil }
            user = String(decoding: name, as: UTF8.self)
        }
        let command = rest.drop { isBlank($0) }.prefix { $0 != UInt8(ascii: "%") }
        guard !command.isEmpty else { return nil }
        return Job(line: number, user: user, command: String(decoding: command, as: UTF8.self))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// Programs that run another one named among their arguments.
    private static let runners: Set<String> = [
        "sh", "bash", "dash", "python", "python3", "perl", "ruby", "node", "php", "env", "nice", "ionice", "timeout",
        "flock", "nohup", "setsid", "chronic", "exec", "time",
    ]

    /// The absolute paths a command would run: the first word of each simple command, and what a runner (`nice`, `sh`)
    /// is given. Quotes and variables are not followed; a word with them names no path here.
    public static func programs(of command: String) -> [String] {
        var found: [String] = []
        for simple in command.utf8.split(whereSeparator: { ";&|()".utf8.contains($0) }) {
            var words = simple.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 }).map { String($0) ?? "" }
            if let redirection = words.firstIndex(where: { $0.contains(">") || $0.contains("<") }) {
                words.removeSubrange(redirection...)
            }
            words.removeAll { $0.contains("=") }
            guard let first = words.first else { continue }
            let name = first.utf8.lastIndex(of: 0x2F).map { String(first[first.index(after: $0)...]) } ?? first
            let named = runners.contains(name) ? words : [first]
            found += named.filter { $0.hasPrefix("/") && !$0.utf8.contains { "\"'$`*".utf8.contains($0) } }
        }
        return found
    }
}
