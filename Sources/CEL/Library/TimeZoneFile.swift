// SPDX-License-Identifier: GPL-3.0-or-later

/// The rules of a time zone, read from a TZif file (RFC 8536): how far local time is ahead of UTC at any moment.
public struct TimeZoneFile: Sendable {
    /// Moments, in seconds since 1970, at which the offset changes.
    private let transitions: [Int64]
    /// The offset from each transition on, in seconds east of UTC.
    private let offsets: [Int32]
    /// The offset before the first transition: that of type 0 (RFC 8536 section 3.2).
    private let first: Int32
    /// What holds after the last transition; nil where the file does not say.
    private let rule: TimeZoneRule?

    /// Largest file that is read; the largest of tzdata has under 4 kB.
    private static let maximumBytes = 65_536

    /// Reads a file of version 1, 2 or 3; nil when it is none or contradicts itself.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.maximumBytes, var header = Header(bytes, at: 0) else { return nil }
        if header.version >= 2 {
            // The second block has 64-bit times and makes the first redundant (section 3).
            guard let size = header.blockSize(timeSize: 4), let second = Header(bytes, at: 44 + size) else {
                return nil
            }
            header = second
        }
        let timeSize = header.version >= 2 ? 8 : 4
        let start = header.end
        guard let size = header.blockSize(timeSize: timeSize), start + size <= bytes.count,
            header.types > 0, header.types <= 256
        else { return nil }
        let indices = start + header.times * timeSize
        let types = indices + header.times
        let typeOffsets = (0..<header.types).map { number -> Int32 in
            Int32(truncatingIfNeeded: Self.integer(bytes, types + number * 6, 4))
        }
        // RFC 8536 section 3.2: offsets are between -25 and +26 hours.
        guard typeOffsets.allSatisfy({ (-89_999...93_599).contains($0) }) else { return nil }
        var transitions: [Int64] = []
        var offsets: [Int32] = []
        for number in 0..<header.times {
            let time = Self.integer(bytes, start + number * timeSize, timeSize)
            let type = Int(bytes[indices + number])
            guard type < typeOffsets.count, transitions.last.map({ $0 < time }) ?? true else { return nil }
            transitions.append(time)
            offsets.append(typeOffsets[type])
        }
        self.transitions = transitions
        self.offsets = offsets
        first = typeOffsets[0]
        guard header.version >= 2 else {
            rule = nil
            return
        }
        // The footer: a POSIX TZ string between two newlines (section 3.3); empty when nothing is known.
        let footer = bytes[(start + size)...]
        guard footer.first == 0x0A, let end = footer.dropFirst().firstIndex(of: 0x0A) else { return nil }
        let text = footer[(footer.startIndex + 1)..<end]
        rule = text.isEmpty ? nil : TimeZoneRule(Array(text))
        if !text.isEmpty && rule == nil { return nil }
    }

    /// Seconds east of UTC at a moment in seconds since 1970.
    public func offset(at time: Int64) -> Int32 {
        guard let last = transitions.last, time < last else {
            return rule?.offset(at: time) ?? offsets.last ?? first
        }
        // The last transition that is not after `time`.
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : offsets[low - 1]
    }

    /// The six counts that open each block (section 3.1).
    private struct Header {
        let version: Int
        let indicatorsUT: Int
        let indicatorsStandard: Int
        let leaps: Int
        let times: Int
        let types: Int
        let characters: Int
        /// Where the block's data begins.
        let end: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard start + 44 <= bytes.count, bytes[start...].starts(with: "TZif".utf8) else { return nil }
            // 0 is version 1; later versions are their digit.
            version = bytes[start + 4] == 0 ? 1 : Int(bytes[start + 4]) - 0x30
            guard (1...9).contains(version) else { return nil }
            let counts = (0..<6).map { TimeZoneFile.integer(bytes, start + 20 + $0 * 4, 4) }
            guard counts.allSatisfy({ (0...Int64(TimeZoneFile.maximumBytes)).contains($0) }) else { return nil }
            indicatorsUT = Int(counts[0])
            indicatorsStandard = Int(counts[1])
            leaps = Int(counts[2])
            times = Int(counts[3])
            types = Int(counts[4])
            characters = Int(counts[5])
            end = start + 44
        }

        /// Bytes of the block's data; nil when it cannot be.
        func blockSize(timeSize: Int) -> Int? {
            let size =
                times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + indicatorsStandard
                + indicatorsUT
            return size <= TimeZoneFile.maximumBytes ? size : nil
        }
    }

    /// A big-endian signed integer of 4 or 8 bytes that lie inside the file.
    private static func integer(_ bytes: [UInt8], _ start: Int, _ size: Int) -> Int64 {
        let bits = bytes[start..<(start + size)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return size == 4
            ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }
}
