// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

/// One parameter of PostgreSQL: what it takes and what holds where nobody sets it.
struct PostgreSQLParameter: Sendable {
    let name: String
    let kind: Kind
    /// What a bare number counts: `kB`, `8kB`, `MB`, `B`, `ms`, `s`, `min`; nil for a plain number.
    let unit: Unit?
    /// When it may change: `postmaster`, `sighup`, `user` …; `internal` ones cannot be set at all.
    let context: String
    let minimum: Double?
    let maximum: Double?
    /// The program's own default, before any file is read.
    let standard: String
    /// What an enumeration takes.
    let names: [String]

    enum Kind: String, Sendable { case bool, integer, real, string, `enum` }

    /// The unit a parameter counts in.
    struct Unit: Sendable, Hashable {
        let isTime: Bool
        /// Bytes, or microseconds.
        let size: Double

        init?(_ text: Substring) {
            switch text {
            case "B": self.init(isTime: false, size: 1)
            case "kB": self.init(isTime: false, size: 1024)
            case "8kB": self.init(isTime: false, size: 8192)
            case "MB": self.init(isTime: false, size: 1_048_576)
            case "ms": self.init(isTime: true, size: 1000)
            case "s": self.init(isTime: true, size: 1_000_000)
            case "min": self.init(isTime: true, size: 60_000_000)
            default: return nil
            }
        }

        private init(isTime: Bool, size: Double) {
            self.isTime = isTime
            self.size = size
        }

        /// The units people may write, largest first, as guc.c has them.
        static let sizes: [(String, Double)] = [
            ("TB", 1_099_511_627_776), ("GB", 1_073_741_824), ("MB", 1_048_576), ("kB", 1024), ("B", 1),
        ]
        static let times: [(String, Double)] = [
            ("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1),
        ]
    }

    /// A line of `PostgreSQLParameterTable`.
    init?(row: Substring) {
        let parts = row.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 8, let kind = Kind(rawValue: String(parts[1])) else { return nil }
        name = String(parts[0])
        self.kind = kind
        unit = Unit(parts[2])
        context = String(parts[3])
        minimum = Double(parts[4])
        maximum = Double(parts[5])
        standard = String(parts[6])
        names = parts[7].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// A value that was understood.
    enum Setting: Sendable, Hashable {
        case bool(Bool)
        /// In the parameter's own unit.
        case number(Double)
        case text(String)

        /// As `postgres -C` prints it.
        var printed: String {
            switch self {
            case .bool(let isOn): isOn ? "on" : "off"
            case .text(let text): text
            case .number(let number): Int64(exactly: number).map { "\($0)" } ?? "\(number)"
            }
        }
    }

    /// The setting a text makes; nil where the server refuses it.
    func setting(_ text: String) -> Setting? {
        switch kind {
        case .bool: return Self.bool(text).map(Setting.bool)
        case .string: return .text(text)
        case .enum: return name(text).map(Setting.text)
        case .integer, .real:
            guard let number = number(text) else { return nil }
            if let minimum, number < minimum { return nil }
            if let maximum, number > maximum { return nil }
            // check_wal_buffers() and check_autovacuum_work_mem() raise what is too small.
            switch name {
            case "wal_buffers" where number != -1: return .number(max(4, number))
            case "autovacuum_work_mem" where number != -1: return .number(max(1024, number))
            default: return .number(number)
            }
        }
    }

    /// parse_bool(): any beginning of true, false, yes, no, or of on and off from two letters on; 1 and 0.
    static func bool(_ text: String) -> Bool? {
        let text = text.asciiLowercased
        if text.isEmpty { return nil }
        if text == "1" || "true".hasPrefix(text) || "yes".hasPrefix(text) || text == "on" { return true }
        if text == "0" || "false".hasPrefix(text) || "no".hasPrefix(text) { return false }
        return text == "of" || text == "off" ? false : nil
    }

    /// Other spellings that are taken and not shown (config_enum_entry with `hidden`).
    private func name(_ text: String) -> String? {
        let text = text.asciiLowercased
        var found = names.first { $0.asciiLowercased == text }
        if found == nil, names.contains("on"), names.contains("off") {
            if ["true", "yes", "1"].contains(text) { found = "on" }
            if ["false", "no", "0"].contains(text) { found = "off" }
        }
        switch (name, text) {
        case ("wal_compression", _) where found == "on": return "pglz"
        case ("wal_level", "archive"), ("wal_level", "hot_standby"): return "replica"
        case ("backslash_quote", _), ("synchronous_commit", _): return found
        case ("client_min_messages", "info"), ("client_min_messages", "fatal"), ("client_min_messages", "panic"),
            ("trace_recovery_messages", "info"), ("trace_recovery_messages", "fatal"),
            ("trace_recovery_messages", "panic"):
            return text
        case (_, "debug") where names.contains("debug2"): return "debug2"
        default: return found
        }
    }

    /// parse_int() and parse_real() of guc.c: a number as C has it, perhaps a unit after it; nil for anything else.
    private func number(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard let (value, length) = kind == .real ? CNumber.real(bytes) : CNumber.integerOrReal(bytes) else {
            return nil
        }
        var rest = bytes[length...].drop(while: CNumber.isSpace)
        var result = value
        if !rest.isEmpty {
            guard let unit else { return nil }
            let written = rest.prefix { !CNumber.isSpace($0) }
            rest = rest.dropFirst(written.count).drop(while: CNumber.isSpace)
            guard rest.isEmpty, written.count <= 3 else { return nil }
            let units = unit.isTime ? Unit.times : Unit.sizes
            guard let position = units.firstIndex(where: { $0.0.utf8.elementsEqual(written) }) else { return nil }
            result = value * (units[position].1 / unit.size)
            // A fraction is rounded to whole numbers of the next smaller unit.
            if position + 1 < units.count {
                let smaller = units[position + 1].1 / unit.size
                result = (result / smaller).rounded(.toNearestOrEven) * smaller
            }
        }
        guard kind == .integer else { return result.isNaN ? nil : result }
        // Adding nothing makes −0 a plain 0.
        result = result.rounded(.toNearestOrEven) + 0
        return (-2_147_483_648...2_147_483_647).contains(result) ? result : nil
    }

    // MARK: Facts

    /// The type rules see: what is off (−1) stays negative.
    var type: ValueType {
        switch kind {
        case .bool: .bool
        case .string, .enum: .string
        case .integer, .real:
            switch unit?.isTime {
            case true?: .duration
            case false?: .byteSize
            case nil: kind == .integer ? .int : .double
            }
        }
    }

    /// A setting as a fact.
    func value(_ setting: Setting, _ source: SourceID) -> Value {
        switch setting {
        case .bool(let isOn): return .bool(isOn, source)
        case .text(let text): return .string(text, source)
        case .number(let number):
            guard let unit else {
                return kind == .integer ? .int(Int64(exactly: number) ?? 0, source) : .double(number, source)
            }
            if unit.isTime {
                let micro = Int64(exactly: (number * unit.size).rounded()) ?? .max
                let (seconds, rest) = micro.quotientAndRemainder(dividingBy: 1_000_000)
                return Value(
                    .duration(TimeSpan(seconds: seconds, nanoseconds: Int32(rest) * 1000)), source: source)
            }
            // −1 turns something off or says "as another parameter": it is no number of blocks.
            return .byteSize(number < 0 ? Int64(number) : Int64(exactly: number * unit.size) ?? .max, source)
        }
    }
}

/// Numbers as strtol(3) with base 0 and strtod(3) read them from the start of a text.
enum CNumber {
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// A whole number in base 8, 10 or 16; what goes on with a point or an exponent, or is too large, is a real one.
    static func integerOrReal(_ bytes: [UInt8]) -> (Double, Int)? {
        var index = bytes.prefix(while: isSpace).count
        let isNegative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        if index < bytes.count, "+-".utf8.contains(bytes[index]) { index += 1 }
        var radix: UInt64 = 10
        let rest = bytes[index...]
        if rest.count > 2, rest.starts(with: "0x".utf8) || rest.starts(with: "0X".utf8), digit(bytes[index + 2]) < 16 {
            radix = 16
            index += 2
        } else if rest.first == UInt8(ascii: "0") {
            radix = 8
        }
        let start = index
        var value: UInt64 = 0
        var isTooLarge = false
        while index < bytes.count, digit(bytes[index]) < radix {
            let (product, over) = value.multipliedReportingOverflow(by: radix)
            let (sum, more) = product.addingReportingOverflow(digit(bytes[index]))
            value = sum
            isTooLarge = isTooLarge || over || more || sum > UInt64(Int64.max)
            index += 1
        }
        let next = index < bytes.count ? bytes[index] : 0
        if isTooLarge || next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") { return real(bytes) }
        guard index > start else { return nil }
        return (isNegative ? -Double(value) : Double(value), index)
    }

    /// The longest beginning that is a number; nil without one, and for one that is not finite.
    static func real(_ bytes: [UInt8]) -> (Double, Int)? {
        let blanks = bytes.prefix(while: isSpace).count
        var end = blanks
        if end < bytes.count, "+-".utf8.contains(bytes[end]) { end += 1 }
        var digits = 0
        let isHexadecimal =
            bytes[end...].starts(with: "0x".utf8) || bytes[end...].starts(with: "0X".utf8)
        let radix: UInt64 = isHexadecimal ? 16 : 10
        let marker = UInt8(ascii: isHexadecimal ? "p" : "e")
        if isHexadecimal { end += 2 }
        func run() {
            while end < bytes.count, digit(bytes[end]) < radix {
                end += 1
                digits += 1
            }
        }
        run()
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            end += 1
            run()
        }
        guard digits > 0, digits < 1000 else { return nil }
        if end < bytes.count, bytes[end] | 0x20 == marker {
            var exponent = end + 1
            if exponent < bytes.count, "+-".utf8.contains(bytes[exponent]) { exponent += 1 }
            let first = exponent
            while exponent < bytes.count, digit(bytes[exponent]) < 10 { exponent += 1 }
            if exponent > first { end = exponent }
        }
        var text = String(decoding: bytes[blanks..<end], as: UTF8.self)
        if text.utf8.last == UInt8(ascii: ".") { text += "0" }
        guard let value = Double(text), value.isFinite else { return nil }
        return (value, end)
    }

    private static func digit(_ byte: UInt8) -> UInt64 {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x46, 0x61...0x66: UInt64((byte | 0x20) - 0x61 + 10)
        default: 99
        }
    }
}
