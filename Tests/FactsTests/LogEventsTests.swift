// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Logs
import Model
import Patterns
import Testing

@Suite struct LogEventsTests {
    /// 2026-11-23T12:00:00Z.
    private let now = Timestamp(seconds: 1_795_435_200)

    private func failures(id: String = "q", literals: [String] = ["Failed password"]) throws -> EventQuery {
        EventQuery(
            id: id, sources: ["ssh"], requiredLiterals: literals, by: ["address"], distinct: "user", window: 600,
            extract: [try Pattern(#"^Failed password for (?:invalid user )?(?P<user>.*) from (?P<address>\S+) port"#)]
        ) { $0.message.hasPrefix("Failed password") }
    }

    private func run(
        _ query: EventQuery, _ files: [String: MemoryHost.Entry], collector: LogEventCollector = LogEventCollector()
    ) -> EventOutcome? {
        collector.run([query], Collection(host: MemoryHost(files), now: now))[query.id]
    }

    private func line(_ time: String, _ user: String = "root", _ address: String = "203.0.113.9") -> String {
        "Nov \(time) h sshd[1]: Failed password for \(user) from \(address) port 4242 ssh2\n"
    }

    private func counts(_ outcome: EventOutcome?) -> [String] {
        guard case .groups(let groups, _)? = outcome else { return ["no groups"] }
        return groups.map { "\($0.keys.map(\.value).joined(separator: " ")) \($0.count) \($0.distinct)" }
    }

    private func gaps(_ outcome: EventOutcome?) -> [String] {
        switch outcome {
        case .groups(_, let gaps)?: gaps
        case .unknown(let reason)?: ["unknown: \(reason)"]
        default: ["no gaps"]
        }
    }

    @Test func eventsAreGroupedAndPlaced() throws {
        let text =
            line("23 09:00:01", "a") + line("23 09:00:02", "b") + "Nov 23 09:00:03 h sshd[1]: Server listening\n"
            + line("23 09:00:04", "a", "2001:db8::1") + line("23 09:30:00", "c")
        let outcome = run(try failures(), ["/var/log/auth.log": .init(text)])
        #expect(counts(outcome) == ["203.0.113.9 2 2", "2001:db8::1 1 1"])
        #expect(gaps(outcome) == [])
        guard case .groups(let groups, _)? = outcome, let first = groups.first else { return }
        #expect(first.keys == [ExtractedField(name: "address", value: "203.0.113.9")])
        #expect(first.first == Timestamp(seconds: 1_795_424_401))
        #expect(first.last == Timestamp(seconds: 1_795_424_402))
        #expect(first.samples.map(\.line) == [1, 2])
        #expect(first.samples.allSatisfy { $0.path == "/var/log/auth.log" })
    }

    @Test func withoutLiteralsTheAnswerIsTheSame() throws {
        let text = (0..<60).map { line("23 09:00:\($0 < 10 ? "0" : "")\($0)", "u\($0 % 7)", "192.0.2.\($0 % 5)") }
            .joined()
        let files = ["/var/log/auth.log": MemoryHost.Entry(text)]
        #expect(run(try failures(), files) == run(try failures(literals: []), files))
        #expect(run(try failures(literals: ["\"", "Failed"]), files) == run(try failures(), files))
        #expect(counts(run(try failures(literals: ["nowhere to be found"]), files)) == [])
    }

    @Test func otherProgramsLinesAreNotTheSources() throws {
        let forged = "Nov 23 09:00:01 h prog[1]: Failed password for root from 192.0.2.1 port 1 ssh2\n"
        #expect(counts(run(try failures(), ["/var/log/auth.log": .init(forged)])) == [])
        var query = try failures()
        query.sources = ["auth"]
        #expect(counts(run(query, ["/var/log/auth.log": .init(forged)])) == ["192.0.2.1 1 1"])
    }

    @Test func rotatedFilesAreReadOldestFirstWithinTheLookBack() throws {
        let day: Int64 = 86_400
        func entry(_ text: String, age: Int64) -> MemoryHost.Entry {
            .init(text, modified: Timestamp(seconds: now.seconds - age))
        }
        let files = [
            "/var/log/auth.log": entry(line("23 00:01:00"), age: 0),
            "/var/log/auth.log.1": entry(line("22 23:59:00"), age: day / 2),
            "/var/log/auth.log-20261120": entry(line("20 00:00:00"), age: 3 * day),
            "/var/log/auth.log.2.xz": entry("binary", age: 2 * day),
            "/var/log/auth.log.3.gz": entry("not gzip", age: 3 * day),
            "/var/log/auth.log.4.gz": entry("not gzip, but too old to matter", age: 8 * day),
            "/var/log/auth.log.bak": entry(line("23 00:01:00"), age: 0),
        ]
        let outcome = run(try failures(), files)
        #expect(counts(outcome) == ["203.0.113.9 2 1"])
        guard case .groups(let groups, let gaps)? = outcome else { return }
        #expect(groups.first?.samples.map(\.path) == ["/var/log/auth.log.1", "/var/log/auth.log"])
        #expect(
            gaps == [
                "/var/log/auth.log.2.xz: compressed with xz, which is not read",
                "/var/log/auth.log.3.gz: not a gzip file, or a damaged one",
            ])
    }

    @Test func eventsBeforeTheLookBackDoNotCount() throws {
        let text = line("16 11:59:59") + line("16 12:00:00") + line("16 12:00:01")
        #expect(counts(run(try failures(), ["/var/log/auth.log": .init(text)])) == ["203.0.113.9 2 1"])
    }

    @Test func absentUnreadableAndForeignLogs() throws {
        #expect(run(try failures(), [:]) == .notApplicable("no log of ssh on this host"))
        let unreadable = run(try failures(), ["/var/log/auth.log": .init("", failure: .permissionDenied)])
        #expect(gaps(unreadable) == ["/var/log/auth.log: permission denied"])
        let directory = run(try failures(), ["/var/log": .init(kind: .directory, failure: .permissionDenied)])
        #expect(gaps(directory) == ["unknown: /var/log: permission denied"])
        let json = run(try failures(), ["/var/log/auth.log": .init("{\"a\": 1}\n{\"b\": 2}\n")])
        #expect(gaps(json) == ["/var/log/auth.log: 2 of 2 lines are not in the format syslog"])
    }

    @Test func overTheBudgetTheYoungestBytesAreRead() throws {
        let lines = (10..<60).map { line("23 09:00:\($0)") }
        let text = lines.joined()
        let each = Int64(lines[0].utf8.count)
        let outcome = run(
            try failures(), ["/var/log/auth.log": .init(text)], collector: LogEventCollector(byteLimit: each * 10))
        // The first line of what is read is taken for a part of one.
        #expect(counts(outcome) == ["203.0.113.9 9 1"])
        #expect(gaps(outcome) == ["/var/log/auth.log: only the last \(each * 10) bytes were read"])
    }

    @Test func clocksThatGoBackAreReported() throws {
        let text = line("23 09:00:00") + line("23 08:00:00") + line("23 23:59:00")
        let collection = Collection(host: MemoryHost(["/var/log/auth.log": .init(text)]), now: now)
        _ = LogEventCollector().run([try failures()], collection)
        #expect(
            collection.problems.map(\.message) == [
                "time goes back 1 times: was the clock set back?", "1 lines are stamped later than this scan",
            ])
    }

    @Test func aRulesOwnLinesGoThroughTheSameDecoders() throws {
        let collector = LogEventCollector()
        let lines = [line("23 09:00:00"), "Nov 23 09:00:01 h cron[2]: x", "not a line"]
        let events = collector.events(lines: lines, source: "ssh", now: now)
        #expect(events.map(\.program) == ["sshd"])
        let answers = collector.run(
            [try failures(), EventQuery(id: "other", sources: ["sudo"])], over: ["ssh": events])
        #expect(counts(answers["q"]) == ["203.0.113.9 1 1"])
        #expect(answers["other"] == .notApplicable("no log of sudo on this host"))
        #expect(collector.events(lines: lines, source: "no such source", now: now).isEmpty)
    }

    @Test func recordsHoldWhatTheEntryCarries() {
        func values(_ event: Event) -> [String] {
            let record = LogEventCollector.record(for: event)
            return LogEventCollector.schema.fields.compactMap { field in
                switch record[field.name]?.kind {
                case .string(let text)?: "\(field.name)=\(text)"
                case .int(let number)?, .byteSize(let number)?: "\(field.name)=\(number)"
                case .timestamp(let time)?: "\(field.name)=\(time.seconds)"
                default: nil
                }
            }
        }
        let plain = Event(time: Timestamp(seconds: 7), message: "m")
        #expect(values(plain) == ["time=7", "message=m"])
        var event = Event(
            time: Timestamp(seconds: 7), host: "h", program: "p", pid: 1, message: "m", unit: "u", priority: 2)
        var request = Event.Request()
        request.remoteAddress = "a"
        request.user = "w"
        request.method = "GET"
        request.path = "/"
        request.query = "q"
        request.protocol = "HTTP/1.1"
        request.status = 200
        request.bytes = 3
        request.referer = "r"
        request.userAgent = "g"
        event.request = request
        let all = [
            "time=7", "host=h", "program=p", "pid=1", "message=m", "unit=u", "priority=2", "remote_addr=a", "user=w",
            "method=GET", "path=/", "query=q", "protocol=HTTP/1.1", "status=200", "bytes=3", "referer=r",
            "user_agent=g",
        ]
        #expect(values(event) == all)
        // Every field can be grouped by under its own name.
        let grouped = LogEventCollector.schema.fields.dropFirst().map { "\($0.name)=\(event.text(of: $0.name) ?? "")" }
        #expect(grouped == Array(all.dropFirst()))
    }
}

@Suite struct LogsTests {
    private let now = Timestamp(seconds: 1_795_435_200)

    private func collect(_ files: [String: MemoryHost.Entry]) -> String {
        let values = LogsCollector().collect(Collection(host: MemoryHost(files), now: now))
        switch values.first?.kind {
        case .absent?: return "absent"
        case .unknown(let unknown)?: return unknown.map(\.reason).joined(separator: ", ")
        case .list(let logs)?:
            return logs.map { log in
                guard case .record(let record) = log.kind, case .string(let name)? = record["name"]?.kind else {
                    return "?"
                }
                guard case .list(let paths)? = record["paths"]?.kind else { return name }
                return "\(name) \(paths.count)"
            }.joined(separator: ", ")
        default: return "?"
        }
    }

    @Test func logsAreListedWithTheirFiles() {
        #expect(collect([:]) == "absent")
        #expect(collect(["/var/log/auth.log": .init("")]) == "auth 1, ssh 1, sudo 1, su 1")
        let web = [
            "/var/log/nginx/access.log": MemoryHost.Entry(""), "/var/log/nginx/shop.access.log.2.gz": .init(""),
            "/var/log/nginx/error.log-20261122": .init(""), "/var/log/nginx/notes.txt": .init(""),
        ]
        #expect(collect(web) == "nginx.access 2, nginx.error 1")
        #expect(
            collect(["/var/log/nginx": .init(kind: .directory, failure: .permissionDenied)])
                == "/var/log/nginx: permission denied")
    }

    @Test func localTimesAreInTheHostsZone() throws {
        // Europe/Madrid as a footer alone would have it: CET-1CEST,M3.5.0,M10.5.0/3 (RFC 8536 section 3.3).
        var zone: [UInt8] = []
        for _ in 0..<2 {
            zone += Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
            for count: UInt8 in [0, 0, 0, 0, 1, 4] { zone += [0, 0, 0, count] }
            zone += [0, 0, 0x0E, 0x10, 0, 0] + Array("CET\0".utf8)
        }
        zone += Array("\nCET-1CEST,M3.5.0,M10.5.0/3\n".utf8)
        var localtime = MemoryHost.Entry()
        localtime.bytes = zone
        localtime.status.size = Int64(zone.count)
        let query = EventQuery(id: "q", sources: ["syslog"])
        func first(_ stamp: String, _ now: Int64) -> Int64? {
            let host = MemoryHost(["/etc/localtime": localtime, "/var/log/syslog": .init("\(stamp) h p: m\n")])
            let collection = Collection(host: host, now: Timestamp(seconds: now))
            guard case .groups(let groups, _)? = LogEventCollector().run([query], collection)["q"] else { return nil }
            return groups.first?.first.seconds
        }
        #expect(first("Nov 23 10:00:01", 1_795_435_200) == 1_795_424_401)
        #expect(first("Jul  1 12:00:00", 1_782_907_200) == 1_782_900_000)
    }
}
