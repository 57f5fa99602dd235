// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// The kernel and its parameters: what sysctl.d declares, what /proc/sys says, what follows for each interface.
public struct KernelParametersCollector: Collector {
    /// The kernel.
    public init() {}

    /// `kernel`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "kernel", .record(Self.schema), "The kernel, its parameters and their declarations.",
                example: #"kernel.parameters["kernel.randomize_va_space"].number == 2"#)
        ]
    }

    /// The most paths one pattern of sysctl.d is expanded to.
    static let expansionLimit = 4096

    static let parameterSchema = RecordSchema(
        "kernel.parameter", "A kernel parameter: declared, running, in force.", identity: ["name"],
        fields: [
            .init("name", .string, "As sysctl(8) prints it.", example: #""net.ipv4.ip_forward""#),
            .init("value", .string, "In force: the running value where it can be read, else the declared one."),
            .init("declared", .string, "What sysctl.d(5) sets at boot; not set where nothing does."),
            .init("live", .string, "What /proc/sys says; not set in a tree without a snapshot of it."),
            .init("number", .int, "The value as a number; not set where it is none or several."),
            .init(
                "numbers", .list(.int), "As numbers; empty where a word is none.", example: "[32768, 60999]"),
            .init("exists", .bool, "False when it is declared and the running kernel has no such parameter."),
            .init("may_fail", .bool, "Declared with a leading `-`: failing to set it does not matter."),
            .init("differs", .bool, "Declared and running values are not the same."),
        ])

    static let schema = RecordSchema(
        "kernel", "The kernel, its parameters and their declarations.",
        fields: [
            .init(
                "parameters", .map(.string, .record(parameterSchema)),
                "By name. A parameter the running kernel does not have is not in the map."),
            .init("declared", .list(.record(parameterSchema)), "The parameters sysctl.d(5) sets, by name."),
            .init(
                "interfaces", .list(.record(KernelInterfaces.schema)),
                "What is in force on each network interface but `lo`; `default` stands for interfaces yet to come."),
            .init("running", .bool, "There is a /proc/sys to compare with."),
            .init(
                "container", .string,
                "The container manager this root says it lives under, empty where it names none: the kernel is then "
                    + "not this host's to set. From /run/systemd/container, /run/host/container-manager, /.dockerenv, "
                    + "/run/.containerenv.", example: #""lxc""#),
            .init("release", .string, "/proc/sys/kernel/osrelease.", example: #""6.1.0-28-amd64""#),
            .init("command_line", .string, "/proc/cmdline."),
        ])

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let table = KernelParameterTable(collection)
        let declared = Self.declaredPaths(table, collection)
        let requested = (collection.requestedKeys["kernel.parameters"] ?? []).map { SysctlName.path($0) }
        var pairs: [(String, Value)] = []
        var declarations: [Value] = []
        for path in Set(declared).union(requested).sorted(by: Self.byName) where !path.isEmpty {
            let parameter = table.parameter(path)
            if parameter.declaration != nil {
                declarations.append(Self.record(parameter, table.declarationSource(parameter), table))
            }
            if case .missing = parameter.live { continue }
            let name = parameter.name
            if parameter.value == nil, parameter.declaration == nil {
                pairs.append((name, .unknown("kernel.parameters[\"\(name)\"]", parameter.reason)))
            } else {
                pairs.append((name, Self.record(parameter, table.source(parameter), table)))
            }
        }
        let interfaces = KernelInterfaces(collection, table).values
        let record = Record(
            Self.schema,
            [
                "parameters": .map(pairs), "declared": .list(declarations), "interfaces": .list(interfaces),
                "running": .bool(table.hasProc), "container": Self.container(collection),
                "release": Self.line("/proc/sys/kernel/osrelease", "kernel.release", collection),
                "command_line": Self.line("/proc/cmdline", "kernel.command_line", collection),
            ])
        return [.record(record)]
    }

    private static func byName(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Keys named in full, and what the patterns match in /proc/sys.
    private static func declaredPaths(_ table: KernelParameterTable, _ collection: Collection) -> [String] {
        var paths = table.files.settings.keys
        for pattern in table.files.settings.patterns {
            let found = expand(pattern, collection.host).filter { table.files.settings.declaration(of: $0) != nil }
            paths += found
            if paths.count > expansionLimit { break }
        }
        return paths
    }

    private static func expand(_ pattern: String, _ host: any Host) -> [String] {
        let root = "/proc/sys/"
        let found = GlobPattern.paths(matching: root + pattern, limit: expansionLimit) { directory in
            // A directory that is not there or is no directory matches nothing, as in glob(3).
            (try? host.list(directory))?.map(\.name) ?? []
        }
        return found.filter { (try? host.status($0))?.kind == .regular }.map { String($0.dropFirst(root.count)) }
    }

    private static func record(
        _ parameter: KernelParameterTable.Parameter, _ source: SourceID, _ table: KernelParameterTable
    ) -> Value {
        let fact = "kernel.parameters[\"\(parameter.name)\"]"
        let words = parameter.value.map(KernelNumber.words) ?? []
        let numbers = words.compactMap { KernelNumber.parse($0) }
        var fields: [String: Value] = [
            "name": .string(parameter.name, source),
            "value": parameter.value.map { .string($0, source) } ?? .unknown(fact + ".value", parameter.reason),
            "differs": parameter.differs.map { .bool($0, source) } ?? .unknown(fact + ".differs", parameter.liveReason),
            "may_fail": .bool(parameter.declaration?.mayFail ?? false, source),
            "exists": .bool(true, source),
        ]
        if let declaration = parameter.declaration {
            fields["declared"] =
                parameter.declarationFailure.map { .unknown(fact + ".declared", $0) }
                ?? .string(declaration.value, table.declarationSource(parameter))
        }
        switch parameter.live {
        case .value(let value): fields["live"] = .string(value, table.liveSource(parameter, value))
        case .unreadable(let why): fields["live"] = .unknown(fact + ".live", why)
        case .missing:
            fields["exists"] = .bool(false, source)
            fields["value"] = .absent
        case .writeOnly, .notInTree: break
        }
        if parameter.value != nil {
            fields["numbers"] = .list(numbers.count == words.count ? numbers.map { .int($0, source) } : [], source)
            if words.count == 1, let number = numbers.first { fields["number"] = .int(number, source) }
        } else if case .missing = parameter.live {
            // A parameter that is not there has no numbers.
        } else {
            fields["number"] = .unknown(fact + ".number", parameter.reason)
            fields["numbers"] = .unknown(fact + ".numbers", parameter.reason)
        }
        return .record(Record(parameterSchema, fields), source)
    }

    private static func line(_ path: String, _ fact: String, _ collection: Collection) -> Value {
        do throws(HostError) {
            let text = KernelNumber.trimmed(try collection.host.read(path, limit: 1 << 16).bytes)
            return .string(text, collection.source(path, text: text, means: .live))
        } catch {
            return .unknown(fact, "\(path): \(error)")
        }
    }

    private static func container(_ collection: Collection) -> Value {
        for path in ["/run/systemd/container", "/run/host/container-manager"] {
            guard let content = try? collection.host.read(path, limit: 4096) else { continue }
            let name = KernelNumber.trimmed(content.bytes)
            return .string(name.isEmpty ? "unknown" : name, collection.source(path, 1, text: name, means: .file))
        }
        // Images of these engines are also used as disks of virtual machines, where their marks stay behind.
        if hasDiskOfItsOwn(collection) { return .string("") }
        for (path, name) in [("/.dockerenv", "docker"), ("/run/.containerenv", "podman")] {
            guard (try? collection.host.status(path, followLinks: false)) != nil else { continue }
            return .string(name, collection.source(path, means: .file))
        }
        return .string("")
    }

    /// True when the root is a filesystem on a device, which no container engine makes it.
    private static func hasDiskOfItsOwn(_ collection: Collection) -> Bool {
        guard let mounts = try? collection.host.read("/proc/mounts", limit: 1 << 20) else { return false }
        return mounts.bytes.split(separator: UInt8(ascii: "\n")).contains { line in
            let fields = line.split(separator: UInt8(ascii: " "))
            return fields.count > 2 && fields[0].starts(with: "/dev/".utf8) && fields[1].elementsEqual("/".utf8)
                && ["ext4", "ext3", "ext2", "xfs", "f2fs"].contains { fields[2].elementsEqual($0.utf8) }
        }
    }
}
