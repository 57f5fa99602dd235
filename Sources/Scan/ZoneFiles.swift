// SPDX-License-Identifier: GPL-3.0-or-later

public import Host

/// The zone files of the machine guaita runs on (tzdata).
public enum ZoneFiles {
    /// A zone's TZif bytes by name; nil where there is none. Names that could leave the directory are refused.
    public static func read(_ name: String, on host: any Host) -> [UInt8]? {
        let isSafe = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2B, 0x2D, 0x2F, 0x5F].contains(byte)
        }
        guard isSafe, !name.isEmpty, !name.hasPrefix("/") else { return nil }
        return try? host.read("/usr/share/zoneinfo/\(name)", limit: 1 << 20).bytes
    }
}
