// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
public import Logs
public import Model

/// Answers event queries on a host: each log is read once, whatever the number of queries.
public struct LogEventCollector: Sendable {
    /// Seconds before `now` from which events count: a week unless said otherwise.
    public var lookBack: Int64
    /// The most bytes read of log files, after decompression.
    public var byteLimit: Int64

    /// A collector with bounds.
    public init(lookBack: Int64 = 7 * 86_400, byteLimit: Int64 = 256 << 20) {
        self.lookBack = lookBack
        self.byteLimit = byteLimit
    }

    /// The answer to each query, by its id.
    public func run(_ queries: [EventQuery], _ collection: Collection) -> [String: EventOutcome] {
        let asked = LogSource.all.filter { source in queries.contains { $0.sources.contains(source.name) } }
        let since = Timestamp(seconds: collection.now.seconds - lookBack)
        var reading = LogReading(
            scan: LogScan(queries, since: since, now: collection.now), since: since, byteLimit: byteLimit)
        reading.read(asked, collection)
        var answers: [String: EventOutcome] = [:]
        for (query, result) in zip(queries, reading.scan.results()) {
            let gaps = query.sources.flatMap { reading.gaps[$0] ?? [] } + result.gaps
            answers[query.id] = Self.outcome(query, result.groups, gaps, reading.found)
        }
        return answers
    }

    /// The answers over events that are given, as a rule's own tests do. A query over sources that are not named is
    /// not applicable.
    public func run(_ queries: [EventQuery], over events: [String: [Event]]) -> [String: EventOutcome] {
        var scan = LogScan(
            queries, since: Timestamp(seconds: Timestamp.valid.lowerBound),
            now: Timestamp(seconds: Timestamp.valid.upperBound))
        for source in LogSource.all { for event in events[source.name] ?? [] { scan.add(event, source: source.name) } }
        var answers: [String: EventOutcome] = [:]
        for (query, result) in zip(queries, scan.results()) {
            answers[query.id] = Self.outcome(query, result.groups, result.gaps, Set(events.keys))
        }
        return answers
    }

    private static func outcome(_ query: EventQuery, _ groups: [EventGroup], _ gaps: [String], _ found: Set<String>)
        -> EventOutcome
    {
        if query.sources.contains(where: { found.contains($0) }) {
            return .groups(groups, gaps: gaps.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        }
        if let first = gaps.first { return .unknown(first) }
        return .notApplicable("no log of \(query.sources.joined(separator: ", ")) on this host")
    }

    /// The events in lines of a source, decoded as its files are; lines that cannot be decoded, and those of programs
    /// that are not the source's, give none.
    public func events(lines: [String], source: String, now: Timestamp) -> [Event] {
        guard let source = LogSource.named(source) else { return [] }
        let decoder = LineDecoder(source.format, clock: LogClock(reference: now))
        var events: [Event] = []
        for (index, line) in lines.enumerated() {
            let bytes = Array(line.utf8)
            guard var event = decoder.event(bytes, 0..<bytes.count) else { continue }
            guard source.programs.isEmpty || source.programs.contains(where: { $0 == event.program }) else { continue }
            event.origin = EventOrigin(path: source.name, line: index + 1)
            events.append(event)
        }
        return events
    }

    /// The `event` of a rule's `where`.
    public static let schema = RecordSchema(
        "event", "One entry of a log. Fields that an entry does not carry are not set.",
        fields: [
            .init("time", .timestamp, "When it was logged, as the entry itself says", example: "now - event.time"),
            .init("host", .string, "The host that logged it"),
            .init("program", .string, "The syslog tag without its PID", example: #"event.program == "sshd""#),
            .init("pid", .int, "The process that logged it"),
            .init(
                "message", .string,
                "The text after the header, without leading spaces; of an access log the whole line",
                example: #"event.message.startsWith("Failed password")"#),
            .init("unit", .string, "The systemd unit; only in the journal"),
            .init("priority", .int, "Severity as syslog(3): 0 emergency to 7 debug; not in traditional syslog files"),
            .init("remote_addr", .string, "The peer of a request, which is a proxy where there is one"),
            .init("user", .string, "The user of a request with HTTP authentication"),
            .init("method", .string, "The request's method; not set where it was not HTTP", example: #""GET""#),
            .init("path", .string, "The request's target up to `?`, as sent", example: #"event.path == "/.env""#),
            .init("query", .string, "The request's target after `?`"),
            .init("protocol", .string, "The request's protocol", example: #""HTTP/1.1""#),
            .init("status", .int, "The answer's status code", example: "event.status >= 500"),
            .init("bytes", .byteSize, "Size of the answer's body"),
            .init("referer", .string, "The request's Referer"),
            .init("user_agent", .string, "The request's User-Agent"),
        ])

    /// An event as a rule's `where` sees it.
    public static func record(for event: Event) -> Record {
        func text(_ value: String?) -> Value { value.map { .string($0) } ?? .absent }
        func number(_ value: Int64?) -> Value { value.map { .int($0) } ?? .absent }
        // In the schema's order, which a test holds against the names.
        var values: [Value] = []
        values.reserveCapacity(schema.fields.count)
        values.append(.timestamp(event.time))
        values.append(text(event.host))
        values.append(text(event.program))
        values.append(number(event.pid))
        values.append(.string(event.message))
        values.append(text(event.unit))
        values.append(number(event.priority))
        if let request = event.request {
            values.append(text(request.remoteAddress))
            values.append(text(request.user))
            values.append(text(request.method))
            values.append(text(request.path))
            values.append(text(request.query))
            values.append(text(request.protocol))
            values.append(number(request.status))
            values.append(request.bytes.map { .byteSize($0) } ?? .absent)
            values.append(text(request.referer))
            values.append(text(request.userAgent))
        }
        while values.count < schema.fields.count { values.append(.absent) }
        return Record(schema, values: values)
    }
}
