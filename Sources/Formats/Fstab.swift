// SPDX-License-Identifier: GPL-3.0-or-later

/// What is to be mounted at boot: fstab(5).
public struct Fstab: Sendable {
    /// The entries in the order written.
    public private(set) var entries: [MountEntry] = []
    /// Lines that are neither an entry nor a comment, with their numbers.
    public private(set) var malformed: [Int] = []

    /// Reads the bytes of the file.
    public init(_ bytes: [UInt8]) {
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }), first != 0x23 else {
                continue
            }
            if let entry = MountEntry(line, number: index + 1) {
                entries.append(entry)
            } else {
                malformed.append(index + 1)
            }
        }
    }
}
