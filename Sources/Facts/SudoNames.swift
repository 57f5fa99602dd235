// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// Who and where sudo compares with: the host's own accounts and its names.
struct SudoNames: Sendable {
    /// An account as sudo sees it.
    struct Account: Sendable {
        let name: String
        let uid: UInt32
        let gid: UInt32
        /// Groups, the primary one too.
        let groups: [(name: String, gid: UInt32)]
    }

    /// All accounts; nil where passwd or group could not be read.
    let accounts: [Account]?
    /// Why there are none.
    let failure: String
    let groups: [GroupEntry]
    /// The host's name up to its first dot; nil where it is not known.
    let shortHost: String?
    /// The full name; nil where a name service would have to be asked.
    let longHost: String?

    init(_ host: any Host) {
        var accounts: [Account]?
        var groups: [GroupEntry] = []
        var failure = ""
        do throws(HostError) {
            groups = GroupFile(try host.read("/etc/group").bytes).entries
            do throws(HostError) {
                var named: [String: [(name: String, gid: UInt32)]] = [:]
                var primary: [UInt32: String] = [:]
                for group in groups {
                    for member in group.members { named[member, default: []].append((group.name, group.gid)) }
                    if primary[group.gid] == nil { primary[group.gid] = group.name }
                }
                accounts = PasswdFile(try host.read("/etc/passwd").bytes).entries.map { user in
                    let own = [(name: primary[user.gid] ?? "", gid: user.gid)]
                    return Account(
                        name: user.name, uid: user.uid, gid: user.gid, groups: own + (named[user.name] ?? []))
                }
            } catch { failure = "/etc/passwd: \(error.description)" }
        } catch { failure = "/etc/group: \(error.description)" }
        self.accounts = accounts
        self.groups = groups
        self.failure = failure
        let (short, long) = Self.hostNames(host)
        (shortHost, longHost) = (short, long)
    }

    func account(_ name: String) -> Account? { accounts?.first { $0.name == name } }

    /// Debian's sudo is built with `fqdn`: the full name is the first that hosts(5) gives for the host's own.
    private static func hostNames(_ host: any Host) -> (short: String?, long: String?) {
        let candidates = host.isLive ? ["/proc/sys/kernel/hostname", "/etc/hostname"] : ["/etc/hostname"]
        var name: String?
        for path in candidates where name == nil {
            let lines = (try? host.read(path).bytes)?.split(separator: 0x0A) ?? []
            let words = lines.map { $0.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
            name = words.first { !$0.isEmpty && $0[0].first != UInt8(ascii: "#") }
                .map { String(decoding: $0[0], as: UTF8.self) }
        }
        guard let name else { return (nil, nil) }
        var long = name.contains(".") ? name : nil
        if long == nil {
            for line in ((try? host.read("/etc/hosts").bytes) ?? []).split(separator: 0x0A) {
                let words = line.prefix { $0 != UInt8(ascii: "#") }.split { $0 == 0x20 || $0 == 0x09 }
                    .dropFirst().map { String(decoding: $0, as: UTF8.self) }
                if words.contains(where: { $0.asciiLowercased == name.asciiLowercased }) {
                    long = words.first
                    break
                }
            }
        }
        let full = long ?? name
        return (String(full.prefix { $0 != "." }), long)
    }
}
