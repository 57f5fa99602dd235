// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Facts
import Host
import Model
import Scan

/// What runs on a host, as far as its facts tell.
struct HostSurvey {
    /// The host's name; empty where it does not say.
    let name: String
    /// The distribution and its release; empty where it is not known.
    let system: String
    /// Processors; nil where it is not known.
    let processors: Int64?
    /// Memory in bytes; nil where it is not known.
    let memory: Int64?
    /// Bytes of all logs that rules can ask.
    let logBytes: Int64
    /// systemd runs the services here.
    let isManaged: Bool
    /// What was found, in the order of `Software.all`.
    let software: [Found]
    /// Enabled services of the administrator's own that are none of the software above.
    let ownServices: [String]
    /// Files with certificates outside the distribution's store.
    let certificateFiles: Int
    /// What could not be known, and why.
    let gaps: [String]

    /// Some software and how it was noticed.
    struct Found {
        let software: Software
        /// Names of enabled services, or of installed packages where none is enabled.
        let evidence: [String]
        /// It is enabled, not only installed.
        let isEnabled: Bool
    }

    /// The roots it needs.
    private static let roots: Set<String> = [
        "os", "processors", "memory", "systemd", "units", "packages", "certificates", "logs", "sshd",
    ]

    /// Looks at a host.
    init(_ host: any Host, now: Timestamp) {
        var reader = Reader(FactCollection(host, now: now, roots: Self.roots).collection.facts)
        name = reader.text("os.hostname")
        system = reader.text("os.pretty_name")
        processors = reader.number("processors.count")
        memory = reader.number("memory.total")
        isManaged = reader.flag("systemd.in_charge")
        logBytes = reader.numbers("logs.map(l, l.size)").reduce(0) { sum, size in
            let (total, overflow) = sum.addingReportingOverflow(size)
            return overflow ? .max : total
        }
        certificateFiles = Set(reader.texts("certificates.map(c, c.path)")).count
        let services = reader.texts(#"units.filter(u, u.enabled && u.type == "service").map(u, u.name)"#)
        let own = reader.texts(
            #"units.filter(u, u.enabled && u.type == "service" && has(u.path) && u.path.startsWith("/etc/systemd/system/"))"#
                + ".map(u, u.name)")
        let packages = reader.texts("packages.filter(p, packages[p].installed)")
        software = Software.all.compactMap { software in
            let enabled = services.filter { software.runs(as: $0) }
            let evidence = enabled.isEmpty ? packages.filter { software.comes(with: $0) } : enabled
            return evidence.isEmpty
                ? nil
                : Found(
                    software: software, evidence: evidence.sorted(), isEnabled: !enabled.isEmpty)
        }
        ownServices = own.filter { unit in !Software.all.contains { $0.runs(as: unit) } }.sorted()
        gaps = reader.gaps
    }
}

/// Asks facts in the language of rules. What is not on the host is empty; what could not be known is written down.
private struct Reader {
    let facts: [String: Value]
    let environment = Environment(variables: FactCollection.catalogue.map { Variable($0.name, $0.type) })
    var gaps: [String] = []

    init(_ facts: [String: Value]) { self.facts = facts }

    mutating func texts(_ expression: String) -> [String] {
        items(expression).compactMap { if case .string(let text) = $0.kind { text } else { nil } }
    }

    mutating func text(_ expression: String) -> String {
        if case .string(let text) = value(expression)?.kind { text } else { "" }
    }

    mutating func numbers(_ expression: String) -> [Int64] { items(expression).compactMap(Self.number) }

    mutating func number(_ expression: String) -> Int64? { value(expression).flatMap(Self.number) }

    mutating func flag(_ expression: String) -> Bool {
        if case .bool(let flag) = value(expression)?.kind { flag } else { false }
    }

    private static func number(_ value: Value) -> Int64? {
        switch value.kind {
        case .int(let number), .byteSize(let number): number
        default: nil
        }
    }

    private mutating func items(_ expression: String) -> [Value] {
        if case .list(let items) = value(expression)?.kind { items } else { [] }
    }

    private mutating func value(_ expression: String) -> Value? {
        let root = String(expression.prefix { $0 != "." })
        switch facts[root]?.kind {
        case nil, .absent?: return nil
        default: break
        }
        let value: Value
        do throws(CompileFailure) {
            value = try environment.compile(expression).evaluate(Bindings(facts), zoneFile: ZoneFiles.read).value
        } catch {
            gaps += error.diagnostics.map { $0.rendered(in: expression) }
            return nil
        }
        switch value.kind {
        case .unknown(let unknowns):
            for unknown in unknowns where !gaps.contains(unknown.reason) { gaps.append(unknown.reason) }
            return nil
        case .absent, .error: return nil
        default: return value
        }
    }
}
