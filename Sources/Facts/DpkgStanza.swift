// SPDX-License-Identifier: GPL-3.0-or-later

import Formats

extension DpkgStatus {
    /// One package of dpkg's database, which is megabytes: only its own stanza is read as such.
    static func find(_ name: String, in bytes: [UInt8]) -> Package? {
        let needle = Array("Package: \(name)\n".utf8)
        var index = 0
        while index < bytes.count {
            if bytes[index] == needle[0], bytes[index...].starts(with: needle) { break }
            guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            index = end + 1
        }
        let lines = bytes[index...].split(
            separator: UInt8(ascii: "\n"), maxSplits: 200, omittingEmptySubsequences: false)
        let stanza = lines.prefix { !$0.isEmpty }.joined(separator: [UInt8(ascii: "\n")])
        return DpkgStatus(Array(stanza)).packages.first
    }
}
