// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// APT: the configuration in force, the repositories, and whether security fixes arrive by themselves (apt.conf(5),
/// sources.list(5), apt_preferences(5), /usr/lib/apt/apt.systemd.daily, unattended-upgrades 2.9).
public struct APTCollector: Collector {
    /// The collector.
    public init() {}

    /// The release and the packages decide.
    public var needs: [String] { ["os", "packages"] }

    /// `apt`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "apt", .record(APTSchema.apt), "APT. Absent where there is no /etc/apt.",
                example: "apt.sources.exists(s, s.security)")
        ]
    }

    /// One record.
    public func collect(_ collection: Collection) -> [Value] {
        do throws(HostError) {
            _ = try collection.host.status("/etc/apt")
        } catch .notFound {
            return [.absent]
        } catch {
            return [.unknown("apt", "/etc/apt: \(error)")]
        }
        var state = APTState(collection)
        if let reason = state.files.unreadable { return [.unknown("apt", reason)] }
        return [state.record()]
    }
}

/// Everything the collector knows of one host.
struct APTState {
    var files: APTFiles
    private let collection: Collection
    private let id: String
    private let codename: String?

    init(_ collection: Collection) {
        self.collection = collection
        func text(_ value: Value?) -> String? {
            if case .string(let text) = value?.kind { text } else { nil }
        }
        var fields: (id: String?, codename: String?)
        if case .record(let system) = collection.facts["os"]?.kind {
            fields = (text(system["id"]), text(system["codename"]))
        }
        id = fields.id ?? ""
        codename = fields.codename
        files = APTFiles(collection.host, architecture: text(Self.package("dpkg", collection)?["architecture"]))
    }

    private static func package(_ name: String, _ collection: Collection) -> Record? {
        guard case .map(let map) = collection.facts["packages"]?.kind, case .record(let found) = map[name]?.kind,
            case .bool(true) = found["installed"]?.kind
        else { return nil }
        return found
    }

    private func source(_ option: APTOptions.Option?, _ name: String) -> SourceID {
        guard let place = option?.places.last, !place.path.isEmpty else {
            return collection.source("/etc/apt/apt.conf", means: .default)
        }
        let origin = Origin(path: place.path, line: place.line, column: place.column)
        let lost = (option?.places.dropLast() ?? []).filter { !$0.path.isEmpty }.map {
            Source.Overridden(
                origin: Origin(path: $0.path, line: $0.line, column: $0.column),
                text: "\(name) \"\(Self.withoutPassword($0.value))\"")
        }
        return collection.source(
            Source(origin, text: "\(name) \"\(Self.withoutPassword(place.value))\"", overrode: lost))
    }

    mutating func record() -> Value {
        let file = collection.source("/etc/apt/apt.conf", means: .file)
        let pins = pins()
        let errors = files.problems.map { problem in
            Value.string(
                "\(problem.origin.description): \(problem.message)",
                collection.source(Source(problem.origin, text: problem.message)))
        }
        let set = files.options.all.filter { $0.option.places.last.map { !$0.path.isEmpty } ?? false }
        let settings = set.map { name, option in
            let place = source(option, name)
            return Value.record(
                Record(
                    APTSchema.setting,
                    ["name": .string(name, place), "value": .string(Self.withoutPassword(option.value), place)]), place)
        }
        var fields: [String: Value] = [
            "valid": .bool(errors.isEmpty, errors.first?.source ?? file),
            "errors": .list(errors, errors.first?.source ?? file), "files": .strings(files.paths, file),
            "settings": .list(settings, file), "pins": .list(pins, file),
            "sources": .list(files.sources.map(repository), collection.source("/etc/apt/sources.list", means: .file)),
            "periodic": periodic(), "unattended": unattended(), "legacy_keyring": keyring(),
        ]
        if let reason = files.unreadable { fields["pins"] = .unknown("apt.pins", reason) }
        return .record(Record(APTSchema.apt, fields), file)
    }

    // MARK: repositories

    private func repository(_ item: APTFiles.Source) -> Value {
        let entry = item.entry
        let text =
            "\(entry.type) \(Self.withoutPassword(entry.uri)) \(entry.suite) \(entry.components.joined(separator: " "))"
        let place = collection.source(item.path, entry.line, text: text)
        let base = Self.base(entry.suite)
        let isOfficial = isOfficial(entry)
        let moving = ["stable", "oldstable", "oldoldstable", "testing", "stable-proposed"].contains(base)
        let own = ReleaseTable.releases.contains { $0.id == id && $0.codename == base }
        let isForeign = isOfficial && base != codename && (own || ["sid", "unstable", "experimental"].contains(base))
        let allows =
            entry.options["allow-insecure"].flatMap(APTBoolean.value)
            ?? files.options.value("Acquire::AllowInsecureRepositories").flatMap(APTBoolean.value) ?? false
        var fields: [String: Value] = [
            "type": .string(entry.type, place), "uri": .string(Self.withoutPassword(entry.uri), place),
            "suite": .string(entry.suite, place), "components": .strings(entry.components, place),
            "trusted": .bool(entry.options["trusted"].flatMap(APTBoolean.value) ?? false, place),
            "allow_insecure": .bool(allows, place), "official": .bool(isOfficial, place),
            "security": .bool(isSecurity(entry.suite), place), "moving": .bool(isOfficial && moving, place),
            "foreign_release": codename == nil
                ? .unknown("apt.sources.foreign_release", "the release of this host is not known", place)
                : .bool(isForeign, place),
        ]
        if let keys = entry.options["signed-by"] {
            fields["signed_by"] = .string(keys.utf8.starts(with: "-----BEGIN".utf8) ? "embedded" : keys, place)
        }
        return .record(Record(APTSchema.source, fields), place)
    }

    /// Without what stands between the scheme and an `@`: it may be a password.
    private static func withoutPassword(_ uri: String) -> String {
        let parts = uri.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count > 2, parts[1].isEmpty, let at = parts[2].lastIndex(of: UInt8(ascii: "@")) else { return uri }
        let host = Substring(parts[2][parts[2].index(after: at)...])
        return (parts[..<2].map { String(Substring($0)) } + [String(host)] + parts[3...].map { String(Substring($0)) })
            .joined(separator: "/")
    }

    private static func host(_ uri: String) -> (name: String, path: String) {
        let parts = withoutPassword(uri).utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard parts.count > 3 else { return ("", uri) }
        return (parts[2], parts[3...].joined(separator: "/"))
    }

    /// Third parties have paths and components of their own.
    private func isOfficial(_ entry: APTSources.Entry) -> Bool {
        let (name, path) = Self.host(entry.uri)
        return entry.components.contains("main")
            && (["debian.org", "ubuntu.com"].contains { name == $0 || name.hasSuffix(".\($0)") }
                || ["debian/", "debian-security/", "ubuntu/", "ubuntu-ports/"].contains(path))
    }

    /// The release a suite belongs to, by its name.
    private static func base(_ suite: String) -> String {
        for ending in [
            "-security", "-updates", "-backports", "-backports-sloppy", "-proposed", "-proposed-updates", "/updates",
        ]
        where suite.hasSuffix(ending) { return String(suite.dropLast(ending.count)) }
        return suite
    }

    /// `stable-security` carries fixes too, of whichever release that is.
    private func isSecurity(_ suite: String) -> Bool {
        guard suite.hasSuffix("-security") || suite.hasSuffix("/updates") && id == "debian" else { return false }
        let base = Self.base(suite)
        return base == codename || id == "debian" && ["stable", "oldstable", "oldoldstable"].contains(base)
    }

    // MARK: what happens by itself

    private func periodic() -> Value {
        let none = collection.source("/etc/apt/apt.conf", means: .default)
        let enable = files.options.option("APT::Periodic::Enable")
        let isEnabled = enable.flatMap { Int($0.value) } != 0
        var fields: [String: Value] = ["enabled": .bool(isEnabled, source(enable, "APT::Periodic::Enable"))]
        for (field, name) in [
            ("update_every", "APT::Periodic::Update-Package-Lists"),
            ("upgrade_every", "APT::Periodic::Unattended-Upgrade"),
        ] {
            let option = files.options.option(name)
            guard let option, let seconds = Self.interval(option.value) else {
                fields[field] = Value(.absent, source: source(option, name))
                continue
            }
            fields[field] = .duration(seconds: seconds, source(option, name))
        }
        timers(&fields)
        let state = "/var/lib/apt"
        let stamps = [
            "\(state)/periodic/update-stamp", "\(state)/periodic/update-success-stamp", "\(state)/lists/partial",
            "\(state)/lists",
        ]
        fields["lists_updated"] = newest(stamps, "apt.periodic.lists_updated")
        fields["last_upgrade"] = newest(["\(state)/periodic/upgrade-stamp"], "apt.periodic.last_upgrade")
        return .record(Record(APTSchema.periodic, fields), none)
    }

    /// How often, in seconds: days where no letter says otherwise; nil for never (apt.systemd.daily's check_stamp).
    static func interval(_ text: String) -> Int64? {
        if text == "always" { return 0 }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int64(unit == nil ? text : String(text.dropLast())), number >= 0, text != "0" else {
            return nil
        }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: unit ?? 86_400)
        return overflow ? nil : seconds
    }

    private func timers(_ fields: inout [String: Value]) {
        let units = SystemdUnits.of(collection)
        var runs = true
        var place = SourceID.none
        for (field, name) in [("update_timer", "apt-daily"), ("upgrade_timer", "apt-daily-upgrade")] {
            guard let state = units.state(of: name + ".timer"), units.problems.isEmpty else {
                let reason =
                    units.problems.first.map { "\($0.origin.description): \($0.message)" }
                    ?? "there is no \(name).timer in this tree"
                fields[field] = .unknown("apt.periodic.\(field)", reason)
                fields["timers_run"] = .unknown("apt.periodic.timers_run", reason)
                continue
            }
            let isOn = [.enabled, .enabledRuntime, .generated, .alias].contains(state)
            let service = units.state(of: name + ".service")
            let isMasked = service == .masked || service == .maskedRuntime
            let origin = units.unit(name + ".timer")?.fragment ?? "/etc/systemd/system/\(name).timer"
            let at = collection.source(origin, means: .file)
            fields[field] = .string(state.rawValue, at)
            if !isOn || isMasked, runs {
                runs = false
                place = isOn ? collection.source("/etc/systemd/system/\(name).service", means: .file) : at
            }
        }
        if fields["timers_run"] == nil { fields["timers_run"] = .bool(runs, place) }
    }

    private func newest(_ paths: [String], _ fact: String) -> Value {
        var found: (moment: Timestamp, path: String)?
        var failure: String?
        for path in paths {
            do throws(HostError) {
                guard let moment = try collection.host.status(path).modified else {
                    failure = failure ?? "\(path): this tree does not keep its time"
                    continue
                }
                if found.map({ $0.moment < moment }) ?? true { found = (moment, path) }
            } catch .notFound {
                continue
            } catch {
                failure = failure ?? "\(path): \(error)"
            }
        }
        if let found { return .timestamp(found.moment, collection.source(found.path, means: .file)) }
        return failure.map { .unknown(fact, $0) } ?? .absent
    }

    private func unattended() -> Value {
        guard Self.package("unattended-upgrades", collection) != nil else {
            if case .unknown? = collection.facts["packages"]?.kind {
                return .unknown("apt.unattended", "which packages are installed is not known")
            }
            return .absent
        }
        let name = "Unattended-Upgrade::"
        let node = files.options.option(name + "Origins-Pattern") ?? files.options.option(name + "Allowed-Origins")
        let place =
            node.map { source($0, name + "Origins-Pattern") } ?? collection.source("/etc/apt/apt.conf", means: .default)
        let allowed = files.options.list(name + "Allowed-Origins")
        let patterns = files.options.list(name + "Origins-Pattern")
        let reboot = files.options.option(name + "Automatic-Reboot")
        let blacklist = files.options.list(name + "Package-Blacklist").filter { !$0.value.isEmpty }
        var fields: [String: Value] = [
            "blacklist": .list(
                blacklist.map { .string($0.value, source($0, name + "Package-Blacklist::")) },
                blacklist.first.map { source($0, name + "Package-Blacklist::") } ?? place),
            "Automatic_Reboot": .bool(
                reboot.flatMap { APTBoolean.value($0.value) } ?? false, source(reboot, name + "Automatic-Reboot")),
        ]
        let first = (patterns + allowed).first.map { source($0, name + "Origins-Pattern::") } ?? place
        guard let codename, ["debian", "ubuntu"].contains(id) else {
            let values = (allowed + patterns).map { Value.string($0.value, source($0, name + "Origins-Pattern::")) }
            fields["origins"] = .list(values, first)
            fields["valid"] = .bool(true, first)
            return .record(Record(APTSchema.unattended, fields), place)
        }
        let repository = files.sources.first { isSecurity($0.entry.suite) }?.entry.uri
        let origin = APTOrigin(
            distribution: id == "debian" ? "Debian" : "Ubuntu", codename: codename,
            site: repository.map { Self.host($0).name })
        decide(origin, allowed, patterns, first, &fields)
        return .record(Record(APTSchema.unattended, fields), place)
    }

    private func decide(
        _ origin: APTOrigin, _ allowed: [APTOptions.Option], _ patterns: [APTOptions.Option], _ first: SourceID,
        _ fields: inout [String: Value]
    ) {
        var origins: [Value] = []
        var best: (answer: Bool?, source: SourceID) = (false, first)
        do throws(QuestionError) {
            for (index, option) in (allowed + patterns).enumerated() {
                let isAllowed = index < allowed.count
                let at = source(option, "Unattended-Upgrade::\(isAllowed ? "Allowed-Origins" : "Origins-Pattern")::")
                let text =
                    isAllowed
                    ? try origin.pattern(ofAllowed: option.value) : try origin.substituted(option.value)
                origins.append(.string(text, at))
                let answer = try origin.matches(text)
                if answer == true, best.answer != true { best = (true, at) }
                if answer == nil, best.answer == false { best = (nil, at) }
            }
            fields["valid"] = .bool(true, first)
            fields["security"] =
                best.answer.map { .bool($0, best.source) }
                ?? .unknown(
                    "apt.unattended.security", "it hangs on what this release is called in the archive today",
                    best.source)
        } catch {
            fields["valid"] = .bool(false, first)
            fields["security"] = .bool(false, first)
        }
        fields["origins"] = .list(origins, first)
    }

    // MARK: keys and pins

    private func keyring() -> Value {
        let path = files.options.path("Dir::Etc::trusted") ?? "/etc/apt/trusted.gpg"
        do throws(HostError) {
            let status = try collection.host.status(path)
            return .bool(status.kind == .regular && status.size > 0, collection.source(path, means: .file))
        } catch .notFound {
            return .bool(false, collection.source(path, means: .file))
        } catch {
            return .unknown("apt.legacy_keyring", "\(path): \(error)")
        }
    }

    private mutating func pins() -> [Value] {
        var paths: [String] = []
        if let directory = files.options.path("Dir::Etc::preferencesparts") {
            paths += files.names(in: directory, ["pref", ""]) ?? []
        }
        if let main = files.options.path("Dir::Etc::preferences") { paths.append(main) }
        var pins: [Value] = []
        for path in paths {
            guard let bytes = files.bytes(path) else { continue }
            for stanza in APTStanzas.read(bytes) {
                guard let package = stanza.text("package"), let pin = stanza.text("pin"),
                    let priority = stanza.text("pin-priority").flatMap({ Int($0) })
                else { continue }
                let line = stanza.fields["pin-priority"]?.line ?? stanza.line
                let place = collection.source(
                    path, line, text: "Package: \(package), Pin: \(pin), Pin-Priority: \(priority)")
                pins.append(
                    .record(
                        Record(
                            APTSchema.pin,
                            [
                                "package": .string(package, place), "pin": .string(pin, place),
                                "priority": .int(priority, place),
                            ]), place))
            }
        }
        return pins
    }
}
