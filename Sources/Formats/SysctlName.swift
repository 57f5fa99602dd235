// SPDX-License-Identifier: GPL-3.0-or-later

/// The two spellings of a kernel parameter (sysctl.d(5)): `net.ipv4.conf.eth0/5.forwarding` is
/// `net/ipv4/conf/eth0.5/forwarding`, a path below /proc/sys.
public enum SysctlName {
    /// The path a name means. The first separator decides: after a slash, dots are dots; after a dot, dots and slashes
    /// change places. Empty and `.` parts are dropped.
    public static func path(_ name: String) -> String {
        let bytes = Array(name.utf8)
        let first = bytes.first { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }
        let path = first == UInt8(ascii: ".") ? swapped(bytes) : bytes
        let parts = path.split(separator: UInt8(ascii: "/")).filter { $0 != [UInt8(ascii: ".")] }
        return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }

    /// The name sysctl(8) prints for a path.
    public static func dotted(_ path: String) -> String { String(decoding: swapped(Array(path.utf8)), as: UTF8.self) }

    /// False when a `..` in the path would leave /proc/sys; systemd refuses to write such a name.
    public static func isNormalized(_ path: String) -> Bool {
        !path.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
    }

    private static func swapped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { byte in
            switch byte {
            case UInt8(ascii: "."): UInt8(ascii: "/")
            case UInt8(ascii: "/"): UInt8(ascii: ".")
            default: byte
            }
        }
    }
}
