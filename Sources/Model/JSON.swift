// SPDX-License-Identifier: GPL-3.0-or-later

/// A JSON text to be written (RFC 8259). Members keep the order they are given, so that the same report is the same
/// bytes on every run.
public indirect enum JSON: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    /// A number of tenths, written with one decimal.
    case tenths(Int)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    /// A string, or null.
    public static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
    /// Strings.
    public static func strings(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }

    /// The text, indented by two spaces a level, with a newline at the end.
    public var text: [UInt8] {
        var writer = Writer()
        writer.write(self, indent: 0)
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func write(_ value: JSON, indent: Int) {
            switch value {
            case .null: append("null")
            case .bool(let bool): append(bool ? "true" : "false")
            case .int(let int): append(String(int))
            case .double(let double): append(double.isFinite ? Self.shortest(double) : "null")
            case .tenths(let tenths):
                append("\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)")
            case .string(let string): write(string)
            case .array(let items):
                guard !items.isEmpty else { return append("[]") }
                append("[")
                for (index, item) in items.enumerated() {
                    newline(indent + 1, comma: index > 0)
                    write(item, indent: indent + 1)
                }
                newline(indent)
                append("]")
            case .object(let members):
                guard !members.isEmpty else { return append("{}") }
                append("{")
                for (index, member) in members.enumerated() {
                    newline(indent + 1, comma: index > 0)
                    write(member.0)
                    append(": ")
                    write(member.1, indent: indent + 1)
                }
                newline(indent)
                append("}")
            }
        }

        /// Whole numbers without a fraction, so that a count reads as one.
        private static func shortest(_ double: Double) -> String {
            if let int = Int64(exactly: double), int.magnitude < 1 << 53 { return String(int) }
            return double.description
        }

        private mutating func append(_ text: String) { bytes += text.utf8 }

        private mutating func newline(_ indent: Int, comma: Bool = false) {
            if comma { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\n"))
            bytes += repeatElement(UInt8(ascii: " "), count: indent * 2)
        }

        /// RFC 8259 §7, and DEL and C1 controls too: a report is looked at in terminals.
        private mutating func write(_ string: String) {
            bytes.append(UInt8(ascii: "\""))
            defer { bytes.append(UInt8(ascii: "\"")) }
            // 0xC2 begins the C1 controls. Most texts hold nothing to escape and are taken as they are.
            let isPlain = string.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F && $0 != 0xC2 }
            guard !isPlain else { return append(string) }
            for scalar in string.unicodeScalars {
                switch scalar {
                case "\"": append("\\\"")
                case "\\": append("\\\\")
                case "\n": append("\\n")
                case "\t": append("\\t")
                case "\r": append("\\r")
                case "\0"..<" ", "\u{7F}"..."\u{9F}":
                    let hex = String(scalar.value, radix: 16)
                    append("\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex)
                default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                }
            }
        }
    }
}
