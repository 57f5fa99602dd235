// SPDX-License-Identifier: GPL-3.0-or-later

public import Wire

/// What a worker asks of a `FileBroker`; exactly one `HostReply` answers it.
public struct HostRequest: Sendable, Hashable {
    /// Whose files.
    public enum Space: UInt8, Sendable, Hashable, CaseIterable {
        /// The audited host's.
        case host = 0
        /// The machine's that guaita runs on: rules, waivers, time zones.
        case own = 1
    }

    /// As the requirements of `Host`, but for what the worker does itself: read, and look up names.
    public enum Operation: Sendable, Hashable {
        /// `description` and `isLive`.
        case describe
        /// A regular file to be read, of at most `limit` bytes; nil: of any size.
        case open(String, limit: Int64?)
        case list(String)
        case status(String, followLinks: Bool)
        case linkTarget(String)
        case usage(String)
    }

    /// The first byte of a packet that holds a request, and of one that holds a reply.
    public static let tag: UInt8 = 1

    /// Whose files.
    public var space: Space
    /// What is asked.
    public var operation: Operation
    /// In whose name (`Host.asked(by:)`); empty: the collector's at work.
    public var subject: String

    /// A request.
    public init(_ space: Space, _ operation: Operation, subject: String = "") {
        self.space = space
        self.operation = operation
        self.subject = subject
    }

    /// The path it is about.
    public var path: String? {
        switch operation {
        case .describe: nil
        case .open(let path, _), .list(let path), .status(let path, _), .linkTarget(let path), .usage(let path): path
        }
    }

    /// As a packet.
    public var packet: [UInt8] {
        var writer = WireWriter()
        writer.write(Self.tag)
        writer.write(space.rawValue)
        switch operation {
        case .describe: writer.write(UInt8(0))
        case .open(let path, let limit):
            writer.write(UInt8(1))
            writer.write(path)
            writer.write(limit) { $0.write($1) }
        case .list(let path):
            writer.write(UInt8(2))
            writer.write(path)
        case .status(let path, let followLinks):
            writer.write(UInt8(3))
            writer.write(path)
            writer.write(followLinks)
        case .linkTarget(let path):
            writer.write(UInt8(4))
            writer.write(path)
        case .usage(let path):
            writer.write(UInt8(5))
            writer.write(path)
        }
        writer.write(subject)
        return writer.bytes
    }

    /// From a packet.
    public init(packet: [UInt8]) throws(WireError) {
        var reader = WireReader(packet)
        guard try reader.byte() == Self.tag, let space = Space(rawValue: try reader.byte()) else { throw .malformed }
        self.space = space
        switch try reader.byte() {
        case 0: operation = .describe
        case 1:
            operation = .open(
                try reader.string(), limit: try reader.optional { (reader) throws(WireError) in try reader.int64() })
        case 2: operation = .list(try reader.string())
        case 3: operation = .status(try reader.string(), followLinks: try reader.bool())
        case 4: operation = .linkTarget(try reader.string())
        case 5: operation = .usage(try reader.string())
        default: throw .malformed
        }
        subject = try reader.string()
        try reader.end()
    }
}
