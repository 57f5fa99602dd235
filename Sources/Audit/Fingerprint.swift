// SPDX-License-Identifier: GPL-3.0-or-later

import Digest

/// Names findings and their objects for ever: rule, kind of object and object, never lines, values or the host.
public enum Fingerprint {
    /// 128 bits in hexadecimal. The parts are joined by NUL, which none of them can hold.
    public static func of(rule: String, kind: String = "", key: String = "") -> String {
        String(SHA256.hex(["v1", rule, kind, key].joined(separator: "\0")).prefix(32))
    }
}
