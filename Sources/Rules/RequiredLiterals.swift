// SPDX-License-Identifier: GPL-3.0-or-later

/// Strings without which a `where` cannot hold, so that most lines of a log are passed over before they are decoded.
enum RequiredLiterals {
    /// One literal for each side of the expression's `||`, each of them a conjunct of its side on `event.message`; none
    /// when a side has no such conjunct. Only the plain forms are read; anything else just costs the short cut.
    static func of(_ text: String) -> [String] {
        var literals: [String] = []
        for side in split(Array(text.utf8)[...], at: "||") {
            let found = split(side, at: "&&").compactMap(literal).max { $0.utf8.count < $1.utf8.count }
            guard let found else { return [] }
            literals.append(found)
        }
        return literals
    }

    /// `event.message.startsWith("…")`, `.contains("…")` or `.endsWith("…")` without escapes in the string.
    private static func literal(_ conjunct: ArraySlice<UInt8>) -> String? {
        var text = String(decoding: conjunct, as: UTF8.self)[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        for method in ["startsWith", "contains", "endsWith"] {
            let head = "event.message.\(method)(\""
            guard text.hasPrefix(head), text.hasSuffix("\")") else { continue }
            let inside = text.dropFirst(head.count).dropLast(2)
            return inside.isEmpty || inside.contains("\"") || inside.contains("\\") ? nil : String(inside)
        }
        return nil
    }

    /// Parts between an operator outside quotes and brackets. A bracketed whole is one part and gives no literal.
    private static func split(_ text: ArraySlice<UInt8>, at operation: String) -> [ArraySlice<UInt8>] {
        let mark = Array(operation.utf8)
        var parts: [ArraySlice<UInt8>] = []
        var (start, index, depth) = (text.startIndex, text.startIndex, 0)
        var quote: UInt8?
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "\\") {
                index += 1
            } else if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if "([{".utf8.contains(byte) {
                depth += 1
            } else if ")]}".utf8.contains(byte) {
                depth -= 1
            } else if depth == 0, text[index...].starts(with: mark) {
                parts.append(text[start..<index])
                index += 1
                start = index + 1
            } else if depth == 0, byte == UInt8(ascii: "?") {
                // A ternary binds looser than both operators: no part of it is sure.
                return [text[text.endIndex...]]
            }
            index += 1
        }
        return parts + [text[min(start, text.endIndex)...]]
    }
}
