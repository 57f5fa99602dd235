// SPDX-License-Identifier: GPL-3.0-or-later

/// The UTF-8 of a string, with positions counted in code points as CEL counts them.
struct Text {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }
    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// Back to a string.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// How many code points.
    var count: Int { codePoints(in: bytes.indices) }

    /// The byte where a code point starts; the end for the one after the last, nil beyond.
    func offset(ofCodePoint number: Int) -> Int? {
        guard number >= 0 else { return nil }
        var remaining = number
        for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
            if remaining == 0 { return offset }
            remaining -= 1
        }
        return remaining == 0 ? bytes.count : nil
    }

    /// How many code points start in a range of bytes.
    func codePoints(in range: Range<Int>) -> Int {
        bytes[range].reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
    }

    /// The first byte at or after `start` where `part` stands.
    func position(of part: Text, from start: Int = 0) -> Int? {
        guard start >= 0, part.bytes.count <= bytes.count - start else { return nil }
        guard let first = part.bytes.first else { return start }
        var candidate = start
        let last = bytes.count - part.bytes.count
        while candidate <= last {
            if bytes[candidate] == first, bytes[candidate...].starts(with: part.bytes) { return candidate }
            candidate += 1
        }
        return nil
    }

    /// The last byte at or before `start` where `part` stands.
    func lastPosition(of part: Text, from start: Int) -> Int? {
        guard part.bytes.count <= bytes.count else { return nil }
        var candidate = min(start, bytes.count - part.bytes.count)
        while candidate >= 0 {
            if bytes[candidate...].starts(with: part.bytes) { return candidate }
            candidate -= 1
        }
        return nil
    }
}

extension String {
    /// How many code points: the bytes of UTF-8 that begin one.
    var codePoints: Int {
        let bytes = utf8.span
        var count = 0
        for index in bytes.indices where bytes[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// Do the bytes begin with those of another string?
    func begins(with prefix: String) -> Bool { holds(prefix, at: 0) }

    /// Do the bytes end with those of another string?
    func ends(with suffix: String) -> Bool { holds(suffix, at: utf8.count - suffix.utf8.count) }

    private func holds(_ part: String, at start: Int) -> Bool {
        let bytes = utf8.span
        let part = part.utf8.span
        guard start >= 0, part.count <= bytes.count - start else { return false }
        for index in part.indices where bytes[start + index] != part[index] { return false }
        return true
    }

    /// Do the bytes of another string stand anywhere in this one?
    func includes(_ part: String) -> Bool {
        let bytes = utf8.span
        let part = part.utf8.span
        guard part.count <= bytes.count else { return false }
        guard !part.isEmpty else { return true }
        let first = part[0]
        search: for start in 0...(bytes.count - part.count) where bytes[start] == first {
            for index in 1..<part.count where bytes[start + index] != part[index] { continue search }
            return true
        }
        return false
    }
}
