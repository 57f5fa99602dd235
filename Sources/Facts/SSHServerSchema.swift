// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

/// The kinds of record of the `sshd` facts.
enum SSHServerSchema {
    private static let keywords: [RecordSchema.Field] = SSHServerKeyword.all.map { keyword in
        var documentation = keyword.documentation
        if keyword.since.major > 8 || keyword.since.minor > 4 {
            documentation += " Since OpenSSH \(keyword.since.major).\(keyword.since.minor); absent before."
        }
        return RecordSchema.Field(keyword.name, keyword.type, documentation + " sshd_config(5).")
    }

    private static let passwordLogin = RecordSchema.Field(
        "password_login", .bool,
        "A password is enough to log in: by PasswordAuthentication, or by KbdInteractiveAuthentication through PAM, "
            + "unless AuthenticationMethods asks for more. (root may be held to more by PermitRootLogin.)")

    static let hostKey = RecordSchema(
        "sshd.host_key", "A private host key sshd loads.", identity: ["path"],
        fields: [
            .init("path", .string, "The file HostKey names.", example: #""/etc/ssh/ssh_host_ed25519_key""#),
            .init("exists", .bool, "The file is there."),
            .init("mode", .mode, "Its permission bits. Absent without the file.", example: #"mode("0600")"#),
            .init("owner", .string, "Its owner. Absent without the file.", example: #""root""#),
            .init("group", .string, "Its group. Absent without the file.", example: #""root""#),
            .init(
                "type", .string, "Kind of key, read from the public key beside it. Absent where there is none.",
                example: #""ssh-ed25519""#),
            .init("bits", .int, "Size of an RSA key's modulus. Absent for other kinds.", example: "3072"),
        ])

    static let context = RecordSchema(
        "sshd.context",
        """
        The global part of the configuration, or a Match block: what is in force for a connection that satisfies the \
        block's criteria and, of the other blocks, only those that follow from them.
        """, identity: ["scope"],
        fields: [
            .init(
                "scope", .string, "`global`, or the Match line; a block inside an included file bears both lines.",
                example: #""Match User backup""#),
            .init("criteria", .list(.string), "The criteria; empty for the global part.", example: #"["User backup"]"#),
            .init("conditional", .bool, "A Match block."),
            .init("reaches_root", .bool, "A connection for root can satisfy the criteria."),
            .init(
                "overrides", .list(.string),
                "Keywords whose value differs from the global part's, and `password_login` where that does.",
                example: #"["PermitRootLogin"]"#),
            passwordLogin,
        ] + keywords)

    static let server = RecordSchema(
        "sshd", "The OpenSSH server's configuration in force.",
        fields: [
            .init(
                "version", .version,
                "Version of the package openssh-server (dpkg status). Absent where it is not known.",
                example: #"version("1:9.2p1-2+deb12u10")"#),
            .init(
                "defaults_of", .string,
                "The OpenSSH release whose defaults and rules are used: the package's, else the distribution's, else the newest known.",
                example: #""9.2""#),
            .init("valid", .bool, "sshd accepts the configuration. Where it does not, it does not start."),
            .init("errors", .list(.string), "What sshd refuses, each with its place."),
            .init(
                "socket_activated", .bool,
                "systemd's ssh.socket is enabled: it listens, whatever Port and ListenAddress say."),
            .init("host_keys", .list(.record(hostKey)), "The host keys, in the order of HostKey."),
            .init("contexts", .list(.record(context)), "The global part and every Match block."),
            passwordLogin,
            .init("max_startups_begin", .int, "First number of MaxStartups.", example: "10"),
            .init("max_startups_rate", .int, "Second number of MaxStartups, in per cent.", example: "30"),
            .init("max_startups_full", .int, "Third number of MaxStartups.", example: "100"),
        ] + keywords)
}

extension SSHServerKeyword {
    /// The CEL value of what is in force, with its place; elements of lists have their own.
    func value(of effective: SSHServerModel.Effective, fact: String, _ collection: Collection) -> Value {
        let source = collection.source(effective.source)
        if let reason = effective.unknown { return .unknown(fact, reason, source) }
        let words = effective.words
        guard case .list(let element) = type else {
            return words.first.map { Self.scalar(words.map(\.text).joined(separator: " "), $0.text, type, source) }
                ?? .absent
        }
        let elements = words.map { word in
            let isElsewhere = effective.source.means == .set && word.origin != effective.source.origin
            let place = isElsewhere ? collection.source(Source(word.origin, text: word.text)) : source
            return Self.scalar(word.text, word.text, element, place)
        }
        return .list(elements, source)
    }

    private static func scalar(_ text: String, _ first: String, _ type: ValueType, _ source: SourceID) -> Value {
        switch type {
        case .bool: .bool(first == "yes", source)
        case .int: Int64(first).map { .int($0, source) } ?? .absent
        case .duration: Int64(first).map { .duration(seconds: $0, source) } ?? .absent
        case .mode: FileMode(octal: first).map { .mode($0, source) } ?? .absent
        default: .string(text, source)
        }
    }
}
