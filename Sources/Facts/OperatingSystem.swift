// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// Which release runs, until when it gets security updates, and whether it waits for a reboot.
public struct OperatingSystemCollector: Collector {
    /// The operating system.
    public init() {}

    static let schema = RecordSchema(
        "os", "The operating system.",
        fields: [
            .init("id", .string, "ID of os-release(5), `linux` where it says none.", example: #""debian""#),
            .init("id_like", .list(.string), "ID_LIKE of os-release(5).", example: #"["debian"]"#),
            .init("version_id", .string, "VERSION_ID; not set for rolling releases (testing, sid).", example: #""12""#),
            .init("codename", .string, "VERSION_CODENAME.", example: #""bookworm""#),
            .init("pretty_name", .string, "PRETTY_NAME.", example: #""Debian GNU/Linux 12 (bookworm)""#),
            .init(
                "support_end", .timestamp,
                "Last day with updates from the distribution's own team (\(ReleaseTable.origin)); unknown for a "
                    + "release that is not in the table."),
            .init("lts_end", .timestamp, "Last day of Debian LTS, free for all; not set where there is none."),
            .init(
                "extended_support_end", .timestamp,
                "Last day of support that needs a contract (Freexian ELTS, Ubuntu Pro ESM); not set where there "
                    + "is none."
            ),
            .init("security_updates_end", .timestamp, "The later of support_end and lts_end: the last free update."),
            .init("hostname", .string, "/etc/hostname; unknown where it cannot be read."),
            .init("reboot_required", .bool, "/run/reboot-required is there; unknown in a tree without /run."),
            .init("reboot_required_since", .timestamp, "When it was last written; not set where it is not there."),
            .init("reboot_packages", .list(.string), "Packages that ask for it (/run/reboot-required.pkgs), sorted."),
        ])

    /// `os`.
    public var declarations: [FactDeclaration] {
        [FactDeclaration("os", .record(Self.schema), "The operating system.", example: "os.security_updates_end > now")]
    }

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        // os-release(5): /etc/os-release takes precedence over /usr/lib/os-release.
        var failure: (path: String, error: HostError)?
        for path in ["/etc/os-release", "/usr/lib/os-release"] {
            do throws(HostError) {
                let file = OSReleaseFile(try collection.host.read(path, limit: 1 << 20).bytes)
                for line in file.problemLines { collection.report(Origin(path: path, line: line), "not an assignment") }
                return [Self.system(file, path, collection)]
            } catch .notFound {
                continue
            } catch {
                failure = failure ?? (path, error)
            }
        }
        return [failure.map { .unknown("os", "\($0.path): \($0.error)") } ?? .absent]
    }

    private static func system(_ file: OSReleaseFile, _ path: String, _ collection: Collection) -> Value {
        func value(_ name: String) -> Value? {
            file.assignments[name].map {
                .string($0.value, collection.source(path, $0.line, text: "\(name)=\($0.value)"))
            }
        }
        var fields: [String: Value] = [
            "id": value("ID") ?? .string("linux", collection.source(path, means: .default)),
            "version_id": value("VERSION_ID") ?? .absent,
            "codename": value("VERSION_CODENAME") ?? .absent,
            "pretty_name": value("PRETTY_NAME") ?? .absent,
        ]
        let like = file.assignments["ID_LIKE"]
        fields["id_like"] = .strings(
            like?.value.split(separator: " ").map { String($0) } ?? [],
            like.map { collection.source(path, $0.line, text: "ID_LIKE=\($0.value)") } ?? .none)
        fields.merge(support(file, path, collection)) { $1 }
        fields.merge(reboot(collection)) { $1 }
        do throws(HostError) {
            let name = KernelNumber.trimmed(try collection.host.read("/etc/hostname", limit: 4096).bytes)
            fields["hostname"] = .string(name, collection.source("/etc/hostname", 1, text: name))
        } catch {
            fields["hostname"] = .unknown("os.hostname", "/etc/hostname: \(error)")
        }
        return .record(Record(schema, fields), collection.source(path, means: .file))
    }

    private static func support(_ file: OSReleaseFile, _ path: String, _ collection: Collection) -> [String: Value] {
        let id = file.assignments["ID"]?.value ?? "linux"
        let version = file.assignments["VERSION_ID"]
        let codename = file.assignments["VERSION_CODENAME"]
        let release = ReleaseTable.releases.first {
            $0.id == id
                && (version.map(\.value) == $0.version || version == nil && codename.map(\.value) == $0.codename)
        }
        guard let release else {
            let name = "\(id) \(version?.value ?? codename?.value ?? "without VERSION_ID")"
            let reason = "\(path): \(name) is not in the table of releases (\(ReleaseTable.origin))"
            return Dictionary(
                uniqueKeysWithValues: ["support_end", "lts_end", "extended_support_end", "security_updates_end"].map {
                    ($0, Value.unknown("os.\($0)", reason))
                })
        }
        let source =
            (version ?? codename).map {
                collection.source(
                    path, $0.line, text: "\(version == nil ? "VERSION_CODENAME" : "VERSION_ID")=\($0.value)")
            } ?? .none
        func end(_ date: String?) -> Value { date.flatMap(lastMoment).map { .timestamp($0, source) } ?? .absent }
        return [
            "support_end": end(release.support), "lts_end": end(release.longTerm),
            "extended_support_end": end(release.extended),
            "security_updates_end": end(max(release.support, release.longTerm ?? "")),
        ]
    }

    /// The last second of a day written YYYY-MM-DD, in UTC.
    static func lastMoment(_ date: String) -> Timestamp? {
        let parts = date.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, let day = CivilDate(year: parts[0], month: parts[1], day: parts[2]) else { return nil }
        return Timestamp(seconds: Int64(day.daysSinceEpoch) * 86_400 + 86_399)
    }

    private static func reboot(_ collection: Collection) -> [String: Value] {
        let path = "/run/reboot-required"
        do throws(HostError) {
            let status = try collection.host.status(path)
            let source = collection.source(path, means: .file)
            var fields: [String: Value] = [
                "reboot_required": .bool(true, source),
                "reboot_required_since": status.modified.map { .timestamp($0, source) }
                    ?? .unknown("os.reboot_required_since", "\(path): this tree does not keep its time", source),
                "reboot_packages": .list([], source),
            ]
            // update-notifier and needrestart write it, other programs leave it out.
            if let list = try? collection.host.read(path + ".pkgs", limit: 1 << 20) {
                let names = Set(String(decoding: list.bytes, as: UTF8.self).split { $0.isNewline }.map { String($0) })
                fields["reboot_packages"] = .strings(
                    names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
                    collection.source(path + ".pkgs", means: .file))
            }
            return fields
        } catch .notFound {
            // An image has an empty /run: only a system that runs, or a tree taken from one, can say no.
            guard collection.host.isLive || (try? collection.host.list("/run"))?.isEmpty == false else {
                return ["reboot_required": .unknown("os.reboot_required", "there is no /run of a running system here")]
            }
            return [
                "reboot_required": .bool(false, collection.source(path, means: .file)), "reboot_packages": .list([]),
            ]
        } catch {
            return ["reboot_required": .unknown("os.reboot_required", "\(path): \(error)")]
        }
    }
}
