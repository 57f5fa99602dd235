// SPDX-License-Identifier: GPL-3.0-or-later

public import Wire

/// What a `FileBroker` answers.
public enum HostReply: Sendable, Hashable {
    case failed(HostError)
    case description(String, isLive: Bool)
    /// The file comes with the packet.
    case opened
    case entries([DirectoryEntry])
    /// Owner and group are numbers: their names are in files, and the broker reads none.
    case status(FileStatus)
    case target(String)
    case usage(FilesystemUsage)

    /// The most bytes of a reply: a directory of as many names as are listed, each as long as can be.
    static let bodyBytes = HostLimits.directoryEntries * 1024

    /// The bytes of a packet, of whatever size: tag, 0, the reply.
    var bytes: [UInt8] {
        var writer = WireWriter()
        writer.write(HostRequest.tag)
        writer.write(false)
        encode(&writer)
        return writer.bytes
    }

    /// As a packet, `opened` with its file. What does not fit into a packet is in a sealed file that goes with it (tag,
    /// 1), so that every request has one packet as its answer and the broker never waits to send the next.
    public func packet(_ file: OpenFile? = nil) throws(HostError) -> Channel.Packet {
        let bytes = bytes
        if bytes.count <= Channel.packetBytes { return Channel.Packet(bytes: bytes, file: file) }
        let body = try OpenFile.memory(named: "guaita-reply")
        try body.write(Array(bytes.dropFirst(2)))
        try body.seal()
        return Channel.Packet(bytes: [HostRequest.tag, 1], file: body)
    }

    /// From a packet.
    public init(packet: Channel.Packet) throws(WireError) {
        var reader = WireReader(packet.bytes)
        guard try reader.byte() == HostRequest.tag else { throw .malformed }
        if try reader.bool() {
            try reader.end()
            do throws(HostError) {
                guard let file = packet.file else { throw .notFound }
                reader = WireReader(try file.readAll(limit: Self.bodyBytes))
            } catch {
                throw .malformed
            }
        }
        self = try Self.decode(&reader)
        try reader.end()
        if self == .opened, packet.file == nil { throw .malformed }
    }

    private func encode(_ writer: inout WireWriter) {
        switch self {
        case .failed(let error):
            writer.write(UInt8(0))
            error.encode(&writer)
        case .description(let text, let isLive):
            writer.write(UInt8(1))
            writer.write(text)
            writer.write(isLive)
        case .opened: writer.write(UInt8(2))
        case .entries(let entries):
            writer.write(UInt8(3))
            writer.write(entries) { writer, entry in
                writer.write(entry.name)
                writer.write(entry.kind) { $0.write($1.rawValue) }
                writer.write(entry.target) { $0.write($1) }
            }
        case .status(let status):
            writer.write(UInt8(4))
            status.encode(&writer)
        case .target(let target):
            writer.write(UInt8(5))
            writer.write(target)
        case .usage(let usage):
            writer.write(UInt8(6))
            for number in [usage.bytes, usage.bytesAvailable, usage.inodes, usage.inodesAvailable] {
                writer.write(number)
            }
        }
    }

    private static func decode(_ reader: inout WireReader) throws(WireError) -> HostReply {
        switch try reader.byte() {
        case 0: return .failed(try HostError(&reader))
        case 1: return .description(try reader.string(), isLive: try reader.bool())
        case 2: return .opened
        case 3:
            return .entries(
                try reader.array { (reader) throws(WireError) in
                    DirectoryEntry(
                        name: try reader.string(),
                        kind: try reader.optional { (reader) throws(WireError) in
                            try reader.alternative(FileKind.self)
                        },
                        target: try reader.optional { (reader) throws(WireError) in try reader.string() })
                })
        case 4: return .status(try FileStatus(&reader))
        case 5: return .target(try reader.string())
        case 6:
            return .usage(
                FilesystemUsage(
                    bytes: try reader.int64(), bytesAvailable: try reader.int64(), inodes: try reader.int64(),
                    inodesAvailable: try reader.int64()))
        default: throw .malformed
        }
    }
}
