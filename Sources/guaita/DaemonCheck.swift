// SPDX-License-Identifier: GPL-3.0-or-later
import Daemon
import Host
import Model
import Rules
import Scan

/// `guaita daemon --check`: what the service would run with, and everything that is wrong with it.
struct DaemonCheck {
    let path: String
    let language: Language
    private let reading: SettingsReading
    /// The gravest ending so far, the settings' before the rules'.
    private var code: Ending.Code?

    /// A check of the settings in a file. The service's own may be missing, one that somebody names may not.
    init(config: String, language: Language) {
        path = WorkingDirectory.absolute(config)
        self.language = language
        reading = Settings.read(path: path)
        if path != Settings.defaultPath, reading.isMissing {
            Terminal.complain("guaita: \(path.printable): \(HostError.notFound.description)")
            code = .usage
        }
    }

    /// Prints what is in force on standard output and problems on standard error. Throws `.usage` where the settings
    /// cannot be used, `.rulesInvalid` where rules or accepted risks cannot.
    mutating func run() throws(Ending) {
        for problem in reading.problems { Terminal.complain(problem.rendered) }
        if !reading.isValid { code = .usage }
        Terminal.print("\(path.printable)\(reading.isMissing ? " (\(missing))" : "")\n")
        Terminal.print(reading.inForce(language))
        do throws(HostError) {
            let live = try LiveHost()
            checkRules(live)
            checkWaivers(live)
        } catch {
            refuse("guaita: /: \(error.description)")
        }
        Terminal.print("\n" + verdict + "\n")
        if let code { throw Ending(code: code) }
    }

    private var verdict: String {
        switch code {
        case nil:
            language(
                ca: "El servei pot funcionar amb aquesta configuració.",
                es: "El servicio puede funcionar con esta configuración.",
                en: "The service can run with these settings.")
        case .usage:
            language(
                ca: "La configuració no és vàlida: el servei no la posarà en vigor.",
                es: "La configuración no es válida: el servicio no la pondrá en vigor.",
                en: "The settings are not valid: the service will not put them in force.")
        default:
            language(
                ca: "La configuració és vàlida, però hi ha regles o riscos acceptats que no ho són.",
                es: "La configuración es válida, pero hay reglas o riesgos aceptados que no lo son.",
                en: "The settings are valid, but there are rules or accepted risks that are not.")
        }
    }

    /// A problem of a setting's value, told at its place.
    private mutating func reject(_ message: String, setting: String) {
        let place = reading.origins[setting].map { "\($0.description): \(setting): " } ?? "guaita: "
        refuse(place.printable + message.printable)
    }

    private mutating func refuse(_ message: String) {
        Terminal.complain(message)
        code = code ?? .rulesInvalid
    }

    private mutating func checkRules(_ live: LiveHost) {
        let settings = reading.settings
        let found = RuleFiles(settings.rules.map { ($0, $0) }, on: live)
        let mayBeMissing = reading.origins["rules"] == nil
        for failure in found.failures where failure.error != .notFound || !mayBeMissing {
            reject("\(failure.path): \(failure.error)", setting: "rules")
        }
        let set = found.load(.scan, only: settings.only)
        for problem in set.errors { refuse(problem.rendered) }
        if set.rules.isEmpty, set.errors.isEmpty {
            let message = language(
                ca: "cap regla: no hi hauria res a jutjar", es: "ninguna regla: no habría nada que juzgar",
                en: "no rules: there would be nothing to judge by")
            reject(message, setting: settings.only.isEmpty ? "rules" : "only")
        }
        Terminal.print("\n" + language(ca: "Regles", es: "Reglas", en: "Rules") + "\n")
        for path in settings.rules {
            let failure = found.failures.first { $0.path == path }
            let below = path.hasSuffix("/") ? path : path + "/"
            let count = set.rules.count { $0.origin.path == path || $0.origin.path.hasPrefix(below) }
            Terminal.print("  \(path.printable): \(failure.map { told($0.error) } ?? String(count))\n")
        }
    }

    private mutating func checkWaivers(_ live: LiveHost) {
        let path = reading.settings.waivers
        let text: String
        do throws(HostError) {
            _ = try live.status(path)
            do throws(Ending) {
                text = String(try AcceptedRisks.read(path, mayBeMissing: false).count)
            } catch {
                return refuse(error.message)
            }
        } catch {
            if error != .notFound { reject("\(path): \(error)", setting: "waivers") }
            text = told(error)
        }
        let title = language(ca: "Riscos acceptats", es: "Riesgos aceptados", en: "Accepted risks")
        Terminal.print("\n\(title)\n  \(path.printable): \(text)\n")
    }

    private func told(_ error: HostError) -> String { error == .notFound ? missing : error.description }

    private var missing: String { language(ca: "no hi és", es: "no está", en: "not there") }
}
