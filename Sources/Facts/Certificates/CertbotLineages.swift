// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// What certbot renews: the files of /etc/letsencrypt/renewal, the hooks, and whether anything runs it (certbot(1)).
struct CertbotLineages {
    static let directory = "/etc/letsencrypt"
    static let hookKinds = ["pre", "deploy", "post"]

    /// One file of /etc/letsencrypt/renewal.
    struct Lineage {
        var name: String
        var path: String
        /// The settings of the file, all sections in one: no name stands in two.
        var settings: [String: CertificateUse.Word] = [:]

        /// The file that services are told to present.
        var certificate: String {
            settings["fullchain"]?.text ?? "\(CertbotLineages.directory)/live/\(name)/fullchain.pem"
        }
        var key: String { settings["privkey"]?.text ?? "\(CertbotLineages.directory)/live/\(name)/privkey.pem" }
        var renews: Bool { settings["autorenew"]?.text != "False" }

        /// Does the directory a real path is in belong to this lineage.
        func owns(_ path: String) -> Bool {
            let archive = settings["archive_dir"]?.text ?? "\(CertbotLineages.directory)/archive/\(name)"
            return path.hasPrefix(archive + "/") || path.hasPrefix("\(CertbotLineages.directory)/live/\(name)/")
        }
    }

    /// A file of /etc/letsencrypt/renewal-hooks.
    struct Hook {
        var path: String
        var kind: String
        /// Certbot runs executable files only; nil where the mode is not known.
        var isExecutable: Bool?
    }

    /// Is there anything of certbot on the host.
    let isPresent: Bool
    private(set) var lineages: [Lineage] = []
    private(set) var hooks: [Hook] = []
    /// What runs certbot: a timer that is enabled or a crontab.
    private(set) var schedule: Origin?
    /// cli.ini: settings for all lineages.
    private var defaults: [String: CertificateUse.Word] = [:]

    init(_ collection: Collection, _ units: SystemdUnits) {
        var files = CertificateConfiguration(collection)
        let renewal = Self.directory + "/renewal"
        isPresent = files.exists(renewal)
        guard isPresent else { return }
        for name in files.names(in: renewal) where name.hasSuffix(".conf") {
            let path = "\(renewal)/\(name)"
            var lineage = Lineage(name: String(name.dropLast(5)), path: path)
            lineage.settings = Self.settings(path, &files)
            lineages.append(lineage)
        }
        defaults = Self.settings(Self.directory + "/cli.ini", &files)
        for kind in Self.hookKinds {
            let folder = "\(Self.directory)/renewal-hooks/\(kind)"
            for name in files.names(in: folder) where !name.hasPrefix(".") && !name.hasSuffix("~") {
                let path = "\(folder)/\(name)"
                guard let status = try? collection.host.status(path), status.kind == .regular else { continue }
                hooks.append(Hook(path: path, kind: kind, isExecutable: status.mode.map { $0.bits & 0o111 != 0 }))
            }
        }
        schedule = Self.schedule(units, &files)
    }

    /// Does anything make services read the certificate again after a renewal: an installer plugin, or a hook that runs
    /// afterwards. Answers where that is said.
    func reload(_ lineage: Lineage) -> Origin? {
        if let installer = lineage.settings["installer"], installer.text != "None" { return installer.origin }
        for name in ["renew_hook", "deploy_hook", "post_hook"] {
            if let hook = lineage.settings[name], hook.text != "None", !hook.text.isEmpty { return hook.origin }
        }
        for name in ["deploy-hook", "renew-hook", "post-hook"] {
            if let hook = defaults[name], !hook.text.isEmpty { return hook.origin }
        }
        return hooks.first { $0.kind != "pre" && $0.isExecutable != false }.map { Origin(path: $0.path) }
    }

    /// ConfigObj's form: `name = value`, `[section]`, `#` begins a comment.
    private static func settings(_ path: String, _ files: inout CertificateConfiguration) -> [String: CertificateUse
        .Word]
    {
        var settings: [String: CertificateUse.Word] = [:]
        for (line, number) in files.lines(path) where !line.hasPrefix("#") && !line.hasPrefix("[") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let name = ConfigurationText.trimmed(line[..<equals].utf8)
            let value = ConfigurationText.trimmed(line[line.index(after: equals)...].utf8)
            settings[name] = CertificateUse.Word(
                text: ConfigurationText.unquoted(value), origin: Origin(path: path, line: number))
        }
        return settings
    }

    private static func schedule(_ units: SystemdUnits, _ files: inout CertificateConfiguration) -> Origin? {
        for unit in ["certbot.timer", "certbot-renew.timer", "snap.certbot.renew.timer"] {
            if let state = units.state(of: unit), state == .enabled, let path = units.unit(unit)?.fragment {
                return Origin(path: path)
            }
        }
        let hasSystemd = !units.isEmpty
        let tables =
            ["/etc/crontab", "/var/spool/cron/crontabs/root"]
            + ["/etc/cron.d/*", "/etc/cron.daily/*", "/etc/cron.weekly/*"].flatMap { files.paths(matching: $0) }
        for path in tables {
            for (line, number) in files.lines(path) where !line.hasPrefix("#") && line.contains("certbot") {
                // Debian's /etc/cron.d/certbot does nothing where systemd runs.
                if hasSystemd, line.contains("-d /run/systemd/system") { continue }
                return Origin(path: path, line: number)
            }
        }
        return nil
    }
}
