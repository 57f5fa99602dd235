// SPDX-License-Identifier: GPL-3.0-or-later

public import Jobs
public import Journal
import Model
public import Wire

/// The entries of one scan, or one notice, on their way to the journal.
public struct JournalBatch: Sendable, Hashable {
    /// GUAITA_SCAN_ID of all of them; nil for a notice, which belongs to no scan and bears no number.
    public var scan: String?
    /// What to send, in order: the first has GUAITA_SEQ 1.
    public internal(set) var entries: [Entry] = []

    /// An entry without its number.
    public struct Entry: Sendable, Hashable {
        /// Of which kind.
        public var message: JournalMessage
        /// What it says.
        public var fields: [JournalField]

        /// The longest line: what is longer, as a path of thousands of letters, is whole in GUAITA_EVIDENCE.
        static let textBytes = 600

        /// An entry.
        public init(_ message: JournalMessage, priority: Int, _ text: String, _ fields: [JournalField] = []) {
            self.message = message
            self.fields =
                [JournalField(.message, text.clipped(to: Self.textBytes)), JournalField(.priority, String(priority))]
                + fields
        }
    }

    /// A batch.
    public init(scan: String?, entries: [Entry]) {
        self.scan = scan
        self.entries = entries
    }

    /// All fields of an entry.
    func fields(at index: Int) -> [JournalField] {
        guard let scan else { return entries[index].fields }
        return entries[index].fields + [JournalField(.scan, scan), JournalField(.sequence, String(index + 1))]
    }
}

extension JournalBatch: WireCodable {
    /// Writes scan and entries.
    public func write(to writer: inout WireWriter) {
        scan.write(to: &writer)
        entries.write(to: &writer)
    }

    /// Reads scan and entries.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(scan: try reader.next(), entries: try reader.next())
    }
}

extension JournalBatch.Entry: WireCodable {
    /// Writes kind and fields.
    public func write(to writer: inout WireWriter) {
        writer.write(message.rawValue)
        writer.write(fields) { writer, field in
            writer.write(field.key.rawValue)
            writer.write(field.value)
        }
    }

    /// Reads kind and fields.
    public init(from reader: inout WireReader) throws(WireError) {
        message = try reader.alternative(JournalMessage.self)
        fields = try reader.array { (reader) throws(WireError) in
            JournalField(try reader.alternative(JournalKey.self), try reader.string())
        }
    }
}
