// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Host
import Jobs
import Journal
import Model
import Wire

/// Everything the daemon says: the report file, the journal (through `Chronicle`), and what it is about, in one line for
/// systemd and in a file for `guaita status`.
final class Publisher {
    private var chronicle: Chronicle
    private let places: Broker.Places
    private var retry: Int64 = .max
    private var status: DaemonStatus
    private var isReportRefused = false
    private var isStatusRefused = false
    private var hasScanned = false

    /// Milliseconds between two attempts at a journal that does not take what there is to tell.
    private static let retryAfter: Int64 = 10_000
    /// The largest result of a worker that is read: 256 MiB.
    private static let resultLimit = 256 << 20

    init(_ settings: Settings, places: Broker.Places, version: String) {
        self.places = places
        let pid = Int(getpid())
        let own = try? LiveHost()
        status = DaemonStatus(
            version: version, pid: pid, processStart: own.flatMap { StatusFile.processStart(of: pid, on: $0) },
            started: Clock.now)
        status.sandboxHides = Sight.hidden
        chronicle = Chronicle(
            file: StateFile(path: places.state + "/state"), sink: JournalWriter(),
            entries: ChangeEntries(limit: settings.journalLimit, report: places.report),
            heartbeat: settings.heartbeat, complain: Complaint.say)
    }

    // MARK: The journal

    /// The scan whose place in the journal a worker must find out before anything else is told.
    var awaited: String? { chronicle.awaited }

    /// Takes up where the process before ended.
    func resume(_ position: ChangeJournal.Position) { chronicle.resume(position) }

    /// When a journal that refused is to be tried again.
    var due: Int64 { chronicle.journal.pending > 0 && chronicle.awaited == nil ? retry : .max }

    /// Tries it again.
    func care(_ now: Int64) {
        guard chronicle.journal.pending > 0, chronicle.awaited == nil else { return retry = .max }
        if retry == .max { return retry = now + Self.retryAfter }
        guard now >= retry else { return }
        chronicle.flush()
        retry = now + Self.retryAfter
        writeStatus()
    }

    /// Says something about the daemon itself.
    func tell(_ message: JournalMessage, priority: Int, _ text: String, _ fields: [JournalField] = []) {
        chronicle.tell(message, priority: priority, text, fields)
    }

    // MARK: Scans

    /// Why the result of a scan is of no use.
    struct Unusable: Error { let reason: String }

    /// A full scan begins.
    func isScanning() {
        status.activity = .scanning
        ServiceManager.tell(.status("scanning"))
        writeStatus()
    }

    /// Publishes what a scan found: the report as a file, what changed in the journal. The next full scan is `next`
    /// milliseconds away.
    func publish(_ file: OpenFile, isFull: Bool, next: Int64) throws(Unusable) {
        let result: ScanResult
        do {
            result = try ScanResult(wire: try file.readAll(limit: Self.resultLimit))
        } catch {
            throw Unusable(reason: "what the worker wrote cannot be read: \(error)")
        }
        save(result.report)
        let summary = result.summary
        let occasion: Chronicle.Occasion = !hasScanned ? .start : isFull ? .full : .look
        hasScanned = true
        _ = chronicle.record(summary, scanID: Self.scanID(summary.moment), occasion: occasion)
        status.take(chronicle.book)
        status.take(summary)
        if isFull { status.lastScan = summary.moment } else { status.lastLook = summary.moment }
        status.nextScan = Timestamp(seconds: (Clock.wall + next) / 1000)
        status.activity = .watching
        writeStatus()
    }

    /// A scan came to nothing. What was known stays, and is told to be old.
    func scanFailed(_ reason: String) {
        status.activity = .watching
        tell(.scanFailed, priority: 3, "the scan came to nothing: \(reason)", [.init(.evidence, reason)])
        writeStatus()
    }

    /// Unlike any other scan's, even where the clock is set back.
    private static func scanID(_ moment: Timestamp) -> String {
        let chance = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        return "\(moment)-\(String(repeating: "0", count: 8 - chance.utf8.count))\(chance)"
    }

    private func save(_ report: [UInt8]) {
        do throws(HostError) {
            try OutputFile.write(report, to: places.report, permissions: FileMode(bits: 0o640))
            isReportRefused = false
        } catch {
            guard !isReportRefused else { return }
            isReportRefused = true
            let reason = "\(places.report): \(error.description)"
            Complaint.say("the report cannot be saved: \(reason)")
            tell(.reportNotSaved, priority: 4, "the report cannot be saved: \(reason)", [.init(.evidence, reason)])
        }
    }

    // MARK: Rules and settings

    /// From now on these settings are in force.
    func adopt(_ settings: Settings) {
        chronicle.adopt(
            ChangeEntries(limit: settings.journalLimit, report: places.report), heartbeat: settings.heartbeat)
    }

    /// Rules were loaded; with `areInForce` false they were not all valid, and the old set stays.
    func rulesLoaded(_ rules: JobResult.LoadedRules, areInForce: Bool) {
        let problems = rules.rejected.map { "\($0.origin.description): \($0.message)" }
        status.rejectedRules = rules.rejectedCount
        status.ruleProblems = problems
        if areInForce { status.rules = rules.ruleSet.count }
        let pack = JournalField(.pack, "\(rules.ruleSet.count) rules@\(rules.ruleSet.sha256.prefix(12))")
        if areInForce {
            tell(.rulesLoaded, priority: 6, "\(rules.ruleSet.count) rules loaded", [pack])
        }
        if rules.rejectedCount > 0 {
            let stays = areInForce ? "the others are in force" : "the old rules stay in force"
            let first = problems.first.map { ": \($0)" } ?? ""
            let count = rules.rejectedCount == 1 ? "1 problem" : "\(rules.rejectedCount) problems"
            tell(
                .rulesRejected, priority: 4, "\(count) in the rule files, \(stays)\(first)",
                [pack, .init(.evidence, problems.joined(separator: "\n"))])
        }
        writeStatus()
    }

    /// The rule files could not be read at all.
    func rulesFailed(_ reason: String, oldSetStays: Bool) {
        let what = oldSetStays ? "the old rules stay in force" : "there are no rules"
        tell(.rulesRejected, priority: 3, "\(what): \(reason)", [.init(.evidence, reason)])
        if !oldSetStays { Complaint.say("\(what): \(reason)") }
    }

    /// guaita.yaml has errors; what was in force stays.
    func settingsRejected(_ problems: [SettingsProblem]) {
        let texts = problems.map { "\($0.origin.description): \($0.message)" }
        tell(
            .settingsRejected, priority: 4,
            "the settings have errors, the old ones and the old rules stay in force: \(texts.first ?? "")",
            [.init(.evidence, texts.joined(separator: "\n"))])
    }

    // MARK: The daemon itself

    /// What of the workers' sandbox is not in force.
    func note(sandbox missing: [String]) { status.sandboxMissing = missing }

    /// How many workers died, and of what.
    func note(deaths: Int, casualties: [Casualty]) {
        let (count, overflow) = status.workerRestarts.addingReportingOverflow(deaths)
        status.workerRestarts = overflow ? .max : count
        status.casualties = casualties.map(\.anonymous)
    }

    /// How much is watched.
    func note(watches: Int, refused: Int) {
        status.watches = watches
        status.watchesRefused = refused
    }

    /// One line for `systemctl status`.
    var statusLine: String {
        let scores = Posture.allCases.compactMap { posture in
            status.scores[posture].map { "\(posture.rawValue) \($0.lowTenths / 10)" }
        }
        guard !scores.isEmpty else { return "\(status.rules) rules loaded, first scan begins" }
        let rejected = status.rejectedRules > 0 ? ", \(status.rejectedRules) problems in rule files" : ""
        return
            "watching: \(scores.joined(separator: ", ")), \(status.open.values.reduce(0, +)) findings open\(rejected)"
    }

    /// Replaces the status file and systemd's line.
    func writeStatus() {
        status.journalPending = chronicle.journal.pending
        status.written = Clock.now
        if status.activity == .watching { ServiceManager.tell(.status(statusLine)) }
        do throws(HostError) {
            try StatusFile.write(status, to: places.run + "/status.json")
            isStatusRefused = false
        } catch {
            if !isStatusRefused { Complaint.say("the status cannot be written: \(places.run): \(error.description)") }
            isStatusRefused = true
        }
    }
}

extension Casualty {
    /// In words, for the journal.
    var text: String {
        switch subject {
        case .path(let path): "\(ending.rawValue) while reading \(path)"
        case .facts(let root): "\(ending.rawValue) while collecting \(root)"
        case .logs: "\(ending.rawValue) while reading logs"
        case .rule(let id): "\(ending.rawValue) while judging \(id)"
        }
    }

    /// In words, without what the host's files are called: for everybody on the machine.
    var anonymous: String {
        if case .path = subject { "\(ending.rawValue) while reading a file" } else { text }
    }
}

/// Standard error, where systemd's journal or a terminal listens.
enum Complaint {
    @Sendable static func say(_ text: String) {
        let bytes = Array("guaita: \(text)\n".utf8)
        // The buffer is alive for the call. Nobody is there to be told that it failed.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
