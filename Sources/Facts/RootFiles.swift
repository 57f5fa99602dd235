// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// Files that root's programs read or run: every file of the directories where packages and administrators put them,
/// and the programs of root's cron jobs.
public struct RootFilesCollector: Collector {
    /// Files root acts on.
    public init() {}

    static let schema = RecordSchema(
        "root_file", "A file that root's programs read or run.", identity: ["path"],
        fields: [
            .init("path", .string, "Where.", example: #""/etc/cron.d/backup""#),
            .init("area", .string, "Who reads or runs it: `cron`, `sudo`, `sshd`, `pam`, `shell`, `apt` …"),
            .init(
                "root_only", .bool,
                "Only root can change it. For a program of a cron job this includes the directories above it."),
            .init("changeable", .string, "Why it is not: `/opt/a.sh is owned by app`; not set where only root can."),
            .init("mode", .mode, "Its mode; not set where it is not known."),
            .init(
                "job", .string, "The cron job that runs it; not set for what is no program.",
                example: #""/etc/crontab:7""#),
        ])

    /// `root_files`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "root_files", .list(.record(Self.schema)),
                "Files of the directories whose content root's programs act on (cron.d, sudoers.d, sshd_config.d …), and "
                    + "programs of root's cron jobs.",
                example: "root_files.all(f, f.root_only)")
        ]
    }

    /// Directories whose every file counts, by area.
    static let directories: [(area: String, path: String)] = [
        ("cron", "/etc/cron.d"), ("cron", "/etc/cron.hourly"), ("cron", "/etc/cron.daily"),
        ("cron", "/etc/cron.weekly"), ("cron", "/etc/cron.monthly"), ("sudo", "/etc/sudoers.d"),
        ("sshd", "/etc/ssh/sshd_config.d"), ("pam", "/etc/pam.d"), ("shell", "/etc/profile.d"),
        ("apt", "/etc/apt/apt.conf.d"), ("apt", "/etc/apt/sources.list.d"), ("logrotate", "/etc/logrotate.d"),
        ("kernel", "/etc/sysctl.d"), ("kernel", "/etc/modprobe.d"), ("linker", "/etc/ld.so.conf.d"),
        ("rsyslog", "/etc/rsyslog.d"), ("certbot", "/etc/letsencrypt/renewal-hooks/deploy"),
        ("certbot", "/etc/letsencrypt/renewal-hooks/pre"), ("certbot", "/etc/letsencrypt/renewal-hooks/post"),
    ]

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let paths = PathOwnership(collection.host)
        var records: [String: Value] = [:]
        func add(_ path: String, _ area: String, _ standing: PathOwnership.Standing, job: String? = nil) {
            guard records[path] == nil else { return }
            let source = collection.source(path, means: .file)
            var fields: [String: Value] = [
                "path": .string(path, source), "area": .string(area, source),
                "root_only": standing.isRootOnly.map { .bool($0, source) }
                    ?? .unknown("root_files.root_only", standing.reason, source),
            ]
            if standing.isRootOnly == false { fields["changeable"] = .string(standing.reason, source) }
            if let mode = standing.mode { fields["mode"] = .mode(mode, source) }
            if let job { fields["job"] = .string(job, source) }
            records[path] = .record(Record(Self.schema, fields), source)
        }

        let (entries, unlisted) = files(collection.host)
        for (path, area, reason) in unlisted { add(path, area, .init(isRootOnly: nil, reason: reason, mode: nil)) }
        let tables = Self.tables + entries.map(\.path).filter { $0.hasPrefix("/etc/cron.d/") }
        for table in tables {
            do throws(HostError) {
                let bytes = try collection.host.read(table).bytes
                for job in Crontab.jobs(bytes, isSystem: table != Self.tables.last)
                where job.user == nil || job.user == "root" {
                    for program in Crontab.programs(of: job.command) where isRegular(program, collection.host) {
                        guard let standing = paths.standing(of: program) else { continue }
                        add(program, "cron", standing, job: "\(table):\(job.line)")
                    }
                }
            } catch .notFound {
                continue
            } catch {
                // A table that is not root's own is worse than one whose jobs are not known.
                if let standing = paths.ownStanding(of: table), standing.isRootOnly == false { continue }
                add(table, "cron", .init(isRootOnly: nil, reason: "\(table): \(error.description)", mode: nil))
            }
        }
        for (path, area) in entries {
            if let standing = paths.ownStanding(of: path) { add(path, area, standing) }
        }
        return [.list(records.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value))]
    }

    /// Tables outside cron.d; the last is root's own, which names no user.
    private static let tables = ["/etc/crontab", "/var/spool/cron/crontabs/root"]

    private func files(
        _ host: any Host
    ) -> (entries: [(path: String, area: String)], unlisted: [(path: String, area: String, reason: String)]) {
        var entries: [(path: String, area: String)] = []
        var unlisted: [(path: String, area: String, reason: String)] = []
        for (area, directory) in Self.directories {
            do throws(HostError) {
                for entry in try host.list(directory) where isRegular(directory + "/" + entry.name, host) {
                    entries.append((directory + "/" + entry.name, area))
                }
            } catch .notFound {
                continue
            } catch {
                unlisted.append((directory, area, "\(directory): \(error.description)"))
            }
        }
        return (entries, unlisted)
    }

    /// A link to /dev/null masks a file of a package, and a directory is no file. What cannot be asked may be one.
    private func isRegular(_ path: String, _ host: any Host) -> Bool {
        do throws(HostError) {
            return try host.status(path).kind == .regular
        } catch {
            return error != .notFound
        }
    }
}
