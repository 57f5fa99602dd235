// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model
internal import Patterns

extension Library {
    /// What a function may produce, in bytes of text: a chain of `replace` grows exponentially.
    static let maximumTextBytes = 1 << 20

    /// A result that may have grown beyond its arguments.
    static func bounded(_ bytes: [UInt8]) throws(Failure) -> String {
        guard bytes.count <= maximumTextBytes else {
            throw Failure("the text is longer than \(maximumTextBytes) bytes")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The strings extension. Positions count code points from 0.
    static let strings: [Overload] =
        positions + pieces + [
            .of("lowerAscii", method: true, "A to Z as a to z.", cost: Cost.linear) {
                (text: String) throws(Failure) in
                text.asciiLowercased
            },
            .of("upperAscii", method: true, "a to z as A to Z.", cost: Cost.linear) {
                (text: String) throws(Failure) in
                String(decoding: text.utf8.map { (0x61...0x7A).contains($0) ? $0 - 32 : $0 }, as: UTF8.self)
            },
            .of("trim", method: true, "Without white space at either end.", cost: Cost.linear) {
                (text: String) throws(Failure) in
                let scalars = text.unicodeScalars
                guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
                    let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
                else { return "" }
                return String(scalars[first...last])
            },
            .of("reverse", method: true, "The code points from last to first.", cost: Cost.linear) {
                (text: String) throws(Failure) in
                String(String.UnicodeScalarView(text.unicodeScalars.reversed()))
            },
            .of(
                "strings.quote", "In double quotes, with escapes for controls, quotes and backslashes.",
                cost: Cost.linear
            ) { (text: String) throws(Failure) in try bounded(quoted(text)) },
            .of(
                "format", method: true,
                "Each `%s %d %f %e %b %o %x %X` filled by the next of the list: `'%d of %.1f'.format([1, 2.5])`.",
                cost: Cost.linear
            ) { (text: String, arguments: Anything) throws(Failure) in
                try bounded(Array(formatted(text, arguments.values).utf8))
            },
            .of("find", method: true, "What the RE2 pattern first matches, or ''.", cost: Cost.product) {
                (text: String, regex: String) throws(Failure) in
                try found(regex, in: text, limit: 1).first ?? ""
            },
            .of("findAll", method: true, "All that the RE2 pattern matches, in order.", cost: Cost.product) {
                (text: String, regex: String) throws(Failure) in
                Strings(try found(regex, in: text, limit: .max))
            },
            .of("findAll", method: true, "The first matches, so many at most; all for −1.", cost: Cost.product) {
                (text: String, regex: String, limit: Int64) throws(Failure) in
                Strings(try found(regex, in: text, limit: limit < 0 ? .max : Int(clamping: limit)))
            },
        ]

    private static let positions: [Overload] = [
        .of("charAt", method: true, "The code point at a position; '' at the end.", cost: Cost.linear) {
            (text: String, position: Int64) throws(Failure) in
            let text = Text(text)
            let start = try offset(position, in: text)
            let end = text.offset(ofCodePoint: Int(clamping: position) + 1) ?? start
            return Text(text.bytes[start..<end]).string
        },
        .of("indexOf", method: true, "Where the other string first stands, or −1.", cost: Cost.product) {
            (text: String, part: String) throws(Failure) in
            let text = Text(text)
            return text.position(of: Text(part)).map { Int64(text.codePoints(in: 0..<$0)) } ?? -1
        },
        .of("indexOf", method: true, "Where it first stands from a position on, or −1.", cost: Cost.product) {
            (text: String, part: String, position: Int64) throws(Failure) in
            let text = Text(text)
            let start = try offset(position, in: text)
            return text.position(of: Text(part), from: start).map { Int64(text.codePoints(in: 0..<$0)) } ?? -1
        },
        .of("lastIndexOf", method: true, "Where the other string last stands, or −1.", cost: Cost.product) {
            (text: String, part: String) throws(Failure) in
            let text = Text(text)
            let found = text.lastPosition(of: Text(part), from: text.bytes.count)
            return found.map { Int64(text.codePoints(in: 0..<$0)) } ?? -1
        },
        .of("lastIndexOf", method: true, "Where it last stands up to a position, or −1.", cost: Cost.product) {
            (text: String, part: String, position: Int64) throws(Failure) in
            let text = Text(text)
            let found = text.lastPosition(of: Text(part), from: try offset(position, in: text))
            return found.map { Int64(text.codePoints(in: 0..<$0)) } ?? -1
        },
        .of("substring", method: true, "From a position to the end.", cost: Cost.linear) {
            (text: String, start: Int64) throws(Failure) in
            let text = Text(text)
            return Text(text.bytes[try offset(start, in: text)...]).string
        },
        .of("substring", method: true, "From a position up to another, which is left out.", cost: Cost.linear) {
            (text: String, start: Int64, end: Int64) throws(Failure) in
            let text = Text(text)
            guard start <= end else { throw Failure("invalid substring range: \(start) to \(end)") }
            return Text(text.bytes[try offset(start, in: text)..<offset(end, in: text)]).string
        },
    ]

    private static let pieces: [Overload] = [
        .of("join", method: true, "The strings of the list as one.", cost: Cost.linear) {
            (texts: Strings) throws(Failure) in try joined(texts.texts, "")
        },
        .of("join", method: true, "The strings of the list as one, with a text between.", cost: Cost.product) {
            (texts: Strings, separator: String) throws(Failure) in try joined(texts.texts, separator)
        },
        .of("split", method: true, "The strings between the separators.", cost: Cost.product) {
            (text: String, separator: String) throws(Failure) in
            Strings(split(text, separator, limit: .max))
        },
        .of("split", method: true, "So many strings at most, the last with the rest.", cost: Cost.product) {
            (text: String, separator: String, limit: Int64) throws(Failure) in
            Strings(split(text, separator, limit: limit < 0 ? .max : Int(clamping: limit)))
        },
        .of("replace", method: true, "One string in place of another, everywhere.", cost: Cost.product) {
            (text: String, old: String, new: String) throws(Failure) in
            try replaced(text, old, new, limit: .max)
        },
        .of("replace", method: true, "The first occurrences only; all for −1.", cost: Cost.product) {
            (text: String, old: String, new: String, limit: Int64) throws(Failure) in
            try replaced(text, old, new, limit: limit < 0 ? .max : Int(clamping: limit))
        },
    ]

    /// The byte of a position that must exist; the end does.
    private static func offset(_ position: Int64, in text: Text) throws(Failure) -> Int {
        guard let offset = text.offset(ofCodePoint: Int(clamping: position)) else {
            throw Failure("index out of range: \(position)")
        }
        return offset
    }

    private static func joined(_ texts: [String], _ separator: String) throws(Failure) -> String {
        var bytes: [UInt8] = []
        for (number, text) in texts.enumerated() {
            if number > 0 { bytes += separator.utf8 }
            bytes += text.utf8
            if bytes.count > maximumTextBytes { break }
        }
        return try bounded(bytes)
    }

    /// Where the parts of a text begin and end. An empty separator stands between all code points.
    private static func split(_ text: String, _ separator: String, limit: Int) -> [String] {
        guard limit > 0 else { return [] }
        if separator.isEmpty {
            let scalars = text.unicodeScalars
            guard scalars.count > limit else { return scalars.map { String($0) } }
            return scalars.prefix(limit - 1).map { String($0) } + [String(scalars.dropFirst(limit - 1))]
        }
        let text = Text(text)
        let separator = Text(separator)
        var parts: [String] = []
        var start = 0
        while parts.count < limit - 1, let end = text.position(of: separator, from: start) {
            parts.append(Text(text.bytes[start..<end]).string)
            start = end + separator.bytes.count
        }
        return parts + [Text(text.bytes[start...]).string]
    }

    /// An empty old text stands before each code point and at the end.
    private static func replaced(
        _ text: String, _ old: String, _ new: String, limit: Int
    ) throws(Failure) -> String {
        let text = Text(text)
        let old = Text(old)
        var result: [UInt8] = []
        var start = 0
        var done = 0
        while done < limit, result.count <= maximumTextBytes, let found = text.position(of: old, from: start) {
            result += text.bytes[start..<found]
            result += new.utf8
            start = found + old.bytes.count
            done += 1
            if old.bytes.isEmpty {
                guard start < text.bytes.count else { break }
                let next = text.bytes[(start + 1)...].firstIndex { $0 & 0xC0 != 0x80 } ?? text.bytes.count
                result += text.bytes[start..<next]
                start = next
            }
        }
        return try bounded(result + text.bytes[start...])
    }

    private static func quoted(_ text: String) -> [UInt8] {
        let escapes: [UInt8: Character] = [
            0x07: "a", 0x08: "b", 0x0C: "f", 0x0A: "n", 0x0D: "r", 0x09: "t", 0x0B: "v", 0x5C: "\\", 0x22: "\"",
        ]
        let body = text.utf8.flatMap { byte -> [UInt8] in
            escapes[byte]?.asciiValue.map { [UInt8(ascii: "\\"), $0] } ?? [byte]
        }
        return [UInt8(ascii: "\"")] + body + [UInt8(ascii: "\"")]
    }

    /// Matches that do not overlap; after an empty one the search goes on at the next code point.
    private static func found(_ regex: String, in text: String, limit: Int) throws(Failure) -> [String] {
        let pattern = try pattern(regex)
        let bytes = Array(text.utf8)
        var matches: [String] = []
        var start = 0
        while matches.count < limit, start <= bytes.count, let groups = pattern.captures(in: bytes, from: start),
            let range = groups[0]
        {
            matches.append(String(decoding: bytes[range], as: UTF8.self))
            start = range.upperBound
            if range.isEmpty {
                repeat { start += 1 } while start < bytes.count && bytes[start] & 0xC0 == 0x80
            }
        }
        return matches
    }
}
