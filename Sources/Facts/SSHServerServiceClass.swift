// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// Words of IPQoS: names of service classes, or numbers from 0 to 255.
enum SSHServerServiceClass {
    /// The word sshd prints for one it accepts.
    static func name(of text: String, _ release: SSHServerRelease) -> String? {
        let lower = text.asciiLowercased
        let isOldName = old[lower] != nil
        // Since 10.0 as packaged the names of RFC 1349 mean the system's default.
        if lower == "none" || (isOldName && release.isAtLeast(10, 0)) { return "none" }
        // RFC 8622 was corrected: until 8.5 "le" was 1, since then it has the value of "reliability".
        var classes = classes
        if !release.isAtLeast(8, 5) { classes["le"] = 0x01 }
        guard let value = classes[lower] ?? old[lower] ?? number(text, release) else { return nil }
        if let name = classes.first(where: { $0.value == value })?.key { return name }
        if !release.isAtLeast(10, 0), let name = old.first(where: { $0.value == value })?.key { return name }
        let digits = String(value, radix: 16)
        return "0x" + (digits.utf8.count < 2 ? "0" : "") + digits
    }

    private static func number(_ text: String, _ release: SSHServerRelease) -> Int64? {
        if release.isAtLeast(10, 0) { return SSHServerNumber.whole(text, 0...255) }
        let bytes = Array(text.utf8)
        let isHex = bytes.count > 2 && bytes[0] == 0x30 && bytes[1] | 0x20 == UInt8(ascii: "x")
        let isOctal = bytes.count > 1 && bytes[0] == 0x30 && !isHex
        let digits = isHex ? bytes[2...] : bytes[...]
        guard let (value, rest) = SSHServerNumber.leading(digits, radix: isHex ? 16 : isOctal ? 8 : 10),
            rest.isEmpty, (0...255).contains(value)
        else { return nil }
        return value
    }

    /// Differentiated services (RFC 2474 and its kin).
    private static let classes: [String: Int64] = [
        "af11": 0x28, "af12": 0x30, "af13": 0x38, "af21": 0x48, "af22": 0x50, "af23": 0x58, "af31": 0x68, "af32": 0x70,
        "af33": 0x78, "af41": 0x88, "af42": 0x90, "af43": 0x98, "cs0": 0x00, "cs1": 0x20, "cs2": 0x40, "cs3": 0x60,
        "cs4": 0x80, "cs5": 0xA0, "cs6": 0xC0, "cs7": 0xE0, "ef": 0xB8, "le": 0x04,
    ]
    private static let old: [String: Int64] = ["lowdelay": 0x10, "throughput": 0x08, "reliability": 0x04]
}
