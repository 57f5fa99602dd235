// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// One entry of a log, whatever it was written by. Text is UTF-8; bytes that were not are U+FFFD.
public struct Event: Sendable {
    /// When it was logged, as the entry itself says.
    public var time: Timestamp
    /// The host that logged it.
    public var host: String?
    /// The program: the syslog tag without its PID, or SYSLOG_IDENTIFIER.
    public var program: String?
    /// The process that logged it.
    public var pid: Int64?
    /// The text without the header and without leading spaces; of an access log the whole line.
    public var message: String
    /// The systemd unit (journal only).
    public var unit: String?
    /// Severity as syslog(3) counts: 0 emergency to 7 debug.
    public var priority: Int64?
    /// What a web server says of a request; nil for everything else.
    public var request: Request? {
        get { box?.request }
        set { box = newValue.map { Box($0) } }
    }
    /// Requests are large, and most events have none: kept apart, they do not weigh on every copy of an event.
    private var box: Box?
    /// Named groups of the query's `extract` patterns.
    public var extracted: [ExtractedField] = []
    /// How many equal entries this one stands for: rsyslog writes `message repeated 3 times: [ … ]`.
    public var repeats = 1
    /// Where it stands.
    public var origin: EventOrigin

    private final class Box: Sendable {
        let request: Request
        init(_ request: Request) { self.request = request }
    }

    /// An HTTP request as nginx and Apache log it.
    public struct Request: Sendable, Hashable {
        /// `$remote_addr`: the peer, which is a proxy where there is one.
        public var remoteAddress: String?
        /// `$remote_user`, nil for `-`.
        public var user: String?
        /// `GET`; nil where the request line was not HTTP.
        public var method: String?
        /// The target up to `?`, as sent (not percent-decoded).
        public var path: String?
        /// The target after `?`.
        public var query: String?
        /// `HTTP/1.1`; nil for HTTP/0.9 and for what was not HTTP.
        public var `protocol`: String?
        /// The answer's status code.
        public var status: Int64?
        /// `$body_bytes_sent`.
        public var bytes: Int64?
        /// `$http_referer`, nil for `-`.
        public var referer: String?
        /// `$http_user_agent`, nil for `-`.
        public var userAgent: String?

        /// A request of which nothing is known.
        public init() {}
    }

    /// An event.
    public init(
        time: Timestamp, host: String? = nil, program: String? = nil, pid: Int64? = nil, message: String,
        unit: String? = nil, priority: Int64? = nil, request: Request? = nil,
        origin: EventOrigin = EventOrigin(path: "")
    ) {
        self.time = time
        self.host = host
        self.program = program
        self.pid = pid
        self.message = message
        self.unit = unit
        self.priority = priority
        self.origin = origin
        self.request = request
    }

    /// The text of a field by the name rules use; extracted fields hide the event's own. Nil when it is not set.
    public func text(of field: String) -> String? {
        if let found = extracted.last(where: { $0.name == field }) { return found.value }
        switch field {
        case "host": return host
        case "program": return program
        case "pid": return pid.map { String($0) }
        case "message": return message
        case "unit": return unit
        case "priority": return priority.map { String($0) }
        case "remote_addr": return request?.remoteAddress
        case "user": return request?.user
        case "method": return request?.method
        case "path": return request?.path
        case "query": return request?.query
        case "protocol": return request?.protocol
        case "status": return request?.status.map { String($0) }
        case "bytes": return request?.bytes.map { String($0) }
        case "referer": return request?.referer
        case "user_agent": return request?.userAgent
        default: return nil
        }
    }
}

/// A named group that an `extract` pattern matched.
public struct ExtractedField: Sendable, Hashable {
    /// The group's name.
    public var name: String
    /// What it matched.
    public var value: String

    /// A named group and what it matched.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// Where an event stands: a line of a file, or an entry of the journal.
public struct EventOrigin: Sendable, Hashable {
    /// Path of the file on the audited host; `journal` for the journal.
    public var path: String
    /// Line, from 1 (in the uncompressed text); 0 for the journal.
    public var line: Int
    /// The journal's cursor (sd_journal_get_cursor(3)); nil for files.
    public var cursor: String?

    /// A place.
    public init(path: String, line: Int = 0, cursor: String? = nil) {
        self.path = path
        self.line = line
        self.cursor = cursor
    }
}
