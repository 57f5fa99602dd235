// SPDX-License-Identifier: GPL-3.0-or-later

/// Tables of `Name: number` or `name number` lines: /proc/meminfo, /proc/vmstat and the header pairs of
/// /proc/net/netstat (proc(5)).
public struct Meminfo: Sendable {
    /// A number and the line it stands on.
    public struct Entry: Sendable, Hashable {
        /// As written, `kB` already made bytes.
        public let value: Int64
        /// Line, from 1.
        public let line: Int
    }

    /// The numbers by name.
    public private(set) var entries: [String: Entry] = [:]

    /// Reads `Name: number [kB]` and `name number` lines; lines that are neither are skipped.
    public init(_ bytes: [UInt8]) {
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == 0x20 || $0 == 0x09 }
            guard words.count >= 2, words.count <= 3 else { continue }
            let name = words[0].last == 0x3A ? words[0].dropLast() : words[0]
            guard let number = Int64(String(decoding: words[1], as: UTF8.self)), number >= 0 else { continue }
            let isKilobytes = words.count == 3 && words[2].elementsEqual("kB".utf8)
            let (value, overflow) = number.multipliedReportingOverflow(by: isKilobytes ? 1024 : 1)
            if !overflow { entries[String(decoding: name, as: UTF8.self)] = Entry(value: value, line: index + 1) }
        }
    }

    /// Reads pairs of lines `Prefix: names…` and `Prefix: numbers…`, as /proc/net/netstat and /proc/net/snmp have them;
    /// an entry is called `Prefix.name`.
    public init(pairs bytes: [UInt8]) {
        let lines = bytes.split(separator: 0x0A).map { $0.split(separator: 0x20) }
        for index in stride(from: 0, to: max(0, lines.count - 1), by: 2) {
            let (names, numbers) = (lines[index], lines[index + 1])
            guard let prefix = names.first, numbers.first == prefix, prefix.last == 0x3A else { continue }
            for (name, number) in zip(names.dropFirst(), numbers.dropFirst()) {
                guard let value = Int64(String(decoding: number, as: UTF8.self)) else { continue }
                let key =
                    String(decoding: prefix.dropLast(), as: UTF8.self) + "." + String(decoding: name, as: UTF8.self)
                entries[key] = Entry(value: value, line: index + 2)
            }
        }
    }

    /// The number of that name.
    public subscript(name: String) -> Int64? { entries[name]?.value }
}
