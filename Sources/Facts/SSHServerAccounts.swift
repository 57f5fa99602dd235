// SPDX-License-Identifier: GPL-3.0-or-later

import Host

/// What sshd asks the name service: users' groups and homes, names of ports and of addresses. Answered from the host's own files.
struct SSHServerAccounts: Sendable {
    let services: SSHServerServices
    let hosts: SSHServerHosts
    private let users: Database
    private let groups: Database
    private let hasRemoteUsers: Bool
    private let hasRemoteGroups: Bool

    private enum Database: Sendable {
        case lines([[String]])
        case unreadable(String)
    }

    /// The groups of a user.
    enum Groups: Sendable {
        case groups([String])
        case noSuchUser
        case unknown(String)
    }

    init(_ host: any Host) {
        services = SSHServerServices(host)
        hosts = SSHServerHosts(host)
        users = Self.read("/etc/passwd", host)
        groups = Self.read("/etc/group", host)
        let sources = Self.nameServiceSources(host)
        hasRemoteUsers = sources["passwd"].map { !Self.local.isSuperset(of: $0) } ?? false
        hasRemoteGroups = sources["group"].map { !Self.local.isSuperset(of: $0) } ?? false
    }

    /// getgrouplist(3): the primary group and every group that names the user.
    func groups(of user: String) -> Groups {
        guard case .lines(let accounts) = users else { return unknown(users, "/etc/passwd") }
        guard case .lines(let lines) = groups else { return unknown(groups, "/etc/group") }
        guard let account = accounts.first(where: { $0.count > 3 && $0[0] == user }) else {
            return hasRemoteUsers ? .unknown("user \(user) may be known elsewhere (/etc/nsswitch.conf)") : .noSuchUser
        }
        if hasRemoteGroups { return .unknown("groups may be known elsewhere (/etc/nsswitch.conf)") }
        return .groups(
            lines.compactMap { line in
                guard line.count > 2 else { return nil }
                let members = line.count > 3 ? line[3].utf8.split(separator: UInt8(ascii: ",")) : []
                let isMember = line[2] == account[3] || members.contains { $0.elementsEqual(user.utf8) }
                return isMember ? line[0] : nil
            })
    }

    /// The home of a user, of root when nil; nil when there is no such user.
    func home(of user: String?) -> String? {
        guard case .lines(let accounts) = users else { return user == nil || user == "root" ? "/root" : nil }
        let account = accounts.first { $0.count > 5 && (user == nil ? $0[2] == "0" : $0[0] == user) }
        return account?[5] ?? (user == nil || user == "root" ? "/root" : nil)
    }

    private func unknown(_ database: Database, _ path: String) -> Groups {
        guard case .unreadable(let reason) = database else { return .unknown(path) }
        return .unknown("\(path): \(reason)")
    }

    private static let local: Set<String> = ["files", "compat", "db", "systemd", "altfiles", "extrausers"]

    private static func read(_ path: String, _ host: any Host) -> Database {
        do {
            return .lines(fields(of: try host.read(path).bytes, separator: UInt8(ascii: ":")))
        } catch {
            return .unreadable(error.description)
        }
    }

    private static func fields(of bytes: [UInt8], separator: UInt8) -> [[String]] {
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: separator, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static func nameServiceSources(_ host: any Host) -> [String: Set<String>] {
        guard let bytes = try? host.read("/etc/nsswitch.conf").bytes else { return [:] }
        var sources: [String: Set<String>] = [:]
        for line in fields(of: bytes, separator: UInt8(ascii: ":")) where line.count > 1 {
            let words = line[1].utf8.split { $0 == 0x20 || $0 == 0x09 }
                .map { String(decoding: $0, as: UTF8.self) }
                .prefix { !$0.hasPrefix("#") }
                .filter { !$0.hasPrefix("[") && !$0.hasSuffix("]") }
            sources[line[0]] = Set(words)
        }
        return sources
    }
}

/// Names of TCP ports: services(5).
struct SSHServerServices: Sendable {
    private let ports: [String: Int]

    init(_ host: any Host) {
        guard let bytes = try? host.read("/etc/services").bytes else {
            ports = ["ssh": 22]
            return
        }
        var ports: [String: Int] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.prefix { $0 != UInt8(ascii: "#") }
                .split { $0 == 0x20 || $0 == 0x09 }
                .map { String(decoding: $0, as: UTF8.self) }
            guard words.count > 1, words[1].hasSuffix("/tcp"), let port = Int(words[1].dropLast(4)) else { continue }
            for name in [words[0]] + words[2...] where ports[name] == nil { ports[name] = port }
        }
        self.ports = ports
    }

    /// a2port(): a number from 0 to 65535, or the name of a service.
    func port(_ text: String) -> Int? { SSHServerNumber.whole(text, 0...65535).map(Int.init) ?? ports[text] }
}

/// Names of addresses: hosts(5).
struct SSHServerHosts: Sendable {
    private let addresses: [String: [SSHServerAddress]]

    init(_ host: any Host) {
        var addresses: [String: [SSHServerAddress]] = [:]
        // Without the file no name is known.
        for line in ((try? host.read("/etc/hosts").bytes) ?? []).split(separator: UInt8(ascii: "\n")) {
            let words = line.prefix { $0 != UInt8(ascii: "#") }
                .split { $0 == 0x20 || $0 == 0x09 }
                .map { String(decoding: $0, as: UTF8.self) }
            guard let address = words.first.flatMap(SSHServerAddress.init) else { continue }
            for name in words.dropFirst() { addresses[SSHServerPattern.lowercased(name), default: []].append(address) }
        }
        self.addresses = addresses
    }

    /// The addresses getaddrinfo(3) gives, in the order sshd takes them; nil where that cannot be told: a name that is not
    /// in the file, or one with several addresses, whose order depends on the network. `*` is loopback to glibc.
    func addresses(of name: String) -> [SSHServerAddress]? {
        if let address = SSHServerAddress(name) { return [address] }
        let loopback = ["127.0.0.1", "::1"].compactMap(SSHServerAddress.init)
        if name == "*" { return loopback }
        guard let found = addresses[SSHServerPattern.lowercased(name)] else { return nil }
        if found.count == 1 { return found }
        return Set(found) == Set(loopback) && found.count == 2 ? loopback : nil
    }
}
