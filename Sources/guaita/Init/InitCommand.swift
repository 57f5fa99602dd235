// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Daemon
import Glibc
import Host
import Model
import Reports
import Rules
import Scan

/// `guaita init`: looks at what runs here, writes a commented guaita.yaml and says what to do next.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Looks at what runs here, writes a commented guaita.yaml and says what to do next.",
        discussion: """
            Nothing needs to be configured: the file says in its comments what could be, and sets only what this machine \
            calls for, with the reason. A file that somebody edited is never replaced without --force.
            """)

    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var ruleOptions: RuleOptions

    @Option(
        help: ArgumentHelp(
            "Where to write; - is standard output. (default: \(Settings.defaultPath), below --root where one is given)",
            valueName: "file"))
    var config: String?

    @Flag(help: "Replace a file that is there.")
    var force = false

    @Flag(name: [.customLong("dry-run"), .customShort("n")], help: "Write nothing; print what would be written.")
    var dryRun = false

    @Option(help: "The language to speak and to write: ca, es or en. (default: the locale's)")
    var lang: Language?

    private var language: Language { lang ?? Terminal.language }

    func run() throws {
        let host = try hostOptions.host()
        let now = try hostOptions.moment()
        let target = try target()
        let survey = HostSurvey(host, now: now)
        var rules = RuleSet()
        var whyNoRules = ""
        do throws(Ending) {
            rules = try ruleOptions.load(.scan).set
        } catch {
            whyNoRules = error.message
        }
        for problem in rules.errors { Terminal.complain(problem.rendered) }
        let text = SurveyText(
            survey: survey, language: language, width: target.isPipe ? 80 : min(Terminal.width, 100),
            rules: rules.rules.map(\.id))
        let document = SettingsDocument(
            language, preface: text.preface(now), suggestions: survey.suggestions(language)
        ).text

        var lines = text.found() + text.unseen()
        if whyNoRules.isEmpty { lines += worst(host, rules.rules, now) } else { lines += ["", whyNoRules.printable] }
        lines += try write(document, to: target)
        let usual = target.path == Settings.defaultPath || hostOptions.root != nil
        lines += text.next(config: usual ? nil : target.path, isLive: host.isLive)
        let said = lines.joined(separator: "\n") + "\n"
        if target.isPipe {
            Terminal.complain(said)
            Terminal.print(document)
        } else {
            Terminal.print(said)
        }
    }

    // MARK: The file

    private enum Target {
        case file(String)
        /// Where it would be written, and why it is not.
        case shown(String, why: String)
        case pipe

        var isPipe: Bool { if case .pipe = self { true } else { false } }
        var path: String? {
            switch self {
            case .file(let path), .shown(let path, _): path
            case .pipe: nil
            }
        }
    }

    private func target() throws(Ending) -> Target {
        if config == "-" { return .pipe }
        let root = hostOptions.root.map(WorkingDirectory.absolute) ?? ""
        let path = config.map(WorkingDirectory.absolute) ?? root + Settings.defaultPath
        if dryRun { return .shown(path, why: "") }
        if config == nil, geteuid() != 0 {
            return .shown(
                path,
                why: language(
                    ca: "No s’ha escrit res: cal ser root.", es: "No se ha escrito nada: hay que ser root.",
                    en: "Nothing was written: that takes root."))
        }
        guard force || isFree(path) else {
            throw Ending(
                code: .usage,
                message: "guaita: \(path.printable): "
                    + language(
                        ca: "ja hi és; --force el substitueix, --dry-run mostra què s’hi escriuria",
                        es: "ya está; --force lo sustituye, --dry-run muestra qué se escribiría",
                        en: "is there already; --force replaces it, --dry-run shows what would be written"))
        }
        return .file(path)
    }

    /// Nothing is there, or the file that the package brought and nobody edited.
    private func isFree(_ path: String) -> Bool {
        do throws(HostError) {
            let live = try LiveHost()
            guard try live.status(path, followLinks: false).kind == .regular else { return false }
            let bytes = try live.read(path).bytes
            return bytes.elementsEqual(SettingsDocument().text.utf8)
        } catch {
            return error == .notFound
        }
    }

    /// Writes the file where it is to be written; the answer is what to say about it.
    private func write(_ document: String, to target: Target) throws(Ending) -> [String] {
        switch target {
        case .pipe: return []
        case .file(let path):
            // A tree, or a machine without the package, may lack the directory; what is wrong with it OutputFile says.
            let directory = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
            _ = unsafe mkdir(directory, 0o755)
            do throws(HostError) {
                try OutputFile.write(Array(document.utf8), to: path, permissions: FileMode(bits: 0o644))
            } catch {
                throw Ending(
                    code: .internalError, message: "guaita: cannot write \(path.printable): \(error.description)")
            }
            return [
                "", language(ca: "S’ha escrit \(path)", es: "Se ha escrito \(path)", en: "Written: \(path)").printable,
            ]
        case .shown(let path, let why):
            let title = language(ca: "Hi aniria", es: "Contendría", en: "It would hold")
            return [""] + (why.isEmpty ? [] : [why]) + ["\(path.printable). \(title):", ""]
                + document.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .map { $0.isEmpty ? "" : "    " + $0 }
        }
    }

    // MARK: A first look

    private func worst(_ host: any Host, _ rules: [Rule], _ now: Timestamp) -> [String] {
        let progress = Progress(isShown: true)
        let scan = Scan(host: host, rules: rules, now: now, zoneFile: ZoneFiles.read)
        let identity = Scan.Identity(
            version: Guaita.version, ruleSet: Report.RuleSetSummary(count: rules.count, sha256: ""), rejectedRules: [])
        let report = scan.run(identity) { progress($0) }
        progress.end()
        guard !report.findings.isEmpty else { return [] }
        let printer = TextReport(width: 100, colour: false, language: language)
        return ["", language(ca: "El més greu ara", es: "Lo más grave ahora", en: "The worst right now")]
            + report.findings.prefix(3).map { "  " + printer.brief($0) }
    }
}
