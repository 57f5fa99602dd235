// SPDX-License-Identifier: GPL-3.0-or-later

extension TimeSpan {
    /// A span as guaita's own files write it: whole days, hours, minutes and seconds, the larger first, each at most
    /// once: `90s`, `1h30m`, `1d`. Nil for anything else and beyond 2⁶³ − 1 seconds.
    public init?(wholeUnits text: String) {
        var units = Self.wholeUnits[...]
        var total: Int64 = 0
        var number: Int64?
        for byte in text.utf8 {
            if (0x30...0x39).contains(byte) {
                let (tens, overflow) = (number ?? 0).multipliedReportingOverflow(by: 10)
                let (sum, carry) = tens.addingReportingOverflow(Int64(byte - 0x30))
                guard !overflow, !carry else { return nil }
                number = sum
            } else {
                guard let count = number, let unit = units.firstIndex(where: { $0.name == byte }) else { return nil }
                let (part, overflow) = count.multipliedReportingOverflow(by: units[unit].seconds)
                let (sum, carry) = total.addingReportingOverflow(part)
                guard !overflow, !carry else { return nil }
                total = sum
                number = nil
                units = units[(unit + 1)...]
            }
        }
        guard number == nil, !text.isEmpty else { return nil }
        self.init(seconds: total)
    }

    /// The whole seconds as `init(wholeUnits:)` reads them, without units that are zero: `1h30m`, `0s`. The sign is left
    /// out.
    public var wholeUnits: String {
        var rest = seconds.magnitude
        var text = ""
        for unit in Self.wholeUnits {
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: UInt64(unit.seconds))
            if count > 0 { text += String(count) + String(UnicodeScalar(unit.name)) }
            rest = remainder
        }
        return text.isEmpty ? "0s" : text
    }

    /// What `init(wholeUnits:)` reads, as a regular expression (ECMA 262) for JSON Schema.
    public static let wholeUnitsPattern = "^(?=.)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$"

    private static let wholeUnits: [(name: UInt8, seconds: Int64)] = [
        (UInt8(ascii: "d"), 86_400), (UInt8(ascii: "h"), 3600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
    ]
}
