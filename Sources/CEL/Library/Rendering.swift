// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

/// Longest text a value contributes to a message, in code points.
private let maximumLength = 500
/// Most elements of a list that are written out.
private let maximumElements = 10
/// How deep lists in lists are written out.
private let maximumDepth = 4

/// A value as a message shows it to a person: texts as they are, `3d 4h`, `256 MiB`, moments as RFC 3339, lists as
/// `a, b, c` with the first ten elements, records by the fields that tell them apart. Units need no translation.
/// Control characters and formats that could steer a terminal or forge a line are written as `\u{1b}`, and long
/// texts end in `…`: what is shown may come from a hostile configuration.
public func rendered(_ value: Value) -> String {
    let text = rendered(value, depth: maximumDepth).printable
    guard
        let end = text.unicodeScalars.index(
            text.unicodeScalars.startIndex, offsetBy: maximumLength, limitedBy: text.unicodeScalars.endIndex),
        end != text.unicodeScalars.endIndex
    else { return text }
    return String(text[..<end]) + "…"
}

private func rendered(_ value: Value, depth: Int) -> String {
    switch value.kind {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .int(let number): String(number)
    case .uint(let number): String(number)
    case .double(let number): Library.text(number)
    case .string(let text): String(text.unicodeScalars.prefix(maximumLength + 1))
    case .bytes(let bytes): String(decoding: bytes.prefix(maximumLength + 1), as: UTF8.self)
    case .timestamp(let timestamp): timestamp.description
    case .duration(let span): span.compactText
    case .type(let type): type.runtimeName
    case .mode(let mode): mode.description
    case .byteSize(let count): ByteSize(count).roundedText
    case .version(let text): text
    case .ip(let address): address.text
    case .cidr(let cidr): cidr.text
    case .optional(let inner): inner.map { rendered($0, depth: depth) } ?? "–"
    case .list(let values): listed(values.prefix(maximumElements).map { rendered($0, in: depth) }, of: values.count)
    case .map(let map):
        listed(
            map.pairs.prefix(maximumElements).map {
                rendered($0.key, in: depth) + ": " + rendered($0.value, in: depth)
            },
            of: map.count)
    case .record(let record): rendered(record, depth: depth)
    case .absent: "–"
    case .unknown(let facts): facts.first.map { "? (\($0.reason))" } ?? "?"
    case .error(let error): "! (\(error.message))"
    }
}

/// An element inside a list, a map or a record; `…` where those lie too deep.
private func rendered(_ value: Value, in depth: Int) -> String {
    depth > 0 ? rendered(value, depth: depth - 1) : "…"
}

private func listed(_ texts: [String], of count: Int) -> String {
    (texts + (count > texts.count ? ["… (\(count))"] : [])).joined(separator: ", ")
}

/// The values of the identity fields that are set; without any, the kind's name.
private func rendered(_ record: Record, depth: Int) -> String {
    let texts = record.schema.identity.compactMap { position -> String? in
        guard record.values.indices.contains(position) else { return nil }
        if case .absent = record.values[position].kind { return nil }
        return rendered(record.values[position], in: depth)
    }
    return texts.isEmpty ? record.schema.name : texts.joined(separator: " ")
}

extension TimeSpan {
    /// The two largest units that are not zero, rounded down: `12d 4h`, `1h 30min`, `1.5s`, `250ms`, `-3d`.
    var compactText: String {
        let sign = seconds < 0 || nanoseconds < 0 ? "-" : ""
        let whole = seconds.magnitude
        let nanoseconds = UInt64(nanoseconds.magnitude)
        guard whole >= 60 else {
            if whole == 0, nanoseconds > 0 {
                return sign + (nanoseconds >= 1_000_000 ? "\(nanoseconds / 1_000_000)ms" : "\(nanoseconds)ns")
            }
            let tenths = nanoseconds / 100_000_000
            return sign + (tenths > 0 ? "\(whole).\(tenths)s" : "\(whole)s")
        }
        let parts = [(whole / 86_400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")]
        // Units next to each other: three days and five seconds are three days.
        let first = parts.firstIndex { $0.0 > 0 } ?? 0
        let shown = parts[first..<min(first + 2, parts.count)].filter { $0.0 > 0 }
        return sign + shown.map { "\($0.0)\($0.1)" }.joined(separator: " ")
    }
}

extension ByteSize {
    /// As `text` where that is short, else with one digit after the point: `1.4 GiB`.
    var roundedText: String {
        let exact = text
        guard count.magnitude >= 1024, exact.utf8.count > 8 else { return exact }
        let power = min((63 - count.magnitude.leadingZeroBitCount) / 10, 6)
        let unit = UInt128(1) << UInt128(power * 10)
        let tenths = (UInt128(count.magnitude) * 10 + unit / 2) / unit
        let names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        let fraction = tenths % 10 == 0 ? "" : ".\(tenths % 10)"
        return (count < 0 ? "-" : "") + "\(tenths / 10)\(fraction) \(names[power])"
    }
}
