// SPDX-License-Identifier: GPL-3.0-or-later

extension LineDecoder {
    /// ` host program[pid]: message` (RFC 3164 sections 4.1.2 and 4.1.3), the reader standing after the time.
    static func syslog(_ reader: inout ByteReader, _ stamp: Stamp) -> Event? {
        guard reader.skip(0x20) else { return nil }
        reader.skipAll(0x20)
        guard let host = reader.token(until: 0x20), !host.isEmpty else { return nil }
        reader.skipAll(0x20)
        var event = Event(time: stamp.time, host: reader.text(host), message: "", priority: stamp.priority)
        if let tag = tag(&reader) {
            event.program = reader.text(tag.name)
            event.pid = tag.pid
        }
        reader.skipAll(0x20)
        if let (repeats, inner) = repeated(reader) {
            event.repeats = repeats
            event.message = reader.text(inner)
        } else {
            event.message = reader.text(reader.rest)
        }
        return event
    }

    /// `program[pid]:` or `program:`. Without a colon it is no tag but the message's first word.
    private static func tag(_ reader: inout ByteReader) -> (name: Range<Int>, pid: Int64?)? {
        let start = reader.position
        var index = start
        while index < reader.end {
            let byte = reader.bytes[index]
            if byte == 0x3A || byte == 0x5B || byte == 0x20 { break }
            index += 1
        }
        guard index > start, index < reader.end, reader.bytes[index] != 0x20 else { return nil }
        var rest = reader
        rest.position = index
        var pid: Int64?
        if rest.skip(0x5B) {
            guard let inside = rest.token(until: 0x5D) else { return nil }
            var number = ByteReader(reader.bytes, inside)
            pid = number.number()
        }
        guard rest.skip(0x3A) else { return nil }
        reader = rest
        return (start..<index, pid)
    }

    /// `message repeated 3 times: [ text]`, as rsyslog's imuxsock and its repeated-message reduction write it. At most a
    /// million is believed.
    private static func repeated(_ reader: ByteReader) -> (Int, Range<Int>)? {
        var reader = reader
        guard reader.holds("message repeated ", at: reader.position) else { return nil }
        reader.position += 17
        guard let count = reader.number(), (1...1_000_000).contains(count),
            reader.holds(" times: [ ", at: reader.position), reader.end - reader.position > 10,
            reader.holds("]", at: reader.end - 1)
        else { return nil }
        return (Int(count), (reader.position + 10)..<(reader.end - 1))
    }
}
