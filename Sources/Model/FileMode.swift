// SPDX-License-Identifier: GPL-3.0-or-later

/// The twelve permission bits of a file: set-user-ID, set-group-ID, sticky and rwx for owner, group and others
/// (inode(7), "The file type and mode").
public struct FileMode: Sendable, Hashable {
    /// 0 to 0o7777.
    public let bits: UInt16

    /// The low twelve bits of `bits`.
    public init(bits: UInt16) { self.bits = bits & 0o7777 }

    /// Octal digits as chmod(1) takes them: one to four, `0640` or `640`. Nil for anything else.
    public init?(octal text: String) {
        guard (1...5).contains(text.utf8.count), let bits = UInt16(text, radix: 8), bits <= 0o7777,
            text.utf8.allSatisfy({ (0x30...0x37).contains($0) })
        else { return nil }
        self.bits = bits
    }

    /// True when no bit is set that `limit` does not set.
    public func isWithin(_ limit: FileMode) -> Bool { bits & ~limit.bits == 0 }

    /// Four octal digits, as in `0640`.
    public var description: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
