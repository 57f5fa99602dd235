// SPDX-License-Identifier: GPL-3.0-or-later

import CSystemd
import Glibc

/// Writes entries to the journal of the machine this runs on, through libsystemd (sd_journal_sendv(3)).
public struct JournalWriter: Sendable {
    /// Where journald listens (systemd's NATIVE_JOURNAL_PROTOCOL).
    static let socket = "/run/systemd/journal/socket"
    /// Version of the fields below, as GUAITA_SCHEMA.
    public static let schema = 1

    /// A writer.
    public init() {}

    /// Does journald listen here? Without it libsystemd drops entries and says that all is well.
    public static var isAvailable: Bool {
        // The string lives as long as the call.
        unsafe access(socket, W_OK) == 0
    }

    /// Writes one entry. Waits for journald; an entry over journald's rate limit is dropped there without an error.
    public func send(_ message: JournalMessage, _ fields: [JournalField]) -> Result<Void, JournalError> {
        guard Self.isAvailable else { return .failure(.noJournal) }
        var bytes: [UInt8] = []
        var ranges: [Range<Int>] = []
        func add(_ name: String, _ value: [UInt8]) {
            let start = bytes.count
            bytes += name.utf8
            bytes.append(0x3D)
            bytes += value
            ranges.append(start..<bytes.count)
        }
        add("MESSAGE_ID", Array(message.id.utf8))
        add("SYSLOG_IDENTIFIER", Array("guaita".utf8))
        add("GUAITA_SCHEMA", Array(String(Self.schema).utf8))
        for field in fields { add(field.key.rawValue, field.bytes) }
        let status = unsafe bytes.withUnsafeMutableBytes { buffer -> Int32 in
            // Each range lies inside `buffer`, which outlives the call; sd_journal_sendv only reads through the vectors.
            let vectors = unsafe ranges.map { range in
                unsafe iovec(iov_base: buffer.baseAddress.map { unsafe $0 + range.lowerBound }, iov_len: range.count)
            }
            return unsafe vectors.withUnsafeBufferPointer { vectors in
                unsafe sd_journal_sendv(vectors.baseAddress, Int32(clamping: vectors.count))
            }
        }
        return status < 0 ? .failure(.system(-status)) : .success(())
    }
}

/// Why the journal could not be written or read.
public enum JournalError: Error, Sendable, Hashable {
    /// journald does not listen here.
    case noJournal
    /// An errno.
    case system(Int32)

    /// In words.
    public var description: String {
        switch self {
        case .noJournal: "no journal is running here"
        // sd_journal_open(3)'s word for a file whose structure is wrong, or that ends before its header.
        case .system(EBADMSG), .system(ENODATA): "damaged, or no journal file"
        case .system(EIDRM): "deleted while it was opened"
        // strerror's text is valid until the thread's next call of it, and copied before that.
        case .system(let number): unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        }
    }
}
