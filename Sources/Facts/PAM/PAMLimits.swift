// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Host
import Model

/// limits.conf(5) and limits.d: "files are parsed in the order of the C locale" after the main one.
struct PAMLimits {
    struct Entry {
        let domain: String
        let type: String
        let item: String
        let value: String
        let origin: Origin
        let text: String
    }

    private(set) var entries: [Entry] = []
    /// Lines pam_limits passes over.
    private(set) var problems: [(origin: Origin, message: String)] = []
    private(set) var unreadable: (path: String, reason: String)?

    static let path = "/etc/security/limits.conf"
    private static let items: Set<String> = [
        "cpu", "fsize", "data", "stack", "core", "rss", "nofile", "as", "nproc", "memlock", "locks", "sigpending",
        "msgqueue", "nice", "rtprio", "maxlogins", "maxsyslogins", "priority", "nonewprivs", "chroot",
    ]

    init(_ host: any Host) {
        var paths = [Self.path]
        do throws(HostError) {
            paths += try PAMSettings.files("/etc/security/limits.d", host)
        } catch {
            if error != .notFound { unreadable = ("/etc/security/limits.d", error.description) }
        }
        for path in paths {
            do throws(HostError) {
                read(try host.read(path, limit: 1 << 20).bytes, path)
            } catch {
                if error != .notFound { unreadable = unreadable ?? (path, error.description) }
            }
        }
    }

    private mutating func read(_ bytes: [UInt8], _ path: String) {
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != UInt8(ascii: "#") }
                .split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { String(decoding: $0, as: UTF8.self) }
            guard !words.isEmpty else { continue }
            let origin = Origin(path: path, line: index + 1)
            let text = words.joined(separator: " ")
            // "If you specify a type of '-' but neglect to supply the item and value fields then the module will never
            // enforce any limits".
            if words.count == 2, words[1] == "-" {
                entries.append(Entry(domain: words[0], type: "-", item: "", value: "", origin: origin, text: text))
                continue
            }
            guard words.count >= 4 else {
                problems.append((origin, "not four words: \(text)"))
                continue
            }
            let (type, item, value) = (words[1].asciiLowercased, words[2].asciiLowercased, words[3].asciiLowercased)
            if !["hard", "soft", "-"].contains(type) {
                problems.append((origin, "\(words[1]) is none of hard, soft, -"))
            } else if !Self.items.contains(item) {
                problems.append((origin, "pam_limits knows no \(words[2])"))
            } else if item != "chroot", !["unlimited", "infinity", "-1"].contains(value), Int64(value) == nil {
                problems.append((origin, "\(words[3]) is no number"))
            } else {
                entries.append(
                    Entry(domain: words[0], type: type, item: item, value: value, origin: origin, text: text))
            }
        }
    }

    /// A user, as the domains of the entries see it.
    struct User {
        let name: String
        let uid: UInt32
        let gid: UInt32
        let groups: Set<String>
        let groupIDs: Set<UInt32>
    }

    /// How near a domain names the user, 0 the nearest; nil where it does not. "group and wildcard limits are not applied
    /// to the root user".
    private static func rank(_ domain: String, _ user: User) -> Int? {
        if domain == user.name { return 0 }
        let isRoot = user.uid == 0
        if domain.hasPrefix("@") {
            let group = String(domain.dropFirst())
            guard !isRoot else { return nil }
            if let range = range(group) {
                let isIn =
                    range.isExact
                    ? user.groupIDs.contains(range.low) : range.low <= user.gid && user.gid <= range.high
                return isIn ? 1 : nil
            }
            return user.groups.contains(group) ? 1 : nil
        }
        if domain.hasPrefix("%") { return nil }
        if domain == "*" { return isRoot ? nil : 4 }
        guard let range = range(domain), !isRoot || range.low == 0 else { return nil }
        return range.low <= user.uid && user.uid <= range.high ? 0 : nil
    }

    /// `min:max`: "if min is omitted, the match is exact for the max; if max is omitted, all greater or equal match".
    private static func range(_ text: String) -> (low: UInt32, high: UInt32, isExact: Bool)? {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
            String($0) ?? ""
        }
        guard parts.count == 2, !(parts[0].isEmpty && parts[1].isEmpty) else { return nil }
        guard let low = UInt32(parts[0].isEmpty ? parts[1] : parts[0]) else { return nil }
        guard let high = parts[1].isEmpty ? UInt32.max : UInt32(parts[1]) else { return nil }
        return (low, high, parts[0].isEmpty)
    }

    /// The entries that hold for a user, one for each item and type: the nearest domain, and of several the last.
    func effective(_ user: User) -> [(item: String, type: String, entry: Entry, overrode: [Entry])] {
        var found: [String: (rank: Int, entry: Entry, overrode: [Entry])] = [:]
        for entry in entries {
            guard let rank = Self.rank(entry.domain, user) else { continue }
            if entry.item.isEmpty { return [] }
            for type in entry.type == "-" ? ["hard", "soft"] : [entry.type] {
                let key = "\(entry.item) \(type)"
                guard let old = found[key] else {
                    found[key] = (rank, entry, [])
                    continue
                }
                if rank > old.rank {
                    found[key]?.overrode.append(entry)
                } else {
                    found[key] = (rank, entry, old.overrode + [old.entry])
                }
            }
        }
        return found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { key, value in
            let words = key.utf8.split(separator: 0x20).map { String($0) ?? "" }
            return (words.first ?? "", words.last ?? "", value.entry, value.overrode)
        }
    }
}
