// SPDX-License-Identifier: GPL-3.0-or-later

/// The processors of /proc/cpuinfo, and the small files beside it that speak of load and time.
public struct CPUInfo: Sendable, Hashable {
    /// How many processors are listed.
    public private(set) var count = 0
    /// What the first one calls itself; nil where the architecture does not say.
    public private(set) var model: String?

    /// Reads the bytes of /proc/cpuinfo (x86 and ARM say `processor`, s390 says `processor 0:`).
    public init(_ bytes: [UInt8]) {
        for line in bytes.split(separator: 0x0A) {
            let parts = line.split(separator: 0x3A, maxSplits: 1)
            guard let name = parts.first.map(Self.trimmed) else { continue }
            if name == "processor" || name.hasPrefix("processor ") { count += 1 }
            if model == nil, parts.count == 2, name == "model name" || name == "Model" || name == "cpu model" {
                model = Self.trimmed(parts[1])
            }
        }
    }

    /// How many numbers a list such as `0-3,5` holds (cpuset(7), "List format"); nil for anything else.
    public static func count(ofList bytes: [UInt8]) -> Int? {
        let text = trimmed(bytes[...])
        guard let first = text.utf8.first, (0x30...0x39).contains(first) else { return nil }
        var count = 0
        for range in text.utf8.split(separator: 0x2C) {
            let ends = range.split(separator: 0x2D, maxSplits: 1).map { Int(String(Substring($0))) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first >= 0, first <= last, last < 1 << 20
            else { return nil }
            count += last - first + 1
        }
        return count
    }

    /// /proc/loadavg: three averages, then tasks that run and tasks there are.
    public struct Load: Sendable, Hashable {
        /// Over one, five and fifteen minutes.
        public let averages: [Double]
        /// Threads that run or want to.
        public let running: Int64
        /// Threads there are.
        public let tasks: Int64

        /// Nil when the file does not look like that.
        public init?(_ bytes: [UInt8]) {
            let words = CPUInfo.trimmed(bytes[...]).utf8.split(separator: 0x20).map { String(Substring($0)) }
            guard words.count >= 4 else { return nil }
            averages = words[..<3].compactMap(Double.init).filter { $0.isFinite && $0 >= 0 }
            let tasks = words[3].utf8.split(separator: 0x2F).compactMap { Int64(String(Substring($0))) }
            guard averages.count == 3, tasks.count == 2 else { return nil }
            running = tasks[0]
            self.tasks = tasks[1]
        }
    }

    /// Whole seconds since boot, of /proc/uptime; nil when it is not a number.
    public static func uptime(_ bytes: [UInt8]) -> Int64? {
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    /// Without blanks at the ends.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        var slice = bytes.drop(while: isBlank)
        while let last = slice.last, isBlank(last) { slice.removeLast() }
        return String(decoding: slice, as: UTF8.self)
    }
}
