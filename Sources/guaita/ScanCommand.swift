// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Daemon
import Host
import Model
import Reports
import Rules
import Scan
import YAML

/// `guaita scan`: one audit, from the host's bytes to a report.
struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Audits this machine, or the tree below a directory.",
        discussion: "Starts no program, opens no network connection and changes nothing on the host.")

    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var ruleOptions: RuleOptions

    @Option(help: "What to print: text or json.")
    var format: Format = .text

    @Option(
        help: ArgumentHelp(
            "Also write the report to a file: JSON, or text where it ends in .txt. May be repeated.", valueName: "file")
    )
    var output: [String] = []

    @Option(help: ArgumentHelp("End with 1 when something of this severity or worse is open.", valueName: "severity"))
    var failOn: Severity?

    @Option(
        help: ArgumentHelp(
            "End with 4 when a smaller share of the rules could be judged in full.", valueName: "percent"))
    var minCoverage: Int?

    @Option(help: ArgumentHelp("Accepted risks. (default: \(Self.defaultWaivers), if it is there)", valueName: "file"))
    var waivers: String?

    @Option(help: "The language of the summary: ca, es or en. (default: the locale's)")
    var lang: Language?

    @Flag(
        inversion: .prefixedNo,
        help: "Send findings to the journal. (default: when this machine is audited and its journal runs)")
    var journal: Bool?

    @Flag(help: "No progress on the terminal.")
    var quiet = false

    static let defaultWaivers = Settings().waivers

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    func validate() throws {
        if let minCoverage, !(0...100).contains(minCoverage) {
            throw ValidationError("--min-coverage takes a number from 0 to 100")
        }
    }

    func run() throws {
        let host = try hostOptions.host()
        let now = try hostOptions.moment()
        let (rules, digest) = try ruleOptions.load(.scan)
        for problem in rules.errors { Terminal.complain(problem.rendered) }
        let scan = Scan(
            host: host, rules: rules.rules, now: now,
            waivers: try AcceptedRisks.read(waivers ?? Self.defaultWaivers, mayBeMissing: waivers == nil),
            zoneFile: ZoneFiles.read)
        let identity = Scan.Identity(
            version: Guaita.version,
            ruleSet: Report.RuleSetSummary(count: rules.rules.count, sha256: digest),
            rejectedRules: rules.errors.map(\.summary))
        let progress = Progress(isShown: !quiet)
        let report = scan.run(identity) { progress($0) }
        progress.end()

        switch format {
        case .text: Terminal.print(text(report, width: Terminal.width, colour: Terminal.wantsColour))
        case .json: Terminal.print(JSONReport.text(report))
        }
        for path in output {
            let bytes =
                path.hasSuffix(".txt") ? Array(text(report, width: 80, colour: false).utf8) : JSONReport.text(report)
            try write(bytes, to: path)
        }
        if journal ?? host.isLive {
            JournalOutput.send(report, savedAs: output.first.map(WorkingDirectory.absolute) ?? "")
        }
        try gate(report, rulesAreValid: rules.errors.isEmpty)
    }

    private func text(_ report: Report, width: Int, colour: Bool) -> String {
        TextReport(width: width, colour: colour, language: lang ?? Terminal.language).text(report)
    }

    private func write(_ bytes: [UInt8], to path: String) throws(Ending) {
        do throws(HostError) {
            try OutputFile.write(bytes, to: path)
        } catch {
            throw Ending(code: .internalError, message: "guaita: cannot write \(path): \(error.description)")
        }
    }

    /// Ends with the code of the first gate that is not met, the gravest first.
    private func gate(_ report: Report, rulesAreValid: Bool) throws(Ending) {
        guard rulesAreValid else { throw Ending(code: .rulesInvalid) }
        guard report.counts[.pass, default: 0] + report.counts[.fail, default: 0] > 0 else {
            throw Ending(code: .coverageTooLow, message: "guaita: nothing could be evaluated")
        }
        if let minCoverage, report.coverageTenths ?? 0 < minCoverage * 10 { throw Ending(code: .coverageTooLow) }
        if let failOn, report.findings.contains(where: { $0.severity >= failOn && $0.waiver == nil }) {
            throw Ending(code: .gateNotMet)
        }
    }
}

extension Severity: ExpressibleByArgument {}
extension Language: ExpressibleByArgument {}
