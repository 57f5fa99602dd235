// SPDX-License-Identifier: GPL-3.0-or-later

internal import Synchronization

/// Remembers what was asked of a host, for coverage and for watching the same paths later. What was not there or could
/// not be read is remembered too: it may come.
public final class RecordingHost: Host {
    /// A path and how it was used.
    public struct Access: Sendable, Hashable, Comparable {
        /// What was done with it.
        public enum Use: String, Sendable, Hashable, CaseIterable {
            case read, list, status
        }

        /// As it was asked for, links not resolved.
        public let path: String
        /// What was done with it.
        public let use: Use

        /// A path and how it was used.
        public init(path: String, use: Use) {
            self.path = path
            self.use = use
        }

        /// By path bytes, then by use.
        public static func < (left: Access, right: Access) -> Bool {
            if left.path != right.path { return left.path.utf8.lexicographicallyPrecedes(right.path.utf8) }
            return left.use.rawValue < right.use.rawValue
        }
    }

    private struct State {
        var name = ""
        var accesses: [String: Set<Access>] = [:]
        var torn: [String: Set<String>] = [:]
        var namesOwners: Set<String> = []
    }

    /// One for a host and all that it is asked by.
    private final class Record: Sendable {
        let state = Mutex(State())
    }

    private let base: any Host
    private let record: Record
    /// Who asks, where it is not the collector at work.
    private let subject: String?

    private init(_ base: any Host, _ record: Record, subject: String?) {
        self.base = base
        self.record = record
        self.subject = subject
    }

    /// Records what is asked of `base`.
    public convenience init(_ base: any Host) { self.init(base, Record(), subject: nil) }

    /// See `Host`.
    public func asked(by subject: String) -> any Host {
        RecordingHost(base.asked(by: subject), record, subject: subject)
    }

    /// From now on, what is asked belongs to `name` (the collector at work).
    public func record(as name: String) { record.state.withLock { $0.name = name } }

    /// What was asked by `name`, or while it was at work, in order.
    public func accesses(of name: String) -> [Access] {
        record.state.withLock { $0.accesses[name] ?? [] }.sorted()
    }

    /// Who asked for anything, in byte order.
    public var names: [String] {
        record.state.withLock { Array($0.accesses.keys) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Files that changed each time while `name` read them, in order: what is said of them may mix old and new.
    public func changedWhileReading(by name: String) -> [String] {
        record.state.withLock { $0.torn[name] ?? [] }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func note(_ path: String, _ use: Access.Use) {
        record.state.withLock {
            _ = $0.accesses[subject ?? $0.name, default: []].insert(Access(path: path, use: use))
        }
    }

    /// The base's.
    public var description: String { base.description }
    /// The base's.
    public var isLive: Bool { base.isLive }

    /// The base's.
    public func pulse() { base.pulse() }

    /// See `Host`.
    public func read(_ path: String, limit: Int) throws(HostError) -> FileContent {
        note(path, .read)
        let content = try base.read(path, limit: limit)
        if content.changedWhileReading {
            record.state.withLock { _ = $0.torn[subject ?? $0.name, default: []].insert(path) }
        }
        return content
    }

    /// See `Host`.
    public func stream(_ path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool)
        throws(HostError) -> FileStatus
    {
        note(path, .read)
        return try base.stream(path, from: offset, limit: limit, body)
    }

    /// See `Host`.
    public func open(_ path: String) throws(HostError) -> OpenFile {
        note(path, .read)
        return try base.open(path)
    }

    /// See `Host`.
    public func list(_ path: String) throws(HostError) -> [DirectoryEntry] {
        note(path, .list)
        return try base.list(path)
    }

    /// See `Host`.
    public func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        note(path, .status)
        let status = try base.status(path, followLinks: followLinks)
        noteNames()
        return status
    }

    /// Who a file belongs to is told by name, and hosts read the names once for all: whoever asks depends on them, so
    /// each is seen to ask for their files.
    private func noteNames() {
        let isFirst = record.state.withLock { $0.namesOwners.insert(subject ?? $0.name).inserted }
        guard isFirst else { return }
        for path in ["/etc/passwd", "/etc/group"] {
            note(path, .status)
            // That it was asked is all that counts.
            _ = try? base.status(path, followLinks: true)
        }
    }

    /// See `Host`.
    public func linkTarget(_ path: String) throws(HostError) -> String {
        note(path, .status)
        return try base.linkTarget(path)
    }

    /// See `Host`.
    public func usage(ofFilesystemAt path: String) throws(HostError) -> FilesystemUsage {
        note(path, .status)
        return try base.usage(ofFilesystemAt: path)
    }
}
