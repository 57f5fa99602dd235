// SPDX-License-Identifier: GPL-3.0-or-later

public import Formats
public import Model

/// One unit with its drop-ins merged (systemd.unit(5)).
public struct SystemdUnit: Sendable {
    /// The name it was asked for, aliases resolved, as `ssh.service` or `getty@tty1.service`.
    public let name: SystemdUnitName
    /// All its names, itself included, in byte order.
    public let names: [String]
    /// The file it is read from; nil when only drop-ins speak of it.
    public let fragment: String?
    /// The drop-ins in the order they are read, later ones winning.
    public let dropIns: [String]
    /// True when a link to /dev/null or an empty file stands where the unit would be.
    public let isMasked: Bool
    /// Every assignment: those of the fragment, then those of the drop-ins.
    public let assignments: [SystemdUnitFile.Assignment]
    /// What systemd ignores or refuses in its files.
    public let problems: [SystemdUnitFile.Problem]
    /// Why one of its files could not be read; nil when all could.
    public let failure: String?

    /// A value in force, its place, and what lost against it.
    public struct Setting: Sendable {
        /// The value, specifiers put in.
        public let value: String
        /// Where it comes from, losers included.
        public let source: Source
    }

    /// The value in force of a setting that holds one value: the last one written. Nil where none is, or where the last
    /// is empty, which goes back to the default.
    public func last(_ section: String, _ key: String) -> Setting? {
        last(section, key) { $0 }.map { Setting(value: $0.value, source: $0.source) }
    }

    /// The same for a setting that is more than text. A value that `parse` refuses is skipped, as systemd skips it with
    /// a warning: the one before stays in force.
    func last<Parsed>(_ section: String, _ key: String, _ parse: (String) -> Parsed?) -> (
        value: Parsed, source: Source
    )? {
        var winner: (value: Parsed, assignment: SystemdUnitFile.Assignment)?
        var losers: [Source.Overridden] = []
        for assignment in assignments where assignment.section == section && assignment.key == key {
            if let beaten = winner?.assignment {
                losers.append(.init(origin: beaten.origin, text: "\(key)=\(beaten.value)"))
            }
            guard !assignment.value.isEmpty else {
                winner = nil
                continue
            }
            if let value = parse(expand(assignment.value)) {
                winner = (value, assignment)
            } else if winner != nil {
                losers.removeLast()
            }
        }
        return winner.map {
            (
                $0.value,
                Source($0.assignment.origin, text: "\(key)=\($0.assignment.value)", overrode: losers)
            )
        }
    }

    /// The values in force of a setting that adds up: those after the last empty one. Dependencies cannot be reset
    /// (systemd.unit(5), "Wants="), all other lists can.
    public func list(_ section: String, _ key: String) -> [SystemdUnitFile.Assignment] {
        let all = assignments.filter { $0.section == section && $0.key == key }
        if Self.dependencies.contains(key) { return all.filter { !$0.value.isEmpty } }
        let start = all.lastIndex { $0.value.isEmpty }.map { $0 + 1 } ?? 0
        return Array(all[start...])
    }

    /// The words of a list setting in force, quotes resolved and specifiers put in, each with its place.
    public func words(_ section: String, _ key: String, escapes: SystemdUnitWords.Escapes = .keep)
        -> [(word: String, origin: Origin)]
    {
        list(section, key).flatMap { assignment in
            (SystemdUnitWords.split(assignment.value, escapes: escapes) ?? []).map { (expand($0), assignment.origin) }
        }
    }

    /// The commands in force of `ExecStart=` or one of its sisters, with their places.
    public func commands(_ key: String) -> [(command: SystemdUnitCommand, origin: Origin)] {
        list("Service", key).flatMap { assignment in
            (SystemdUnitCommand.parse(assignment.value) ?? []).map { command in
                (
                    SystemdUnitCommand(
                        prefixes: command.prefixes, path: expand(command.path),
                        arguments: command.arguments.map(expand)), assignment.origin
                )
            }
        }
    }

    /// Settings that name other units.
    static let dependencies: Set<String> = [
        "Wants", "Requires", "Requisite", "BindsTo", "PartOf", "Upholds", "Conflicts", "Before", "After", "OnFailure",
        "OnSuccess", "PropagatesReloadTo", "ReloadPropagatedFrom", "PropagatesStopTo", "StopPropagatedFrom",
        "JoinsNamespaceOf",
    ]

    /// Settings that add up instead of replacing each other (systemd.exec(5), systemd.unit(5) and their like).
    static let lists: Set<String> = dependencies.union([
        "WantedBy", "RequiredBy", "Alias", "Also", "Documentation", "RequiresMountsFor", "ExecStart", "ExecStartPre",
        "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost", "ExecCondition", "Environment", "EnvironmentFile",
        "PassEnvironment", "UnsetEnvironment", "ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "ExecPaths",
        "NoExecPaths", "BindPaths", "BindReadOnlyPaths", "TemporaryFileSystem", "SystemCallFilter", "SystemCallLog",
        "RestrictAddressFamilies", "CapabilityBoundingSet", "AmbientCapabilities", "SupplementaryGroups",
        "LoadCredential", "LoadCredentialEncrypted", "RuntimeDirectory", "StateDirectory", "CacheDirectory",
        "LogsDirectory", "ConfigurationDirectory", "DeviceAllow", "IPAddressAllow", "IPAddressDeny", "ListenStream",
        "ListenDatagram", "ListenSequentialPacket", "ListenFIFO", "ListenSpecial", "ListenNetlink",
        "ListenMessageQueue", "OnCalendar", "OnBootSec", "OnStartupSec", "OnActiveSec", "OnUnitActiveSec",
        "OnUnitInactiveSec", "PathExists", "PathExistsGlob", "PathChanged", "PathModified", "DirectoryNotEmpty",
        "SocketBindAllow", "SocketBindDeny", "Symlinks",
    ])

    /// True for settings whose values add up; conditions do too.
    static func isList(_ key: String) -> Bool {
        lists.contains(key) || key.hasPrefix("Condition") || key.hasPrefix("Assert")
    }

    /// Puts in the specifiers that depend on the unit's name alone and the directories of a system service
    /// (systemd.unit(5), "Specifiers"). Others stay as written: what they stand for is known at run time only.
    func expand(_ text: String) -> String {
        guard text.utf8.contains(0x25) else { return text }
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25, let letter = rest.first else {
                result.append(byte)
                continue
            }
            rest = rest.dropFirst()
            if let value = specifier(letter) {
                result += value.utf8
            } else {
                result += [byte, letter]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func specifier(_ letter: UInt8) -> String? {
        switch letter {
        case 0x25: "%"
        case 0x6E: name.text
        case 0x4E: String(decoding: name.text.utf8.dropLast(name.type.utf8.count + 1), as: UTF8.self)
        case 0x70: name.prefix
        case 0x50: Self.unescaped(name.prefix)
        case 0x69: name.instance ?? ""
        case 0x49: Self.unescaped(name.instance ?? "")
        case 0x6A: Self.finalComponent(name.prefix)
        case 0x4A: Self.unescaped(Self.finalComponent(name.prefix))
        case 0x66: "/" + Self.unescaped(name.isInstance ? name.instance ?? "" : name.prefix)
        case 0x74: "/run"
        case 0x53: "/var/lib"
        case 0x43: "/var/cache"
        case 0x4C: "/var/log"
        case 0x45: "/etc"
        case 0x54: "/tmp"
        case 0x56: "/var/tmp"
        default: nil
        }
    }

    private static func finalComponent(_ prefix: String) -> String {
        String(decoding: prefix.utf8.split(separator: 0x2D, omittingEmptySubsequences: false).last ?? [], as: UTF8.self)
    }

    /// `-` is a slash and `\x2d` a byte (systemd-escape(1)).
    static func unescaped(_ text: String) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x2D {
                result.append(0x2F)
            } else if byte == 0x5C, rest.first == 0x78,
                let code = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(code)
                rest = rest.dropFirst(3)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
