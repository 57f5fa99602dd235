// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// What sshd asks the name service: users' groups and homes, names of ports and of addresses. Answered from the host's own files.
struct SSHServerAccounts: Sendable {
    let services: SSHServerServices
    let hosts: SSHServerHosts
    private let users: Result<[PasswdEntry], HostError>
    private let groups: Result<[GroupEntry], HostError>
    private let hasRemoteUsers: Bool
    private let hasRemoteGroups: Bool

    /// The groups of a user.
    enum Groups: Sendable {
        case groups([String])
        case noSuchUser
        case unknown(String)
    }

    init(_ host: any Host) {
        services = SSHServerServices(host)
        hosts = SSHServerHosts(host)
        users = Result { () throws(HostError) in PasswdFile(try host.read("/etc/passwd").bytes).entries }
        groups = Result { () throws(HostError) in GroupFile(try host.read("/etc/group").bytes).entries }
        let sources = Self.nameServiceSources(host)
        hasRemoteUsers = sources["passwd"].map { !Self.local.isSuperset(of: $0) } ?? false
        hasRemoteGroups = sources["group"].map { !Self.local.isSuperset(of: $0) } ?? false
    }

    /// getgrouplist(3): the primary group and every group that names the user.
    func groups(of user: String) -> Groups {
        let accounts: [PasswdEntry]
        let all: [GroupEntry]
        switch (users, groups) {
        case (.failure(let error), _): return .unknown("/etc/passwd: \(error.description)")
        case (_, .failure(let error)): return .unknown("/etc/group: \(error.description)")
        case (.success(let users), .success(let groups)): (accounts, all) = (users, groups)
        }
        guard let account = accounts.first(where: { $0.name == user }) else {
            return hasRemoteUsers ? .unknown("user \(user) may be known elsewhere (/etc/nsswitch.conf)") : .noSuchUser
        }
        if hasRemoteGroups { return .unknown("groups may be known elsewhere (/etc/nsswitch.conf)") }
        return .groups(all.filter { $0.gid == account.gid || $0.members.contains(user) }.map(\.name))
    }

    /// The home of a user, of root when nil; nil when there is no such user.
    func home(of user: String?) -> String? {
        let accounts = (try? users.get()) ?? []
        let account = accounts.first { user == nil ? $0.uid == 0 : $0.name == user }
        return account?.home ?? (user == nil || user == "root" ? "/root" : nil)
    }

    private static let local: Set<String> = ["files", "compat", "db", "systemd", "altfiles", "extrausers"]

    /// nsswitch.conf(5): the sources of each database, without the actions in brackets.
    private static func nameServiceSources(_ host: any Host) -> [String: Set<String>] {
        // Without the file glibc asks the local files.
        guard let bytes = try? host.read("/etc/nsswitch.conf").bytes else { return [:] }
        var sources: [String: Set<String>] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let parts = line.prefix { $0 != UInt8(ascii: "#") }.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard parts.count == 2 else { continue }
            let words = parts[1].split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
            sources[String(decoding: parts[0], as: UTF8.self)] = Set(
                words.filter { !$0.hasPrefix("[") && !$0.hasSuffix("]") })
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
            for name in words.dropFirst() { addresses[name.asciiLowercased, default: []].append(address) }
        }
        self.addresses = addresses
    }

    /// The addresses getaddrinfo(3) gives, in the order sshd takes them; nil where that cannot be told: a name that is not
    /// in the file, or one with several addresses, whose order depends on the network. `*` is loopback to glibc.
    func addresses(of name: String) -> [SSHServerAddress]? {
        if let address = SSHServerAddress(name) { return [address] }
        let loopback = ["127.0.0.1", "::1"].compactMap(SSHServerAddress.init)
        if name == "*" { return loopback }
        guard let found = addresses[name.asciiLowercased] else { return nil }
        if found.count == 1 { return found }
        return Set(found) == Set(loopback) && found.count == 2 ? loopback : nil
    }
}
