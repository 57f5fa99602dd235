// SPDX-License-Identifier: GPL-3.0-or-later

internal import Synchronization

/// Names for the numbers of owners and groups, from the audited host's own /etc/passwd and /etc/group, read when the
/// first is wanted. Never by NSS: that would answer for the machine the scan runs on.
final class AccountNames: Sendable {
    /// Names by number; of several the first in the file, as getpwuid(3) has it.
    struct Tables: Sendable {
        var users: [UInt32: String] = [:]
        var groups: [UInt32: String] = [:]
    }

    private let loaded = Mutex<Tables?>(nil)

    /// The tables; `read` answers a file's bytes, none where it cannot be read. It must not ask for the tables.
    func tables(_ read: (String) -> [UInt8]) -> Tables {
        loaded.withLock { loaded in
            if let loaded { return loaded }
            let tables = Tables(users: Self.names(read("/etc/passwd")), groups: Self.names(read("/etc/group")))
            loaded = tables
            return tables
        }
    }

    /// `name:password:number:…` (passwd(5), group(5)). Lines for NIS (`+`, `-`) and malformed ones name nobody.
    static func names(_ bytes: [UInt8]) -> [UInt32: String] {
        var names: [UInt32: String] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count >= 3, let first = fields[0].first, first != UInt8(ascii: "+"),
                first != UInt8(ascii: "-"),
                let number = UInt32(String(decoding: fields[2], as: UTF8.self)), names[number] == nil
            else { continue }
            names[number] = String(decoding: fields[0], as: UTF8.self)
        }
        return names
    }
}
