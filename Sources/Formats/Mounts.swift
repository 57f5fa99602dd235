// SPDX-License-Identifier: GPL-3.0-or-later

/// One line of /proc/self/mounts or fstab(5): the two share their grammar (getmntent(3)).
public struct MountEntry: Sendable, Hashable {
    /// What is mounted: a device, `UUID=…`, a server and path, or a word for a filesystem without one.
    public let device: String
    /// Where, escapes resolved.
    public let mountPoint: String
    /// The kind of filesystem.
    public let type: String
    /// The options in the order written.
    public let options: [String]
    /// Line, from 1.
    public let line: Int

    /// An entry.
    public init(device: String, mountPoint: String, type: String, options: [String], line: Int) {
        self.device = device
        self.mountPoint = mountPoint
        self.type = type
        self.options = options
        self.line = line
    }

    /// The entry a line holds: nil when it has fewer than the three fields that must be there.
    init?(_ line: ArraySlice<UInt8>, number: Int) {
        let fields = line.split(maxSplits: 5) { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard fields.count >= 3 else { return nil }
        device = Self.unescaped(fields[0])
        mountPoint = Self.normalized(Self.unescaped(fields[1]))
        type = Self.unescaped(fields[2])
        options =
            fields.count > 3
            ? fields[3].split(separator: 0x2C).map { Self.unescaped($0[...]) } : ["defaults"]
        self.line = number
    }

    /// `\040` and its like are spaces, tabs, newlines and backslashes in names.
    static func unescaped(_ field: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == 0x5C, digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }),
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8), code != 0
            {
                result.append(code)
                rest = rest.dropFirst(3)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Without slashes at the end, `/` itself excepted.
    private static func normalized(_ path: String) -> String {
        var bytes = Array(path.utf8)
        while bytes.count > 1, bytes.last == 0x2F { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What is mounted now: /proc/self/mounts.
public struct Mounts: Sendable {
    /// The entries in the order they were mounted. A later one on the same place hides an earlier one.
    public let entries: [MountEntry]

    /// Reads the bytes of the file; lines that hold no entry are skipped.
    public init(_ bytes: [UInt8]) {
        entries = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
            .compactMap { MountEntry($0.element, number: $0.offset + 1) }
    }
}
