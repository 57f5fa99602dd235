// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
public import Host
import Jobs
import Journal
import Model
import Wire

/// The daemon: one thread and one loop. It keeps the schedule, watches, opens files for its workers, and tells what they
/// found. It reads no foreign byte itself.
public final class Broker {
    /// Where things are.
    public struct Places: Sendable {
        /// guaita.yaml(5).
        public var settings: String
        /// The audited host's root; nil is this machine.
        public var root: String?
        /// For state and report (systemd's StateDirectory=).
        public var state: String
        /// For what is gone with the boot (RuntimeDirectory=).
        public var run: String

        /// The report.
        var report: String { state + "/report.json" }

        /// Where things are.
        public init(settings: String, root: String?, state: String, run: String) {
            self.settings = settings
            self.root = root
            self.state = state
            self.run = run
        }
    }

    private let places: Places
    private let lock: StateLock
    private let signals: Signals
    private let service: FileService
    private let watches: Watches?
    private let publisher: Publisher
    private var settings: Settings
    private var schedule: Schedule
    private var clock: ClockWatch
    /// When systemd is to hear that the loop turns, and how often; never where it does not ask.
    private var watchdogDue = Int64.max
    private let watchdogInterval: Int64

    private var run: JobRun?
    private var work = Work.position
    /// The rules in force; nil until the first were loaded.
    private var bundle: OpenFile?
    /// What the last scan left for the next.
    private var memory: OpenFile?
    /// What workers died of since the last full scan began.
    private var casualties: [Casualty] = []
    /// What is wrong with rules and settings that are not in force.
    private var rejected: [Report.Problem] = []
    private var isReloadWanted = false
    private var isReloading = false
    private var isStopping = false
    private var status: Int32 = 0
    private var sandbox: SandboxReport?
    private var refusedWatches = 0

    /// What the job that runs is for.
    private enum Work {
        case rules(Settings)
        case position
        case full
        case changed
    }

    /// Why a daemon cannot begin.
    public struct Failure: Error, Sendable {
        /// The directory it is about.
        public let path: String
        /// What is wrong with it.
        public let error: HostError
    }

    /// A daemon with settings that were found valid. Throws where the host's root cannot be opened, or the state
    /// directory is missing or another daemon's.
    public convenience init(_ settings: Settings, places: Places, version: String) throws(Failure) {
        let lock: StateLock
        do throws(HostError) { lock = try StateLock(places.state) } catch {
            throw Failure(path: places.state, error: error)
        }
        do throws(HostError) {
            try self.init(settings, places, version, lock)
        } catch {
            throw Failure(path: places.root ?? "/", error: error)
        }
    }

    private init(_ settings: Settings, _ places: Places, _ version: String, _ lock: StateLock) throws(HostError) {
        guard let signals = Signals() else { throw .unavailable("signals cannot be taken by descriptor") }
        let service = try FileService(root: places.root)
        let now = Clock.boot
        self.settings = settings
        self.places = places
        self.lock = lock
        self.signals = signals
        self.service = service
        watches = Watches(unwatched: Interests.unwatched + [places.state, places.run]) { service.directory($0) }
        publisher = Publisher(settings, places: places, version: version)
        schedule = Schedule(settings, now: now)
        clock = ClockWatch(boot: now, wall: Clock.wall)
        watchdogInterval = (ServiceManager.watchdogMilliseconds ?? .max) / 3
        if watchdogInterval < .max / 3 { watchdogDue = now }
        service.onQuestion = { [weak self] path, isList, collector in
            guard let self, self.settings.watch else { return }
            self.watches?.note(path, isList: isList, by: collector)
        }
    }

    /// Runs until it is told to end. The answer is the exit status.
    public func start() -> Int32 {
        ServiceManager.tell(.status("loading rules"))
        beginRules(settings)
        while !isStopping {
            let now = Clock.boot
            care(now)
            wait(until: due, now: now)
        }
        // What was found is saved since it was found; a job that is not finished is done again after the next start.
        ServiceManager.tell(.stopping, .status("ending"))
        run = nil
        return status
    }

    // MARK: The loop

    /// When something must be done even if nothing happens.
    private var due: Int64 {
        let next = run?.deadline ?? (bundle == nil ? .max : schedule.due)
        return min(watchdogDue, publisher.due, next)
    }

    private func wait(until due: Int64, now: Int64) {
        // A negative descriptor is left out (poll(2)).
        var descriptors = [signals.raw, watches?.raw ?? -1, run?.descriptor ?? -1]
            .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // The array is filled by the call and outlives it.
        let timeout = due == .max ? -1 : Int32(clamping: max(0, due - now))
        guard !isStopping, unsafe poll(&descriptors, nfds_t(descriptors.count), timeout) > 0 else { return }
        let after = Clock.boot
        if descriptors[2].revents != 0 { run?.readable(now: after) }
        if descriptors[1].revents != 0 { noteChanges(after) }
        if descriptors[0].revents != 0 { while let signal = signals.next() { take(signal, after) } }
    }

    /// Does what is due.
    private func care(_ now: Int64) {
        if now >= watchdogDue {
            // The loop turns, and no worker is without a sign of life for longer than it may: that is all there is to
            // progress.
            ServiceManager.tell(.watchdog)
            watchdogDue = now + watchdogInterval
        }
        if let jump = clock.jump(boot: now, wall: Clock.wall) { clockWasSet(by: jump, now) }
        run?.checkPatience(now: now)
        if let outcome = run?.outcome { finish(outcome, now) }
        publisher.care(now)
        guard run == nil, !isStopping else { return }
        if isReloadWanted {
            reload()
        } else if bundle != nil {
            if let scan = publisher.awaited {
                begin(.position, .journalPosition(scan: scan))
            } else if let look = schedule.take(now: now, chance: { Int64.random(in: 0...max(0, $0)) }) {
                begin(look, now)
            }
        }
    }

    private func take(_ signal: Signals.Signal, _ now: Int64) {
        switch signal {
        case .child: run?.childEnded(now: now)
        case .hangup: isReloadWanted = true
        case .interrupt, .terminate: isStopping = true
        }
    }

    private func noteChanges(_ now: Int64) {
        if let changed = watches?.changed() {
            schedule.note(changed, now: now)
        } else {
            // The kernel's queue ran over: anything may have changed.
            schedule.wantFull(now: now)
        }
    }

    private func clockWasSet(by jump: Int64, _ now: Int64) {
        let span = "\(abs(jump) / 1000) s \(jump < 0 ? "back" : "forward")"
        publisher.tell(.clockChanged, priority: 5, "the clock was set \(span)", [.init(.evidence, span)])
        schedule.wantFull(now: now)
    }

    // MARK: Jobs

    private func begin(
        _ work: Work, _ job: Job, files: [FileLabel: OpenFile] = [:], outputs: [FileLabel] = []
    ) {
        self.work = work
        run = JobRun(
            job, files: files, outputs: outputs, service: service, memory: settings.workerMemory,
            patience: settings.workerPatience * 1000, now: Clock.boot)
    }

    private func beginRules(_ settings: Settings) {
        let order = Job.LoadRules(
            paths: settings.rules, mayBeMissing: settings.rules == Settings.defaultRules, only: settings.only)
        begin(.rules(settings), .loadRules(order), outputs: [.bundle])
    }

    private func begin(_ look: Schedule.Look, _ now: Int64) {
        var files: [FileLabel: OpenFile] = [:]
        files[.bundle] = bundle
        var order = Job.ScanOrder(
            now: Clock.now, waivers: settings.waivers, rejected: rejected)
        if case .changed(let collectors) = look, let memory {
            watches?.revive(collectors)
            files[.memory] = memory
            order.changed = collectors
            order.casualties = casualties
            begin(.changed, .scan(order), files: files, outputs: [.result, .nextMemory])
        } else {
            watches?.begin()
            casualties = []
            publisher.isScanning()
            begin(.full, .scan(order), files: files, outputs: [.result, .nextMemory])
        }
    }

    private func finish(_ outcome: JobRun.Outcome, _ now: Int64) {
        guard let run else { return }
        self.run = nil
        tellSandbox(run.sandbox)
        tellDeaths(run)
        switch (work, outcome) {
        case (.rules(let settings), .done(.rules(let rules), let files)):
            finishRules(rules, files[.bundle], settings, now)
        case (.rules, _): rulesFailed(outcome.reason)
        case (.position, .done(.journalPosition(let position), _)):
            publisher.resume(position.map { .upTo($0) } ?? .none)
        case (.position, _): publisher.resume(.unknown(outcome.reason))
        case (.full, _): finishScan(outcome, run, isFull: true, now)
        case (.changed, _): finishScan(outcome, run, isFull: false, now)
        }
    }

    // MARK: Scans

    private func finishScan(_ outcome: JobRun.Outcome, _ run: JobRun, isFull: Bool, _ now: Int64) {
        casualties = run.casualties
        memory = nil
        do throws(Publisher.Unusable) {
            guard case .done(.scanned, let files) = outcome, let result = files[.result] else {
                throw Publisher.Unusable(reason: outcome.reason)
            }
            try publisher.publish(result, isFull: isFull, next: schedule.nextFull - now)
            memory = files[.nextMemory]
            if isFull { watches?.end() }
            tellWatches()
        } catch {
            watches?.cancel()
            publisher.scanFailed(error.reason)
            // What changed is still to be seen. A full scan that came to nothing is made again when the next is due.
            if !isFull { schedule.wantFull(now: now) }
        }
    }

    private func tellSandbox(_ report: SandboxReport?) {
        guard let report, report != sandbox else { return }
        sandbox = report
        let missing = report.missing.map { "\($0.name): \($0.whyNot ?? "")" }
        publisher.note(sandbox: missing)
        guard !missing.isEmpty else { return }
        let text = missing.joined(separator: "; ")
        publisher.tell(
            .sandboxDegraded, priority: 5, "part of the workers' sandbox is not in force: \(text)",
            [.init(.evidence, text)])
    }

    private func tellDeaths(_ run: JobRun) {
        guard run.deaths > 0 else { return }
        let new = run.casualties.filter { !casualties.contains($0) }
        let text = new.isEmpty ? "it was at nothing in particular" : new.map(\.text).joined(separator: "; ")
        let count = run.deaths == 1 ? "a worker" : "\(run.deaths) workers"
        publisher.note(deaths: run.deaths, casualties: run.casualties)
        publisher.tell(
            .workerRestarted, priority: 4, "\(count) died and was replaced: \(text)", [.init(.evidence, text)])
    }

    private func tellWatches() {
        guard let watches else { return }
        publisher.note(watches: watches.count, refused: watches.refused)
        guard watches.refused > 0, refusedWatches == 0 else { return }
        refusedWatches = watches.refused
        let text = "\(watches.refused) directories cannot be watched; what changes there is found at the next full scan"
        publisher.tell(.watchesRefused, priority: 5, text, [.init(.evidence, text)])
    }

    // MARK: Rules and settings

    private func finishRules(
        _ rules: JobResult.LoadedRules, _ file: OpenFile?, _ settings: Settings, _ now: Int64
    ) {
        let isFirst = bundle == nil
        let isSwapped = isFirst || rules.rejectedCount == 0
        if isSwapped {
            bundle = file
            memory = nil
            self.settings = settings
            schedule = Schedule(settings, now: now)
            publisher.adopt(settings)
        }
        // Those of the set in force are in its bundle.
        reject(isSwapped ? [] : rules.rejected, now)
        publisher.rulesLoaded(rules, areInForce: isSwapped)
        endReload(isFirst: isFirst)
    }

    private func rulesFailed(_ reason: String) {
        publisher.rulesFailed(reason, oldSetStays: bundle != nil)
        if bundle == nil {
            // Without rules there is nothing to watch for; systemd tries again, and gives up loudly.
            status = 5
            isStopping = true
        } else {
            endReload(isFirst: false)
        }
    }

    /// All or nothing: settings and rules are swapped when all of them are valid.
    private func reload() {
        isReloadWanted = false
        isReloading = true
        ServiceManager.tell(
            .reloading(monotonicMicroseconds: Clock.monotonicMicroseconds), .status("reloading settings and rules"))
        let reading = Settings.read(path: places.settings)
        if reading.isValid {
            beginRules(reading.settings)
        } else {
            let problems = reading.problems.filter(\.isError)
            publisher.settingsRejected(problems)
            reject(problems.map { Report.Problem(origin: $0.origin, message: $0.message) }, Clock.boot)
            endReload(isFirst: false)
        }
    }

    /// What a reload did not put in force is told by the next report too, until another reload does.
    private func reject(_ problems: [Report.Problem], _ now: Int64) {
        let problems = Array(problems.prefix(Job.ScanOrder.rejectedLimit))
        guard problems != rejected else { return }
        rejected = problems
        schedule.wantFull(now: now)
    }

    private func endReload(isFirst: Bool) {
        if isFirst || isReloading { ServiceManager.tell(.ready, .status(publisher.statusLine)) }
        isReloading = false
    }
}

extension JobRun.Outcome {
    /// Why there is no result, in words.
    fileprivate var reason: String {
        switch self {
        case .failed(let reason), .done(.failed(let reason), _): reason
        case .done: "the worker answered another question"
        }
    }
}

extension Schedule {
    /// As the settings have it.
    init(_ settings: Settings, now: Int64) {
        self.init(
            now: now, interval: settings.interval * 1000, jitter: settings.jitter * 1000, settle: settings.settle * 1000
        )
    }
}
