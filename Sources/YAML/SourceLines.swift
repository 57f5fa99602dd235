// SPDX-License-Identifier: GPL-3.0-or-later

/// The lines of a source as libyaml counts them: LF, CR, CRLF, NEL, LS and PS end a line (YAML 1.1, 4.2).
struct SourceLines {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The bytes of a line (from 1) without its end; empty where there is no such line.
    func line(_ number: Int) -> ArraySlice<UInt8> {
        var start = 0
        var current = 1
        while current < number {
            guard let end = lineEnd(from: start), end < bytes.count else { return [] }
            start = end + breakLength(at: end)
            current += 1
        }
        return bytes[start..<(lineEnd(from: start) ?? bytes.count)]
    }

    /// The bytes of a line before a column (in characters, from 1).
    func line(_ number: Int, upTo column: Int) -> ArraySlice<UInt8> {
        let text = line(number)
        var characters = 0
        let end = text.firstIndex { byte in
            if byte & 0xC0 != 0x80 { characters += 1 }
            return characters >= column
        }
        return text[..<(end ?? text.endIndex)]
    }

    /// A byte of the source; 0 past its end.
    func byte(at offset: Int) -> UInt8 { bytes.indices.contains(offset) ? bytes[offset] : 0 }

    /// Line and column (in characters), from 1, of a byte.
    func place(ofByte offset: Int) -> (line: Int, column: Int) {
        let target = min(max(0, offset), bytes.count)
        var start = 0
        var line = 1
        while let end = lineEnd(from: start), end < target, end + breakLength(at: end) <= target {
            start = end + breakLength(at: end)
            line += 1
        }
        return (line, bytes[start..<target].count { $0 & 0xC0 != 0x80 } + 1)
    }

    /// A line as it can be shown, cut to the neighbourhood of the column, with a caret under it; each indented by four.
    func excerpt(line: Int, column: Int) -> String {
        let before = 80
        let after = 40
        let shown = String(decoding: self.line(line), as: UTF8.self).unicodeScalars.lazy.map(Self.printable)
        let first = max(0, column - 1 - before)
        var text = String.UnicodeScalarView()
        text.append(contentsOf: shown.dropFirst(first).prefix(before + after))
        guard !text.isEmpty else { return "" }
        let isCut = first > 0
        let padding = String(repeating: " ", count: max(0, column - 1 - first) + (isCut ? 1 : 0))
        return "    \(isCut ? "…" : "")\(String(text))\n    \(padding)^\n"
    }

    /// Control and direction characters would act on the terminal; a tab would move the caret.
    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09: " "
        case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: "\u{FFFD}"
        default: scalar
        }
    }

    /// Where the line that holds `start` ends, or nil when nothing follows `start`.
    private func lineEnd(from start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        var index = start
        while index < bytes.count, breakLength(at: index) == 0 { index += 1 }
        return index
    }

    /// The bytes of the line break at an index; 0 where there is none.
    private func breakLength(at index: Int) -> Int {
        func byte(_ ahead: Int) -> UInt8 { index + ahead < bytes.count ? bytes[index + ahead] : 0 }
        switch bytes[index] {
        case 0x0A: return 1
        case 0x0D: return byte(1) == 0x0A ? 2 : 1
        case 0xC2: return byte(1) == 0x85 ? 2 : 0
        case 0xE2: return byte(1) == 0x80 && byte(2) & 0xFE == 0xA8 ? 3 : 0
        default: return 0
        }
    }
}
