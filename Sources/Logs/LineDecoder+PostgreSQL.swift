// SPDX-License-Identifier: GPL-3.0-or-later

extension LineDecoder {
    /// ` [123] user@database FATAL:  message`, the reader standing after the time: Debian's
    /// `log_line_prefix = '%m [%p] %q%u@%d '`.
    static func postgresql(_ reader: inout ByteReader, _ stamp: Stamp) -> Event? {
        reader.skipAll(0x20)
        guard reader.skip(0x5B), let pid = reader.number(), reader.skip(0x5D), reader.skip(0x20) else { return nil }
        var event = Event(time: stamp.time, pid: pid, message: "")
        // The level is the word before the first colon and two spaces; what stands before it is user@database.
        if let colon = reader.index(of: ":  ", from: reader.position) {
            let word = (reader.bytes[reader.position..<colon].lastIndex(of: 0x20).map { $0 + 1 }) ?? reader.position
            if let priority = levels[reader.text(word..<colon)] { event.priority = priority }
            reader.position = colon + 3
        }
        reader.skipAll(0x20)
        event.message = reader.text(reader.rest)
        return event
    }

    /// Message severity levels (PostgreSQL, "Error Reporting and Logging", table of levels) and the syslog level each is
    /// sent with.
    private static let levels: [String: Int64] = [
        "DEBUG": 7, "DEBUG1": 7, "DEBUG2": 7, "DEBUG3": 7, "DEBUG4": 7, "DEBUG5": 7, "INFO": 6, "NOTICE": 5, "LOG": 6,
        "WARNING": 5, "ERROR": 4, "FATAL": 3, "PANIC": 2,
    ]
}
