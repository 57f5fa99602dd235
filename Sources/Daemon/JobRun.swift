// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Jobs
import Model
import Wire

/// One job, from its first worker to its last: answers what the worker asks for, and gives the job to another one when
/// it dies, hangs or outgrows its memory. What it was at is then left alone and told (`Casualty`).
final class JobRun {
    /// How it ended.
    enum Outcome {
        /// With a result, and what the worker wrote.
        case done(JobResult, [FileLabel: OpenFile])
        /// Without one, in words for a person.
        case failed(String)
    }

    /// How it ended; nil while it goes on.
    private(set) var outcome: Outcome?
    /// What workers died of, in this job and in those it follows.
    private(set) var casualties: [Casualty]
    /// How many workers died.
    private(set) var deaths = 0
    /// What its sandbox could do; nil until a worker says so.
    private(set) var sandbox: SandboxReport?
    /// Processor time of its workers, in milliseconds.
    private(set) var processorTime: Int64 = 0

    private let job: Job
    private let files: [FileLabel: OpenFile]
    private let outputs: [FileLabel]
    private let service: FileService
    private let memory: Int64
    private let patience: Int64

    private var worker: WorkerProcess?
    private var written: [FileLabel: OpenFile] = [:]
    private var result: JobResult?
    private var step = Step.own
    private var path: String?
    private var lastSign: Int64 = 0
    private var started: Int64
    private var ending: Casualty.Ending?
    /// The worker closed its end; a closed channel would wake the loop without end.
    private var isClosed = false

    /// A host on which more inputs than this kill workers is looked at again at the next full scan.
    static let deathLimit = 12
    /// Milliseconds after which even a worker that shows signs of life is ended.
    static let longest: Int64 = 900_000

    /// Starts a job. `patience` is milliseconds without a sign of life, `memory` the most bytes of its own.
    init(
        _ job: Job, files: [FileLabel: OpenFile], outputs: [FileLabel], service: FileService, memory: Int64,
        patience: Int64, now: Int64
    ) {
        self.job = job
        self.files = files
        self.outputs = outputs
        self.service = service
        self.memory = memory
        self.patience = patience
        started = now
        if case .scan(let order) = job { casualties = order.casualties } else { casualties = [] }
        start(now)
    }

    /// The descriptor to wait for.
    var descriptor: Int32? { isClosed ? nil : worker?.channel.raw }

    /// When something must have happened.
    var deadline: Int64 { min(lastSign + patience, started + Self.longest) }

    // MARK: A worker

    private func start(_ now: Int64) {
        step = .own
        path = nil
        result = nil
        ending = nil
        isClosed = false
        started = now
        lastSign = now
        service.refuse(casualties)
        do {
            written = [:]
            for label in outputs { written[label] = try OpenFile.memory(named: "guaita-\(label.rawValue)") }
            let worker = try WorkerProcess(memory: memory)
            for (label, file) in files.merging(written, uniquingKeysWith: { $1 }).sorted(by: {
                $0.key.rawValue < $1.key.rawValue
            }) {
                try worker.channel.send(BrokerMessage.file(label).packet, passing: file, waits: false)
            }
            try worker.channel.send(BrokerMessage.job(order).packet, waits: false)
            self.worker = worker
        } catch {
            outcome = .failed("no worker can be started: \(error)")
        }
    }

    private var order: Job {
        guard case .scan(var order) = job else { return job }
        order.casualties = casualties
        return .scan(order)
    }

    /// Takes what the worker has sent.
    func readable(now: Int64, packets: Int = 256) {
        guard let worker, !isClosed else { return }
        do {
            // Not for ever: the loop has others to hear.
            for _ in 0..<packets {
                guard let packet = try worker.channel.receive(waits: false) else { return isClosed = true }
                lastSign = now
                try take(packet, from: worker)
            }
        } catch ChannelError.wouldBlock {
            return
        } catch {
            // Whoever talks nonsense or does not read is no worker any more. How it ended is known when it is reaped.
            worker.end()
        }
    }

    private func take(_ packet: Channel.Packet, from worker: WorkerProcess) throws {
        switch try WorkerMessage(packet: packet.bytes) {
        case .ready(let report): sandbox = report
        case .step(let next):
            step = next
            path = nil
        case .host(let bytes):
            let (opened, reply) = try service.answer(bytes, step: step)
            if let opened { path = opened }
            try worker.channel.send(reply, waits: false)
        case .result(let result):
            self.result = result
        }
    }

    /// A process ended; it may be this one.
    func childEnded(now: Int64) {
        guard let worker, let end = worker.reap() else { return }
        readable(now: now, packets: .max)
        self.worker = nil
        processorTime += end.processorTime
        if let result, end.signal == 0, end.status == 0 {
            seal(result)
        } else {
            died(ending ?? (end.signal == 9 || end.peakMemory > memory / 2 ? .outgrew : .crashed), now)
        }
    }

    private func seal(_ result: JobResult) {
        do throws(HostError) {
            for file in written.values { try file.seal() }
            outcome = .done(result, written)
        } catch {
            outcome = .failed("what the worker wrote cannot be sealed: \(error.description)")
        }
    }

    /// Ends a worker that gives no sign of life.
    func checkPatience(now: Int64) {
        guard let worker, now >= deadline else { return }
        ending = .hung
        worker.end()
    }

    private func died(_ ending: Casualty.Ending, _ now: Int64) {
        deaths += 1
        let subject: Casualty.Subject? =
            switch (path, step) {
            case (let path?, .facts), (let path?, .logs): .path(path)
            case (_, .facts(let root)): .facts(root)
            case (_, .logs): .logs
            case (_, .rule(let id)): .rule(id)
            case (_, .own): nil
            }
        let known = Set(casualties.map(\.subject))
        // Where leaving the file alone did not help, the collector as a whole is left alone.
        let blamed = subject.map { known.contains($0) ? step.subject ?? $0 : $0 }
        if let blamed, !known.contains(blamed) { casualties.append(Casualty(blamed, ending)) }
        guard deaths < Self.deathLimit, blamed != nil || deaths < 3 else {
            outcome = .failed("\(deaths) workers died; the last one \(ending.rawValue)")
            return
        }
        start(now)
    }
}

extension Step {
    /// What to leave alone when it is this step that kills.
    fileprivate var subject: Casualty.Subject? {
        switch self {
        case .facts(let root): .facts(root)
        case .logs: .logs
        case .rule(let id): .rule(id)
        case .own: nil
        }
    }
}
