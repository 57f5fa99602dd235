// SPDX-License-Identifier: GPL-3.0-or-later

internal import Wire

/// A host whose files a `FileBroker` in another process hands over: for a worker that has no filesystem.
public struct BrokeredHost: Host, FileSource {
    private let channel: Channel
    private let space: HostRequest.Space
    private var subject = ""
    let names = AccountNames()

    /// What the broker says its host is.
    public let description: String
    /// What the broker says its host is.
    public let isLive: Bool

    /// The host of a space of the broker at the other end. Throws where it does not answer.
    public init(_ channel: Channel, space: HostRequest.Space) throws(HostError) {
        self.channel = channel
        self.space = space
        guard case (.description(let text, let isLive), _) = try Self.ask(channel, HostRequest(space, .describe)) else {
            throw Self.strange
        }
        description = text
        self.isLive = isLive
    }

    private static let strange = HostError.unavailable("the broker's answer is not one to what was asked")

    private static func ask(_ channel: Channel, _ request: HostRequest) throws(HostError) -> (HostReply, OpenFile?) {
        let packet: Channel.Packet?
        do throws(ChannelError) {
            packet = try channel.ask(request.packet)
        } catch {
            throw .unavailable("the broker was asked in vain: \(error.description)")
        }
        guard let packet else { throw .unavailable("the broker is gone") }
        let reply: HostReply
        do throws(WireError) {
            reply = try HostReply(packet: packet)
        } catch {
            throw strange
        }
        if case .failed(let error) = reply { throw error }
        return (reply, packet.file)
    }

    private func ask(_ path: String, _ operation: HostRequest.Operation) throws(HostError) -> (HostReply, OpenFile?) {
        try HostPath.check(path)
        return try Self.ask(channel, HostRequest(space, operation, subject: subject))
    }

    func opened(_ path: String, limit: Int64?) throws(HostError) -> OpenFile {
        guard case (.opened, let file?) = try ask(path, .open(path, limit: limit)) else { throw Self.strange }
        return file
    }

    /// See `Host`.
    public func read(_ path: String, limit: Int) throws(HostError) -> FileContent {
        try content(of: path, limit: limit)
    }

    /// See `Host`.
    public func stream(_ path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool)
        throws(HostError) -> FileStatus
    {
        try chunks(of: path, from: offset, limit: limit) { chunk in
            pulse()
            return body(chunk)
        }
    }

    /// Asks the broker something it answers without looking anywhere. One that is gone is met at the next real question.
    public func pulse() { _ = try? Self.ask(channel, HostRequest(space, .describe)) }

    /// See `Host`.
    public func asked(by subject: String) -> any Host {
        var other = self
        other.subject = subject
        return other
    }

    /// See `Host`.
    public func open(_ path: String) throws(HostError) -> OpenFile { try opened(path, limit: nil) }

    /// See `Host`.
    public func list(_ path: String) throws(HostError) -> [DirectoryEntry] {
        guard case (.entries(let entries), _) = try ask(path, .list(path)) else { throw Self.strange }
        return entries
    }

    /// See `Host`.
    public func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        guard case (.status(let status), _) = try ask(path, .status(path, followLinks: followLinks)) else {
            throw Self.strange
        }
        return named(status)
    }

    /// See `Host`.
    public func linkTarget(_ path: String) throws(HostError) -> String {
        guard case (.target(let target), _) = try ask(path, .linkTarget(path)) else { throw Self.strange }
        return target
    }

    /// See `Host`.
    public func usage(ofFilesystemAt path: String) throws(HostError) -> FilesystemUsage {
        guard case (.usage(let usage), _) = try ask(path, .usage(path)) else { throw Self.strange }
        return usage
    }
}
