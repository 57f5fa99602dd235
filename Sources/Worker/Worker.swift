// SPDX-License-Identifier: GPL-3.0-or-later

public import Host
import Jobs
import Model
public import Sandbox
import Wire

/// The process that parses and evaluates. It lowers itself before anything else, then does the one job its broker
/// gives it: every byte of the host comes as an open file from there, every result goes back into files it was given.
public struct Worker {
    private let channel: Channel
    /// guaita's version, as reports name it.
    let version: String
    private var files: [FileLabel: OpenFile] = [:]

    /// A worker at its end of the channel. `version` is guaita's own.
    public init(_ channel: Channel, version: String) {
        self.channel = channel
        self.version = version
    }

    /// Gives up every right, then serves. The process must not have started a thread.
    public static func run(_ channel: Channel, version: String, limits: Sandbox.Limits) throws(WorkerFailure) {
        let report = Sandbox.lower(limits, socket: channel.raw)
        var worker = Worker(channel, version: version)
        try worker.send(.ready(report))
        try worker.serve()
    }

    /// Receives a job and its files, does it and says how it ended. Ends early where the broker is gone.
    public mutating func serve() throws(WorkerFailure) {
        while let packet = try receive() {
            let message: BrokerMessage
            do throws(WireError) {
                message = try BrokerMessage(packet: packet.bytes)
            } catch {
                throw WorkerFailure("the broker says what is no message")
            }
            switch message {
            case .file(let label): files[label] = packet.file
            case .job(let job):
                try send(.result(perform(job)))
                return
            case .host: throw WorkerFailure("the broker answers what was not asked")
            }
        }
    }

    private func perform(_ job: Job) -> JobResult {
        do throws(WorkerFailure) {
            switch job {
            case .loadRules(let order): return .rules(try loadRules(order))
            case .scan(let order):
                try scan(order)
                return .scanned
            case .journalPosition(let scan): return .journalPosition(try journalPosition(scan))
            }
        } catch {
            return .failed(error.description.clipped(to: 4096))
        }
    }

    // MARK: The channel

    private func receive() throws(WorkerFailure) -> Channel.Packet? {
        do throws(ChannelError) {
            return try channel.receive()
        } catch {
            throw WorkerFailure("cannot receive from the broker: \(error.description)")
        }
    }

    private func send(_ message: WorkerMessage) throws(WorkerFailure) {
        do throws(ChannelError) {
            try channel.send(message.packet)
        } catch {
            throw WorkerFailure("cannot send to the broker: \(error.description)")
        }
    }

    /// Tells the broker what begins. A broker that is gone is met at the next question.
    func begin(_ step: Step) { try? channel.send(WorkerMessage.step(step).packet) }

    /// One of the broker's two machines.
    func host(_ space: HostRequest.Space) throws(WorkerFailure) -> BrokeredHost {
        do throws(HostError) {
            return try BrokeredHost(channel, space: space)
        } catch {
            throw WorkerFailure(error.description)
        }
    }

    // MARK: Files of the job

    /// The content of a file that came with the job.
    func content(of label: FileLabel, limit: Int) throws(WorkerFailure) -> [UInt8] {
        do throws(HostError) {
            return try file(label).readAll(limit: limit)
        } catch {
            throw WorkerFailure("cannot read \(label.rawValue): \(error.description)")
        }
    }

    /// Fills a file that came with the job.
    func write(_ bytes: [UInt8], to label: FileLabel) throws(WorkerFailure) {
        do throws(HostError) {
            try file(label).write(bytes)
        } catch {
            throw WorkerFailure("cannot write \(label.rawValue): \(error.description)")
        }
    }

    /// Whether a file came with the job.
    func has(_ label: FileLabel) -> Bool { files[label] != nil }

    private func file(_ label: FileLabel) throws(HostError) -> OpenFile {
        guard let file = files[label] else { throw .unavailable("it did not come with the job") }
        return file
    }
}

/// Why a worker cannot do its job, in words.
public struct WorkerFailure: Error, Sendable, Hashable {
    /// What happened.
    public let description: String

    init(_ description: String) { self.description = description }
}
