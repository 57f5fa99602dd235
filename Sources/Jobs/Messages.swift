// SPDX-License-Identifier: GPL-3.0-or-later

public import Model
public import Wire

/// The first byte of every packet between broker and worker.
enum PacketTag {
    /// A `HostRequest` or a `HostReply`, whose own first byte this is.
    static let host: UInt8 = 1
    static let job: UInt8 = 2
    static let file: UInt8 = 3
    static let ready: UInt8 = 4
    static let step: UInt8 = 5
    static let result: UInt8 = 6
}

/// What a file that comes with a job is.
public enum FileLabel: String, Sendable, Hashable, CaseIterable, WireCodable {
    /// The rules (`RuleBundle`): written by loadRules, read by scan.
    case bundle
    /// What is kept of the last scan; read by scan.
    case memory
    /// A `ScanSummary` and the report, written by scan.
    case result
    /// What is to be kept of this scan; written by scan.
    case nextMemory
}

/// A packet from the broker to its worker. The files of a job come before the job.
public enum BrokerMessage: Sendable, Hashable {
    /// What to do.
    case job(Job)
    /// What the file in this packet is.
    case file(FileLabel)
    /// The bytes of a `HostReply`, tag and all.
    case host([UInt8])
}

/// A packet from a worker to its broker.
public enum WorkerMessage: Sendable, Hashable {
    /// The worker has lowered itself and waits for its job.
    case ready(SandboxReport)
    /// What it begins.
    case step(Step)
    /// The bytes of a `HostRequest`, tag and all.
    case host([UInt8])
    /// How the job ended; the worker's last packet.
    case result(JobResult)
}

extension BrokerMessage {
    /// The packet's bytes.
    public var packet: [UInt8] {
        switch self {
        case .job(let job): [PacketTag.job] + job.wire
        case .file(let label): [PacketTag.file] + label.wire
        case .host(let bytes): bytes
        }
    }

    /// What a packet says.
    public init(packet bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        switch try reader.byte() {
        case PacketTag.job: self = .job(try reader.next())
        case PacketTag.file: self = .file(try reader.next())
        case PacketTag.host:
            self = .host(bytes)
            return
        default: throw .malformed
        }
        try reader.end()
    }
}

extension WorkerMessage {
    /// The packet's bytes.
    public var packet: [UInt8] {
        switch self {
        case .ready(let report): [PacketTag.ready] + report.wire
        case .step(let step): [PacketTag.step] + step.wire
        case .host(let bytes): bytes
        case .result(let result): [PacketTag.result] + result.wire
        }
    }

    /// What a packet says.
    public init(packet bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        switch try reader.byte() {
        case PacketTag.ready: self = .ready(try reader.next())
        case PacketTag.step: self = .step(try reader.next())
        case PacketTag.result: self = .result(try reader.next())
        case PacketTag.host:
            self = .host(bytes)
            return
        default: throw .malformed
        }
        try reader.end()
    }
}
