// SPDX-License-Identifier: GPL-3.0-or-later

import CSystemd
import Glibc
public import Model

/// What to read of the journal.
public struct JournalQuery: Sendable, Hashable {
    /// An entry must have one of the values of each of these fields; empty: every entry.
    public var matches: [String: [String]]
    /// Entries from this moment on.
    public var since: Timestamp?
    /// Entries after this one; a cursor whose entry is gone leads to the one nearest in time.
    public var after: String?
    /// The fields that are wanted.
    public var fields: Set<String>
    /// The most entries read.
    public var limit: Int

    /// A query.
    public init(
        matches: [String: [String]] = [:], since: Timestamp? = nil, after: String? = nil, fields: Set<String>,
        limit: Int = 2_000_000
    ) {
        self.matches = matches
        self.since = since
        self.after = after
        self.fields = fields
        self.limit = limit
    }
}

/// One entry of the journal: when journald received it, and the fields that were asked for (the last, where there are
/// more of a name). Bytes that are not UTF-8 are repaired.
public struct JournalEntry: Sendable, Hashable {
    /// When journald received it.
    public var time: Timestamp
    /// Values by field name.
    public var fields: [String: String]

    /// An entry.
    public init(time: Timestamp, fields: [String: String]) {
        self.time = time
        self.fields = fields
    }
}

/// Reads journal files, oldest entry first. They are given as descriptors: it needs no filesystem.
@safe public struct JournalReader: ~Copyable {
    /// More of a field than this is not read: 64 KiB, sd_journal_set_data_threshold(3)'s own default.
    static let dataThreshold = 64 << 10

    /// How a reading ended.
    public struct Reading: Sendable, Hashable {
        /// Whether the limit was reached.
        public var isCut: Bool
        /// Entries that could be read in part or not at all, because the file is damaged. What libsystemd passes over
        /// by itself is not among them.
        public var damaged: Int
    }

    private let journal: OpaquePointer

    /// Opens journal files. The descriptors stay the caller's and may be closed afterwards. Those that cannot be read
    /// are left out and told to `refused` by their index; throws where none can.
    public init(_ descriptors: [Int32], refused: (Int, JournalError) -> Void = { _, _ in }) throws(JournalError) {
        // One bad file would fail them all, so each is tried alone.
        var good: [Int32] = []
        var last = JournalError.noJournal
        for (index, descriptor) in descriptors.enumerated() {
            do throws(JournalError) {
                // Opened in `open`, closed here.
                unsafe sd_journal_close(try Self.open([descriptor]))
                good.append(descriptor)
            } catch {
                last = error
                refused(index, error)
            }
        }
        guard !good.isEmpty else { throw last }
        // The pointer is this value's own until its deinit.
        unsafe journal = try Self.open(good)
        _ = unsafe sd_journal_set_data_threshold(journal, Self.dataThreshold)
    }

    /// Answers an open journal that the caller closes.
    private static func open(_ descriptors: [Int32]) throws(JournalError) -> OpaquePointer {
        // sd_journal_close() closes the descriptors too, which its manual page does not say; where
        // sd_journal_open_files_fd() fails it leaves them open.
        var copies: [Int32] = []
        var opened: OpaquePointer?
        var status: Int32 = 0
        for descriptor in descriptors {
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            if copy >= 0 { copies.append(copy) } else { status = -errno }
        }
        // libsystemd copies the numbers.
        if status == 0 { status = unsafe sd_journal_open_files_fd(&opened, &copies, UInt32(copies.count), 0) }
        guard status >= 0, let opened = unsafe opened else {
            for copy in copies { close(copy) }
            throw .system(status < 0 ? -status : EIO)
        }
        return unsafe opened
    }

    deinit {
        // Opened in init, closed nowhere else.
        unsafe sd_journal_close(journal)
    }

    /// Hands over each entry and a way to ask for its cursor, oldest first; `body` answers false to stop. Each call
    /// starts anew.
    public func read(_ query: JournalQuery, _ body: (JournalEntry, _ cursor: () -> String?) -> Bool)
        throws(JournalError) -> Reading
    {
        try match(query.matches)
        try seek(query)
        var count = 0
        var reading = Reading(isCut: false, damaged: 0)
        let handle = unsafe journal
        while true {
            // `journal` is open as long as self.
            let status = unsafe sd_journal_next(journal)
            if status < 0 { throw .system(-status) }
            if status == 0 { return reading }
            if count == query.limit {
                reading.isCut = true
                return reading
            }
            count += 1
            guard let entry = entry(query) else {
                reading.damaged += 1
                continue
            }
            // The handle is open as long as self, and the closure cannot outlive the call.
            if !body(entry, { unsafe Self.cursor(handle) }) { return reading }
        }
    }

    private func match(_ matches: [String: [String]]) throws(JournalError) {
        unsafe sd_journal_flush_matches(journal)
        // Values of one field are alternatives, different fields all must match (sd_journal_add_match(3)).
        for (field, values) in matches.sorted(by: { $0.key < $1.key }) {
            for value in values {
                let text = Array("\(field)=\(value)".utf8)
                // libsystemd copies the match.
                let status = unsafe text.withUnsafeBytes {
                    unsafe sd_journal_add_match(journal, $0.baseAddress, $0.count)
                }
                if status < 0 { throw .system(-status) }
            }
        }
    }

    private func seek(_ query: JournalQuery) throws(JournalError) {
        var status: Int32
        if let cursor = query.after {
            status = unsafe sd_journal_seek_cursor(journal, cursor)
            if status >= 0 { status = unsafe sd_journal_next(journal) }
            // Where the entry itself is gone, this is already the next one, and must not be skipped.
            if status > 0, unsafe sd_journal_test_cursor(journal, cursor) <= 0 {
                status = unsafe sd_journal_previous(journal)
            }
        } else if let since = query.since {
            status = unsafe sd_journal_seek_realtime_usec(journal, UInt64(clamping: since.microseconds))
        } else {
            status = unsafe sd_journal_seek_head(journal)
        }
        if status < 0 { throw .system(-status) }
    }

    /// Nil where the entry is of no use: its time or its fields cannot be read.
    private func entry(_ query: JournalQuery) -> JournalEntry? {
        var microseconds: UInt64 = 0
        guard unsafe sd_journal_get_realtime_usec(journal, &microseconds) >= 0 else { return nil }
        var entry = JournalEntry(time: Timestamp(microseconds: Int64(clamping: microseconds)), fields: [:])
        // Walking over all fields is about three times faster than asking for five by name.
        unsafe sd_journal_restart_data(journal)
        var data: UnsafeRawPointer?
        var length = 0
        while true {
            let status = unsafe sd_journal_enumerate_available_data(journal, &data, &length)
            guard status >= 0 else { return nil }
            guard status > 0, let start = unsafe data else { return entry }
            // libsystemd keeps `length` bytes at `data` until the next call; the text is copied before that.
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
            guard let mark = unsafe bytes.prefix(65).firstIndex(of: 0x3D) else { continue }
            let name = unsafe String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<mark]), as: UTF8.self)
            guard query.fields.contains(name) else { continue }
            entry.fields[name] = unsafe String(
                decoding: UnsafeRawBufferPointer(rebasing: bytes[(mark + 1)...]), as: UTF8.self)
        }
    }

    private static func cursor(_ journal: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        // On success libsystemd gives a string of its own that the caller frees.
        guard unsafe sd_journal_get_cursor(journal, &text) >= 0, let text = unsafe text else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
