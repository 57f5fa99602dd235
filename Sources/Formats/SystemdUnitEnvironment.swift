// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// The variables of an `EnvironmentFile=` (systemd.exec(5), "Environment"): `NAME=value` lines, comments with `#` or
/// `;`, shell-like quotes, and no expansion at all.
public struct SystemdUnitEnvironment: Sendable {
    /// A variable.
    public struct Variable: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its value, which may be a secret.
        public let value: String
        /// Where it stands.
        public let origin: Origin
    }

    /// The variables in the order they stand; a later one of the same name wins.
    public private(set) var variables: [Variable] = []

    /// Reads the bytes of the file at `path`. Lines that name no variable are skipped, as systemd does.
    public init(_ bytes: [UInt8], path: String) {
        var reader = Reader(bytes)
        while let (name, value, line) = reader.next() {
            guard let name = String(validating: name, as: UTF8.self), Self.isValid(name),
                let value = String(validating: value, as: UTF8.self)
            else { continue }
            variables.append(Variable(name: name, value: value, origin: Origin(path: path, line: line)))
        }
    }

    /// A letter or underscore, then letters, digits and underscores (environ(7)).
    public static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
    }

    private struct Reader {
        private let bytes: [UInt8]
        private var index = 0
        private var line = 1

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

        private mutating func advance() {
            if byte == 0x0A { line += 1 }
            index += 1
        }

        mutating func next() -> (name: [UInt8], value: [UInt8], line: Int)? {
            while let first = byte {
                if first == 0x20 || first == 0x09 || first == 0x0A || first == 0x0D {
                    advance()
                    continue
                }
                if first == 0x23 || first == 0x3B {
                    skipComment()
                    continue
                }
                let start = line
                var name: [UInt8] = []
                while let byte, byte != 0x3D, byte != 0x0A, byte != 0x0D {
                    name.append(byte)
                    advance()
                }
                guard byte == 0x3D else { continue }
                advance()
                while let last = name.last, last == 0x20 || last == 0x09 { name.removeLast() }
                return (name, value(), start)
            }
            return nil
        }

        /// To the end of the line; a backslash before it makes the next line part of the comment.
        private mutating func skipComment() {
            while let current = byte, current != 0x0A {
                advance()
                if current == 0x5C, byte != nil { advance() }
            }
        }

        private mutating func value() -> [UInt8] {
            while byte == 0x20 || byte == 0x09 { advance() }
            var value: [UInt8] = []
            var kept = 0
            while let current = byte, current != 0x0A, current != 0x0D {
                advance()
                switch current {
                case 0x27, 0x22:
                    quoted(current, into: &value)
                    kept = value.count
                case 0x5C:
                    if let escaped = byte {
                        advance()
                        if escaped != 0x0A { value.append(escaped) }
                        kept = value.count
                    }
                case 0x20, 0x09: value.append(current)
                default:
                    value.append(current)
                    kept = value.count
                }
            }
            return Array(value.prefix(kept))
        }

        /// Single quotes keep everything; in double quotes a backslash escapes `"`, `\`, backtick and `$`, and joins
        /// lines.
        private mutating func quoted(_ quote: UInt8, into value: inout [UInt8]) {
            while let current = byte {
                advance()
                if current == quote { return }
                guard current == 0x5C, quote == 0x22, let escaped = byte else {
                    value.append(current)
                    continue
                }
                advance()
                switch escaped {
                case 0x22, 0x5C, 0x60, 0x24: value.append(escaped)
                case 0x0A: break
                default: value += [0x5C, escaped]
                }
            }
        }
    }
}
