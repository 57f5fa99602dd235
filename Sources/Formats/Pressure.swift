// SPDX-License-Identifier: GPL-3.0-or-later

/// Pressure stall information of one resource, as /proc/pressure/* has it (the kernel's accounting/psi document).
public struct Pressure: Sendable, Hashable {
    /// Some task waits.
    public private(set) var some: Line?
    /// Every task that is not idle waits.
    public private(set) var full: Line?

    /// A line: shares of time in percent, and the time lost since boot.
    public struct Line: Sendable, Hashable {
        /// Over ten seconds, 0 to 100.
        public let average10: Double
        /// Over a minute.
        public let average60: Double
        /// Over five minutes.
        public let average300: Double
        /// Microseconds since boot.
        public let totalMicroseconds: Int64
        /// Line in the file, from 1.
        public let line: Int
    }

    /// Reads the bytes of one file; a line that is not complete is left out.
    public init(_ bytes: [UInt8]) {
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            let words = line.split(separator: 0x20)
            guard let kind = words.first else { continue }
            var values: [String: String] = [:]
            for word in words.dropFirst() {
                let parts = word.split(separator: 0x3D, maxSplits: 1)
                guard parts.count == 2 else { continue }
                values[String(decoding: parts[0], as: UTF8.self)] = String(decoding: parts[1], as: UTF8.self)
            }
            func share(_ name: String) -> Double? {
                values[name].flatMap(Double.init).flatMap { (0...100).contains($0) ? $0 : nil }
            }
            guard let ten = share("avg10"), let sixty = share("avg60"), let threeHundred = share("avg300"),
                let total = values["total"].flatMap({ Int64($0) }), total >= 0
            else { continue }
            let found = Line(
                average10: ten, average60: sixty, average300: threeHundred, totalMicroseconds: total, line: index + 1)
            if kind.elementsEqual("some".utf8) { some = found }
            if kind.elementsEqual("full".utf8) { full = found }
        }
    }
}
