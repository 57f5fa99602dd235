// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model

/// A small catalogue and one host, for the tests of conditions. Each value's source has a number of its own.
enum Sample {
    static let context = RecordSchema(
        "sshd.context", "A block of sshd_config.", identity: ["scope"],
        fields: [
            .init("scope", .string, "Which block."),
            .init("PermitRootLogin", .string, "Whether root may log in."),
            .init("MaxAuthTries", .int, "Attempts in a connection."),
            .init("Banner", .string, "Path of a file."),
        ])
    static let sshd = RecordSchema(
        "sshd", "The OpenSSH server.",
        fields: [
            .init("contexts", .list(.record(context)), "All blocks."),
            .init("Port", .list(.int), "Ports."),
            .init("memory", .byteSize, "Memory."),
            .init("mode", .mode, "Permissions of sshd_config."),
            .init("version", .version, "Package version."),
            .init("LoginGraceTime", .duration, "Time to log in."),
            .init("UsePAM", .bool, "PAM."),
        ])

    static let variables = [
        Variable("sshd", .record(sshd)), Variable("nginx", .record(sshd)), Variable("now", .timestamp),
        Variable("files", .map(.string, .record(context))), Variable("raw", .dyn), Variable("unreadable", .bool),
        Variable("yes", .bool), Variable("no", .bool), Variable("three", .int), Variable("four", .int),
        Variable("names", .list(.string)),
    ]
    static let environment = Environment(variables: variables)

    static func source(_ number: UInt32) -> SourceID { SourceID(raw: number) }

    static func block(_ number: UInt32, _ scope: String, root: Value, tries: Int) -> Value {
        .record(
            Record(
                context,
                [
                    "scope": .string(scope, source(number)), "PermitRootLogin": root,
                    "MaxAuthTries": .int(tries, source(number + 2)),
                ]), source(number))
    }

    static let bindings = Bindings([
        "sshd": .record(
            Record(
                sshd,
                [
                    "contexts": .list(
                        [
                            block(10, "global", root: .string("no", source(11)), tries: 3),
                            block(20, "Match User a", root: .string("yes", source(21)), tries: 6),
                            block(30, "Match User b", root: .string("yes", source(31)), tries: 9),
                        ], source(9)),
                    "Port": .list([.int(22, source(41)), .int(2222, source(42))]),
                    "memory": .byteSize(256 << 20, source(43)),
                    "mode": .mode(FileMode(bits: 0o644), source(44)),
                    "version": Value(.version("1:9.2p1-2+deb12u3"), source: source(45)),
                    "LoginGraceTime": .duration(seconds: 120, source(46)),
                    "UsePAM": .unknown("", "permission denied: /etc/ssh/sshd_config", source(47)),
                ]), source(8)),
        "nginx": .absent,
        "now": .timestamp(Timestamp(seconds: 1_795_392_000)),
        "files": .map([("/etc/shadow", block(50, "x", root: .absent, tries: 1))], source(49)),
        "raw": .map([("list", .list([.int(1), .string("a")])), ("number", .int(7))]),
        "unreadable": .unknown("kernel.parameters", "no /proc/sys in this tree"),
        "yes": .bool(true, source(1)), "no": .bool(false, source(2)),
        "three": .int(3, source(3)), "four": .int(4, source(4)),
        "names": .strings(["root", "ona"], source(5)),
    ])

    /// The value of a condition on the sample host.
    static func evaluate(_ text: String) throws -> Evaluation {
        try environment.compile(text).evaluate(bindings)
    }

    /// `true`, `false`, `unknown: reason`, `error: message`, or the value's kind.
    static func outcome(_ text: String) throws -> String {
        switch try evaluate(text).value.kind {
        case .bool(let bool): "\(bool)"
        case .unknown(let facts): "unknown: " + facts.map { "\($0.fact): \($0.reason)" }.joined(separator: ", ")
        case .error(let error): "error: \(error.message)"
        case let kind: "\(kind)"
        }
    }

    /// The problems of an expression as a person sees them.
    static func problems(_ text: String, _ environment: Environment = environment) -> [String] {
        do {
            _ = try environment.compile(text)
            return []
        } catch {
            return error.diagnostics.map { $0.rendered(in: text) }
        }
    }
}
