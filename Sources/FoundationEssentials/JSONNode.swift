// SPDX-License-Identifier: GPL-3.0-or-later

/// A place in a JSON document that is being made.
final class JSONNode {
    /// What stands there.
    private enum Content {
        /// A number, a boolean, a null or a quoted string: its text.
        case scalar(String)
        case array([JSONNode])
        case object([String: JSONNode])
    }

    private var content = Content.scalar("null")

    /// How many elements an array has.
    var count: Int {
        if case .array(let elements) = content { elements.count } else { 0 }
    }

    func set(_ value: some Encodable, codingPath: [any CodingKey]) throws {
        switch value {
        case let text as String: content = .scalar(Self.quoted(text))
        case let number as Int: content = .scalar(String(number))
        case let flag as Bool: content = .scalar(flag ? "true" : "false")
        case is any BinaryInteger, is any BinaryFloatingPoint:
            throw EncodingError.invalidValue(value, .init(codingPath: codingPath, debugDescription: "not an Int"))
        default: try value.encode(to: JSONNodeEncoder(node: self, codingPath: codingPath))
        }
    }

    func setNull() { content = .scalar("null") }

    func becomeArray() { content = .array([]) }

    func becomeObject() { content = .object([:]) }

    /// A new last element.
    func appended() -> JSONNode {
        let node = JSONNode()
        if case .array(let elements) = content { content = .array(elements + [node]) }
        return node
    }

    /// A new member.
    func member(_ name: String) -> JSONNode {
        let node = JSONNode()
        if case .object(var members) = content {
            members[name] = node
            content = .object(members)
        }
        return node
    }

    func text(indentation: String) -> String {
        let inner = indentation + "  "
        func lines(_ lines: [String], _ open: String, _ close: String) -> String {
            "\(open)\n" + lines.map { inner + $0 }.joined(separator: ",\n") + "\n\(indentation)\(close)"
        }
        switch content {
        case .scalar(let text): return text
        case .array(let elements): return lines(elements.map { $0.text(indentation: inner) }, "[", "]")
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            return lines(sorted.map { "\(Self.quoted($0.key)) : \($0.value.text(indentation: inner))" }, "{", "}")
        }
    }

    /// RFC 8259 section 7; a solidus is escaped, too, so that the text may stand in HTML.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "/": result += "\\/"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
