// SPDX-License-Identifier: GPL-3.0-or-later

extension LineDecoder {
    /// nginx's predefined `combined` (ngx_http_log_module):
    /// `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`,
    /// Apache's form of the same, with a virtual host in front (`vhost_combined`) or more fields behind.
    static func access(_ reader: inout ByteReader, _ stamp: Stamp) -> Event? {
        var request = Event.Request()
        var host: String?
        var head = ByteReader(reader.bytes, reader.position..<(stamp.request - 30))
        guard let first = head.token(until: 0x20), let second = head.token(until: 0x20) else { return nil }
        if reader.optionalText(second) == nil {
            request.remoteAddress = reader.text(first)
            request.user = reader.optionalText(head.rest)
        } else if head.token(until: 0x20) != nil {
            host = reader.text(first)
            request.remoteAddress = reader.text(second)
            request.user = reader.optionalText(head.rest)
        } else {
            return nil
        }
        var rest = reader
        rest.position = stamp.request
        guard let line = quoted(&rest), rest.skip(0x20), let status = rest.digits(3), rest.skip(0x20) else {
            return nil
        }
        request.status = Int64(status)
        request.bytes = rest.number()
        if request.bytes == nil, !rest.skip(0x2D) { return nil }
        requestLine(reader.bytes, line, into: &request)
        if rest.skip(0x20), let referer = quoted(&rest) {
            request.referer = optional(reader.bytes, referer)
            if rest.skip(0x20), let agent = quoted(&rest) { request.userAgent = optional(reader.bytes, agent) }
        }
        return Event(time: stamp.time, host: host, message: reader.text(reader.rest), request: request)
    }

    /// ` [error] 12#12: *34 message, client: …, server: …, request: "…", …`, the reader standing after the time.
    static func nginxError(_ reader: inout ByteReader, _ stamp: Stamp) -> Event? {
        guard reader.skip(0x20), reader.skip(0x5B), let level = reader.token(until: 0x5D), reader.skip(0x20) else {
            return nil
        }
        var event = Event(time: stamp.time, message: "")
        event.priority = nginxLevels.firstIndex(of: reader.text(level)).map { Int64($0) }
        guard let pid = reader.number(), reader.skip(0x23), reader.number() != nil, reader.skip(0x3A) else {
            return nil
        }
        event.pid = pid
        reader.skipAll(0x20)
        if reader.skip(0x2A) {
            guard reader.number() != nil else { return nil }
            reader.skipAll(0x20)
        }
        event.message = reader.text(reader.rest)
        guard let client = reader.index(of: ", client: ", from: reader.position) else { return event }
        var request = Event.Request()
        let address = client + 10
        let end = reader.index(of: 0x2C, from: address) ?? reader.end
        request.remoteAddress = reader.optionalText(address..<end)
        if let line = reader.index(of: ", request: \"", from: end) {
            let start = line + 12
            let close = reader.index(of: "\", ", from: start) ?? max(start, reader.end - 1)
            requestLine(reader.bytes, start..<close, into: &request)
        }
        event.request = request
        return event
    }

    /// error_log's levels (ngx_core_module), in syslog's order.
    private static let nginxLevels = ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"]

    /// The inside of `"…"`. A quote inside is `\x22` (nginx) or `\"` (Apache).
    private static func quoted(_ reader: inout ByteReader) -> Range<Int>? {
        guard reader.skip(0x22) else { return nil }
        let start = reader.position
        var index = start
        while index < reader.end {
            switch reader.bytes[index] {
            case 0x5C: index += 2
            case 0x22:
                reader.position = index + 1
                return start..<index
            default: index += 1
            }
        }
        return nil
    }

    /// `METHOD target HTTP/x.y`, `GET target` (HTTP/0.9) or anything a stranger sent, which sets nothing.
    private static func requestLine(_ bytes: [UInt8], _ line: Range<Int>, into request: inout Event.Request) {
        var reader = ByteReader(bytes, line)
        guard let method = reader.token(until: 0x20), (1...32).contains(method.count),
            bytes[method].allSatisfy({ (0x41...0x5A).contains($0) || $0 == 0x2D || $0 == 0x5F }), !reader.isAtEnd
        else { return }
        var target = reader.rest
        if let space = bytes[target].lastIndex(of: 0x20), reader.holds("HTTP/", at: space + 1) {
            request.protocol = reader.text((space + 1)..<target.upperBound)
            target = target.lowerBound..<space
        }
        request.method = reader.text(method)
        let mark = bytes[target].firstIndex(of: 0x3F) ?? target.upperBound
        request.path = unescaped(bytes, target.lowerBound..<mark)
        if mark < target.upperBound { request.query = unescaped(bytes, (mark + 1)..<target.upperBound) }
    }

    private static func optional(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
        range.isEmpty || (range.count == 1 && bytes[range.lowerBound] == 0x2D) ? nil : unescaped(bytes, range)
    }

    /// Takes back `\xHH` (nginx, `escape=default`) and Apache's `\"`, `\\`, `\n`, `\t` and their like.
    private static func unescaped(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        guard bytes[range].contains(0x5C) else { return String(repairing: bytes.span.extracting(range)) }
        var plain: [UInt8] = []
        plain.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            guard byte == 0x5C, index + 1 < range.upperBound else {
                plain.append(byte)
                index += 1
                continue
            }
            let mark = bytes[index + 1]
            if mark == 0x78, index + 3 < range.upperBound, let high = hex(bytes[index + 2]),
                let low = hex(bytes[index + 3])
            {
                plain.append(high << 4 | low)
                index += 4
            } else if let value = escapes[mark] {
                plain.append(value)
                index += 2
            } else {
                plain.append(byte)
                index += 1
            }
        }
        return String(repairing: plain.span)
    }

    private static let escapes: [UInt8: UInt8] = [
        0x22: 0x22, 0x5C: 0x5C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09, 0x62: 0x08, 0x66: 0x0C, 0x76: 0x0B,
    ]

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
