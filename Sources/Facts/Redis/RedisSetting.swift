// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// A setting of redis.conf that has one value: its kind, its bounds and its default, as Redis 7.0 has them (config.c).
struct RedisSetting: Sendable {
    let name: String
    let kind: Kind
    /// As CONFIG GET prints it.
    let standard: String

    enum Kind: Sendable, Equatable {
        case bool
        case text
        /// A text that is never shown.
        case secret
        case choice([String])
        /// Whole numbers.
        case number(low: Int64, high: Int64)
        /// `k`, `kb`, `m`, `mb`, `g` and `gb` may follow; over Int64.max where it is `unsigned`.
        case memory(low: Int64, high: Int64, unsigned: Bool)
        /// The same, or a percentage.
        case share
        case octal
        /// Words of a set.
        case flags
        /// What has rules of its own.
        case special
    }

    /// What CONFIG GET prints after this was set; nil where the server refuses it.
    func printed(_ argument: [UInt8]) -> String? {
        let text = String(decoding: argument.prefix { $0 != 0 }, as: UTF8.self)
        switch kind {
        case .bool:
            let folded = text.asciiLowercased
            return folded == "yes" || folded == "no" ? folded : nil
        case .text: return accepts(text) ? text : nil
        case .secret: return text.isEmpty ? "" : "set"
        case .choice(let names):
            let folded = text.asciiLowercased
            // Two names of one value: the first is printed.
            if name == "oom-score-adj", folded == "relative" { return "yes" }
            return names.contains(folded) ? folded : nil
        case .number(let low, let high):
            guard let number = Self.integer(argument), (low...high).contains(number) else { return nil }
            return String(number)
        case .memory(let low, let high, let unsigned):
            guard let bytes = Self.memory(argument) else { return nil }
            if unsigned {
                guard bytes >= UInt64(low), high == .max || bytes <= UInt64(high) else { return nil }
                return String(bytes)
            }
            guard let number = Int64(exactly: bytes), (low...high).contains(number) else { return nil }
            return String(number)
        case .share:
            if let bytes = Self.memory(argument) { return Int64(exactly: bytes).map { String($0) } }
            guard argument.last == UInt8(ascii: "%"), let share = Self.integer(argument.dropLast()),
                (0...100).contains(share)
            else { return nil }
            return share == 0 ? "0" : "\(share)%"
        case .octal:
            guard let number = Self.cNumber(argument, base: 8), (0...0o777).contains(number) else { return nil }
            return String(number, radix: 8)
        case .flags, .special: return nil
        }
    }

    private func accepts(_ text: String) -> Bool {
        switch name {
        case "dbfilename": return !text.utf8.contains { $0 == 0x2F || $0 == 0x5C }
        case "appendfilename", "appenddirname":
            return !text.isEmpty && !text.utf8.contains { $0 == 0x2F || $0 == 0x5C }
        case "cluster-announce-hostname":
            return text.utf8.count < 256
                && text.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x2E
                }
        case "proc-title-template": return Self.isTitle(text)
        default: return true
        }
    }

    private static let titleNames: Set<String> = [
        "title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file",
    ]

    /// `{name}` stands for something that is known; `{{` is a brace. Nothing at all is refused.
    private static func isTitle(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty else { return false }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "{") else { continue }
            if rest.first == UInt8(ascii: "{") {
                rest = rest.dropFirst()
                continue
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: "}")),
                titleNames.contains(String(decoding: rest[..<end], as: UTF8.self))
            else { return false }
            rest = rest[(end + 1)...]
        }
        return true
    }

    /// A number as string2ll() takes it: no blank, no plus sign, no zero in front.
    static func integer(_ text: some Swift.Collection<UInt8>) -> Int64? {
        let digits = text.first == UInt8(ascii: "-") ? Array(text.dropFirst()) : Array(text)
        if text.count == 1, digits == [0x30] { return 0 }
        guard let first = digits.first, (0x31...0x39).contains(first),
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int64(String(decoding: Array(text), as: UTF8.self))
    }

    /// A number as strtoll(3) takes it when nothing may follow; out of range it is the nearest, none at all is 0.
    static func cNumber(_ text: some Sequence<UInt8>, base: Int64 = 10) -> Int64? {
        var rest = Array(text).prefix { $0 != 0 }
        let isEmpty = rest.isEmpty
        rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return isEmpty ? 0 : nil }
        var number: Int64 = 0
        for byte in rest {
            let digit = Int64(byte) - 0x30
            guard (0..<base).contains(digit) else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: base)
            let (sum, tooLarge) = product.addingReportingOverflow(isNegative ? -digit : digit)
            if overflow || tooLarge {
                if base == 8 { return nil }
                number = isNegative ? .min : .max
            } else {
                number = sum
            }
        }
        return number
    }

    /// A number of bytes as memtoull() takes it. Without digits it is 0.
    static func memory(_ text: some Sequence<UInt8>) -> UInt64? {
        let text = Array(text).prefix { $0 != 0 }
        let digits = text.prefix { (0x30...0x39).contains($0) }
        let unit: UInt64
        switch String(decoding: text[digits.endIndex...], as: UTF8.self).asciiLowercased {
        case "", "b": unit = 1
        case "k": unit = 1_000
        case "kb": unit = 1 << 10
        case "m": unit = 1_000_000
        case "mb": unit = 1 << 20
        case "g": unit = 1_000_000_000
        case "gb": unit = 1 << 30
        default: return nil
        }
        guard digits.count < 128 else { return nil }
        let number = digits.isEmpty ? 0 : UInt64(String(decoding: digits, as: UTF8.self)) ?? .max
        return number &* unit
    }
}
