// SPDX-License-Identifier: GPL-3.0-or-later

/// os-release(5): assignments as a shell takes them, without expansion. The last assignment of a name counts.
public struct OSReleaseFile: Sendable {
    /// A value and where it stands.
    public struct Assignment: Sendable, Hashable {
        /// Without quotes and escapes.
        public let value: String
        /// Line, from 1.
        public let line: Int
    }

    /// Assignments by name.
    public private(set) var assignments: [String: Assignment] = [:]
    /// Lines that are no assignment.
    public private(set) var problemLines: [Int] = []

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            let text = line.drop(while: isSpace)
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            guard let equals = text.firstIndex(of: UInt8(ascii: "=")), Self.isName(text[..<equals]),
                let value = Self.value(text[(equals + 1)...])
            else {
                problemLines.append(index + 1)
                continue
            }
            assignments[String(decoding: text[..<equals], as: UTF8.self)] = Assignment(
                value: String(decoding: value, as: UTF8.self), line: index + 1)
        }
    }

    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, !(0x30...0x39).contains(first) else { return false }
        return bytes.allSatisfy {
            $0 == UInt8(ascii: "_") || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                || (0x61...0x7A).contains($0)
        }
    }

    /// A shell word: bare, in double quotes (backslash escapes `$ " \` and the backquote) or in single quotes, in any
    /// sequence. Nil when a quote is not closed or words follow.
    private static func value(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var quote: UInt8?
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'"), index < bytes.endIndex {
                let next = bytes[index]
                if quote != nil, !"$\"\\`".utf8.contains(next) { result.append(byte) }
                result.append(next)
                index += 1
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if quote == nil, byte == 0x20 || byte == 0x09 || byte == 0x0D {
                let rest = bytes[index...].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
                return rest.isEmpty || rest.first == UInt8(ascii: "#") ? result : nil
            } else {
                result.append(byte)
            }
        }
        return quote == nil ? result : nil
    }
}
