// SPDX-License-Identifier: GPL-3.0-or-later

/// The lines of a file of colon-separated fields (passwd(5), group(5), shadow(5)) as glibc's readers take them: blank
/// lines and comments are skipped, white space before the first field too. The last line needs no end.
struct ColonLines {
    /// A line that is neither blank nor a comment.
    struct Line {
        /// From 1.
        let number: Int
        /// The fields; at least one.
        let fields: [ArraySlice<UInt8>]

        /// A field, empty when the line has no such one.
        func field(_ index: Int) -> ArraySlice<UInt8> { fields.indices.contains(index) ? fields[index] : [] }

        /// A field as text; bytes that are not UTF-8 become U+FFFD.
        func text(_ index: Int) -> String { String(decoding: field(index), as: UTF8.self) }

        /// A field of digits; nil for anything else.
        func number(_ index: Int) -> UInt32? {
            let digits = field(index)
            guard !digits.isEmpty, digits.count <= 10, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            return UInt32(String(decoding: digits, as: UTF8.self))
        }

        /// What is wrong with this line.
        func problem(_ message: String) -> AccountLineProblem { AccountLineProblem(line: number, message: message) }

        /// True for the `+` and `-` entries that pull in NIS (nsswitch.conf(5), "compat").
        var isCompat: Bool { field(0).first == UInt8(ascii: "+") || field(0).first == UInt8(ascii: "-") }
    }

    private let bytes: [UInt8]
    private var position = 0
    private var number = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Line? {
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            var start = position
            position = end + 1
            number += 1
            while start < end, bytes[start] == 0x20 || (0x09...0x0D).contains(bytes[start]) { start += 1 }
            guard start < end, bytes[start] != UInt8(ascii: "#") else { continue }
            let fields = bytes[start..<end].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            return Line(number: number, fields: fields)
        }
        return nil
    }
}
