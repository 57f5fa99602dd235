// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// Debian packages as dpkg's database has them.
public struct PackagesCollector: Collector {
    /// Debian packages.
    public init() {}

    static let schema = RecordSchema(
        "package", "A Debian package.", identity: ["name", "architecture"],
        fields: [
            .init("name", .string, "Without the architecture.", example: #""openssh-server""#),
            .init("version", .version, "In dpkg's order; not set where only configuration is left of a very old one."),
            .init("architecture", .string, "`all` for any.", example: #""amd64""#),
            .init("source", .string, "Source package.", example: #""openssh""#),
            .init(
                "status", .string,
                "`installed`, `config-files` (removed, configuration left), `half-installed`, `unpacked`, "
                    + "`half-configured`, `triggers-awaited`, `triggers-pending`, `not-installed` (dpkg(1)).",
                example: #""installed""#),
            .init("want", .string, "What was asked for: `install`, `hold`, `deinstall`, `purge`, `unknown`."),
            .init("held", .bool, "It is on hold: no upgrade, no security fix."),
            .init("installed", .bool, "Its programs are there and set up, perhaps with triggers still to run."),
            .init("broken", .bool, "Half installed, half configured, unpacked only, or marked to be installed again."),
            .init("essential", .bool, "The system needs it."),
        ])

    /// `packages`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "packages", .map(.string, .record(Self.schema)),
                "Packages by name; those of a foreign architecture as `name:architecture`.",
                example: #""telnetd" in packages && packages["telnetd"].installed"#)
        ]
    }

    /// dpkg's database of a large server is 5 MB; a larger file than this is not read.
    static let statusLimit = 64 << 20

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        var found: [(path: String, package: DpkgStatus.Package)] = []
        var isThere = false
        let status = "/var/lib/dpkg/status"
        do throws(HostError) {
            let content = try collection.host.read(status, limit: Self.statusLimit)
            found += Self.read(content.bytes, status, nil, collection)
            isThere = true
        } catch .notFound {
        } catch {
            return [.unknown("packages", "\(status): \(error)")]
        }
        // Images made without dpkg keep one stanza a file here, without a Status field.
        let directory = "/var/lib/dpkg/status.d"
        do throws(HostError) {
            for entry in try collection.host.list(directory) where !entry.name.hasSuffix(".md5sums") {
                let path = "\(directory)/\(entry.name)"
                found += Self.read(try collection.host.read(path).bytes, path, "install ok installed", collection)
                isThere = true
            }
        } catch .notFound {
        } catch {
            return [.unknown("packages", "\(directory): \(error)")]
        }
        guard isThere else { return [.absent] }
        return [.map(Self.entries(found, collection))]
    }

    private static func read(
        _ bytes: [UInt8], _ path: String, _ defaultStatus: String?, _ collection: Collection
    ) -> [(path: String, package: DpkgStatus.Package)] {
        let file = DpkgStatus(bytes, defaultStatus: defaultStatus)
        for problem in file.problems { collection.report(Origin(path: path, line: problem.line), problem.message) }
        return file.packages.map { (path, $0) }
    }

    private static func entries(
        _ found: [(path: String, package: DpkgStatus.Package)], _ collection: Collection
    ) -> [(String, Value)] {
        // dpkg itself is of the native architecture (dpkg --print-architecture).
        let native = found.first { $0.package.name == "dpkg" && $0.package.state == "installed" }?.package.architecture
        var entries: [String: Value] = [:]
        entries.reserveCapacity(found.count)
        for (path, package) in found where package.state != "not-installed" {
            let isForeign = native.map { package.architecture != $0 && package.architecture != "all" } ?? false
            let key =
                isForeign && !package.architecture.isEmpty ? "\(package.name):\(package.architecture)" : package.name
            entries[key] = value(package, path, collection)
        }
        return entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
    }

    private static func value(_ package: DpkgStatus.Package, _ path: String, _ collection: Collection) -> Value {
        let source = collection.source(path, package.line, text: "\(package.name) \(package.version)")
        let isThere = ["installed", "triggers-pending", "triggers-awaited"].contains(package.state)
        let isHalf = ["half-installed", "half-configured", "unpacked"].contains(package.state)
        let origin = package.source.split(separator: " ").first.map { String($0) } ?? package.name
        return .record(
            Record(
                schema,
                [
                    "name": .string(package.name, source),
                    "version": package.version.isEmpty ? .absent : Value(.version(package.version), source: source),
                    "architecture": .string(package.architecture, source), "source": .string(origin, source),
                    "status": .string(package.state, source), "want": .string(package.want, source),
                    "held": .bool(package.want == "hold", source), "installed": .bool(isThere, source),
                    "broken": .bool(isHalf || package.flag == "reinstreq", source),
                    "essential": .bool(package.isEssential, source),
                ]), source)
    }
}
