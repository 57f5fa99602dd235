// SPDX-License-Identifier: GPL-3.0-or-later

import Logs
import Model
import TestSupport
import Testing

/// 2026-11-23T09:00:01Z.
private let morning: Int64 = 1_795_424_401

@Suite struct LineDecoderTests {
    private func decode(_ line: String, _ format: LogFormat, reference: Int64 = morning, east: Int64 = 0) -> Event? {
        decode(Array(line.utf8), format, reference: reference, east: east)
    }

    private func decode(_ bytes: [UInt8], _ format: LogFormat, reference: Int64 = morning, east: Int64 = 0) -> Event? {
        LineDecoder(format, clock: LogClock(reference: Timestamp(seconds: reference), offset: { _ in east }))
            .event(bytes, 0..<bytes.count)
    }

    // MARK: syslog

    @Test func traditionalHeader() throws {
        let event = try #require(decode("Nov 23 09:00:01 web1 sshd[812]: Failed password for root", .syslog))
        #expect(event.time == Timestamp(seconds: morning))
        #expect(event.host == "web1")
        #expect(event.program == "sshd")
        #expect(event.pid == 812)
        #expect(event.message == "Failed password for root")
        #expect(event.priority == nil)
        #expect(event.request == nil)
    }

    @Test func fileFormatHeader() throws {
        let line = "2026-11-23T10:00:01.123456+01:00 web1 sudo:   ada : 3 incorrect password attempts"
        let event = try #require(decode(line, .syslog, east: 7200))
        #expect(event.time == Timestamp(seconds: morning, nanoseconds: 123_456_000))
        #expect(event.program == "sudo")
        #expect(event.pid == nil)
        #expect(event.message == "ada : 3 incorrect password attempts")
    }

    @Test(arguments: [
        ("Nov  3 09:00:01 h p: m", "m", "p"), ("Nov 3 09:00:01 h p: m", "m", "p"),
        ("<34>Nov  3 09:00:01 h p: m", "m", "p"),
        ("Nov  3 09:00:01 h postfix/smtpd[3]: a: b", "a: b", "postfix/smtpd"),
        ("Nov  3 09:00:01 h kernel: [ 12.5] Out of memory", "[ 12.5] Out of memory", "kernel"),
        ("Nov  3 09:00:01 h p[x]: m", "m", "p"), ("Nov  3 09:00:01 h p:", "", "p"),
    ])
    func headersOfOtherShapes(line: String, message: String, program: String) throws {
        let event = try #require(decode(line, .syslog))
        #expect(event.message == message)
        #expect(event.program == program)
    }

    @Test func aMessageWithoutATag() throws {
        let event = try #require(decode("Nov  3 09:00:01 h last message repeated 3 times", .syslog))
        #expect(event.program == nil)
        #expect(event.message == "last message repeated 3 times")
    }

    @Test func repeatedMessagesCountAsOftenAsTheySay() throws {
        let line =
            "Nov 23 09:00:01 h sshd[8]: message repeated 4 times: [ Failed password for root from 192.0.2.1 port 2]"
        let event = try #require(decode(line, .syslog))
        #expect(event.repeats == 4)
        #expect(event.message == "Failed password for root from 192.0.2.1 port 2")
        #expect(decode("Nov 23 09:00:01 h p: message repeated 0 times: [ x]", .syslog)?.repeats == 1)
        #expect(decode("Nov 23 09:00:01 h p: message repeated 9999999 times: [ x]", .syslog)?.repeats == 1)
    }

    @Test(arguments: [
        "", "x", "Nov", "Nov 23", "Nov 23 09:00:01", "Nov 23 09:00:01 host", "Nov 31 09:00:01 h p: m",
        "Nov 23 24:00:01 h p: m", "Foo 23 09:00:01 h p: m", "2026-13-01T00:00:00Z h p: m",
        "<999>Nov 23 09:00:01 h p: m",
        "Nov 99999999999999999999 09:00:01 h p: m", "2026-11-23",
    ])
    func whatIsNoSyslogLineGivesNothing(line: String) {
        #expect(decode(line, .syslog) == nil)
    }

    @Test func bytesThatAreNotUTF8AreRepaired() throws {
        let event = try #require(decode(Array("Nov 23 09:00:01 h p: caf".utf8) + [0xE9, 0x00, 0x21], .syslog))
        #expect(event.message == "caf\u{FFFD}\0!")
    }

    // MARK: the year that is left out

    @Test(arguments: [
        ("Dec 31 23:59:59", 1_798_761_599, 1_798_765_200),  // read an hour into 2027: last year
        ("Jan  1 00:30:00", 1_798_763_400, 1_798_765_200),  // this year
        ("Jan  1 00:30:00", 1_798_763_400, 1_798_761_000),  // half an hour "before" the file was written: clocks differ
        ("Jan  5 00:00:00", 1_767_571_200, 1_798_761_000),  // days later than the file: a year ago
        ("Feb 29 12:00:00", 1_709_208_000, 1_795_424_401),  // the last leap year was 2024
    ])
    func theYearIsTheLatestThatIsNotAfterTheFile(stamp: String, expected: Int64, reference: Int64) {
        #expect(decode("\(stamp) h p: m", .syslog, reference: reference)?.time.seconds == expected)
    }

    @Test func localTimesAreTakenInTheHostsZone() {
        #expect(decode("Nov 23 10:00:01 h p: m", .syslog, east: 3600)?.time.seconds == morning)
        #expect(decode("2026-11-23 10:00:01 startup", .dated, east: 3600)?.time.seconds == morning)
    }

    // MARK: web servers

    @Test func combined() throws {
        let line =
            #"203.0.113.9 - ada [23/Nov/2026:10:00:01 +0100] "GET /a?b=c&d HTTP/2.0" 200 512 "https://e.org/" "curl/8""#
        let event = try #require(decode(line, .combined))
        let request = try #require(event.request)
        #expect(event.time.seconds == morning)
        #expect(event.message == line)
        #expect(request.remoteAddress == "203.0.113.9")
        #expect(request.user == "ada")
        #expect(request.method == "GET")
        #expect(request.path == "/a")
        #expect(request.query == "b=c&d")
        #expect(request.protocol == "HTTP/2.0")
        #expect(request.status == 200)
        #expect(request.bytes == 512)
        #expect(request.referer == "https://e.org/")
        #expect(request.userAgent == "curl/8")
    }

    @Test func dashesAreNotSet() throws {
        let request = try #require(
            decode(#"::1 - - [23/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 304 - "-" "-""#, .combined)?.request)
        #expect(request.user == nil)
        #expect(request.query == nil)
        #expect(request.bytes == nil)
        #expect(request.referer == nil)
        #expect(request.userAgent == nil)
    }

    @Test func escapesAreTakenBack() throws {
        let line =
            #"192.0.2.1 - - [23/Nov/2026:09:00:01 +0000] "GET /\x22\xC3\xA0\xFF HTTP/1.1" 404 1 "-" "a \"b\" \\x41 \q""#
        let request = try #require(decode(line, .combined)?.request)
        #expect(request.path == "/\"à\u{FFFD}")
        #expect(request.userAgent == #"a "b" \x41 \q"#)
    }

    @Test(arguments: [#""\x16\x03\x01" 400 157"#, #""HELP" 400 157"#, #""" 400 0"#, #""lv|'|'| x y" 400 157"#])
    func requestsThatAreNotHTTPKeepTheirStatus(rest: String) throws {
        let line = "192.0.2.1 - - [23/Nov/2026:09:00:01 +0000] \(rest) \"-\" \"-\""
        let request = try #require(decode(line, .combined)?.request)
        #expect(request.status == 400)
        #expect(request.method == nil)
        #expect(request.path == nil)
    }

    @Test func usersAndHostsOfOtherShapes() throws {
        let spaced = try #require(
            decode(#"192.0.2.1 - a [b] c [23/Nov/2026:09:00:01 +0000] "GET / HTTP/1.0" 401 0 "-" "-""#, .combined))
        #expect(spaced.request?.user == "a [b] c")
        let virtual = try #require(
            decode(
                #"e.org:443 192.0.2.1 - - [23/Nov/2026:09:00:01 +0000] "GET / HTTP/1.0" 200 0 "-" "-" "x""#, .combined))
        #expect(virtual.host == "e.org:443")
        #expect(virtual.request?.remoteAddress == "192.0.2.1")
        let old = try #require(decode(#"192.0.2.1 - - [23/Nov/2026:09:00:01 +0000] "GET /x" 200 0"#, .combined))
        #expect(old.request?.path == "/x")
        #expect(old.request?.protocol == nil)
    }

    @Test(arguments: [
        "", "\"", #"192.0.2.1 - - [23/Nov/2026:09:00:01 +0000]"#,
        #"[23/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 1"#,
        #"192.0.2.1 - - [23/Nov/2026:09:00:01 +0000] "GET /"#,
        #"192.0.2.1 - - [23/Nov/2026:09:00:01 +0000] "GET /" x 1"#,
        #"192.0.2.1 - - [99/Nov/2026:09:00:01 +0000] "GET /" 200 1"#, #"{"status": 200, "path": "/"}"#,
        #" [23/Nov/2026:09:00:01 +0000] "GET /" 200 1"#, #"[23/Nov/2026:09:00:01 +0000] """#,
    ])
    func whatIsNotCombinedGivesNothing(line: String) {
        #expect(decode(line, .combined) == nil)
    }

    @Test func nginxError() throws {
        let line =
            #"2026/11/23 09:00:01 [error] 12#13: *34 connect() failed, client: 192.0.2.7, server: e.org, "#
            + #"request: "GET /a?b HTTP/1.1", upstream: "http://127.0.0.1:8069/a?b", host: "e.org""#
        let event = try #require(decode(line, .nginxError))
        #expect(event.time.seconds == morning)
        #expect(event.priority == 3)
        #expect(event.pid == 12)
        #expect(event.message.hasPrefix("connect() failed, client:"))
        #expect(event.request?.remoteAddress == "192.0.2.7")
        #expect(event.request?.path == "/a")
        let plain = try #require(
            decode("2026/11/23 09:00:01 [alert] 9#9: 768 worker_connections are not enough", .nginxError))
        #expect(plain.priority == 1)
        #expect(plain.message == "768 worker_connections are not enough")
        #expect(plain.request == nil)
        #expect(decode("2026/11/23 09:00:01 error 12", .nginxError) == nil)
    }

    // MARK: others

    @Test func postgresql() throws {
        let line = "2026-11-23 09:00:01.250 UTC [71] odoo@prod FATAL:  sorry, too many clients already"
        let event = try #require(decode(line, .postgresql, east: 3600))
        #expect(event.time == Timestamp(seconds: morning, nanoseconds: 250_000_000))
        #expect(event.pid == 71)
        #expect(event.priority == 3)
        #expect(event.message == "sorry, too many clients already")
        let own = try #require(
            decode("2026-11-23 10:00:01.250 CET [71] LOG:  checkpoint starting: time", .postgresql, east: 3600))
        #expect(own.time.seconds == morning)
        #expect(own.priority == 6)
        #expect(own.message == "checkpoint starting: time")
        #expect(decode("\tSELECT 1", .postgresql) == nil)
    }

    @Test(arguments: LogFormat.allCases, [3 as UInt64, 17, 2026])
    func noBytesCanTrap(format: LogFormat, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let seeds = [
            "Nov 23 09:00:01 h p[1]: message repeated 3 times: [ x]",
            "2026/11/23 09:00:01 [error] 1#1: *3 x, client: y, request: \"a",
            #"a - b [23/Nov/2026:09:00:01 +0100] "GET /\x2 HTTP/1.1" 200 1 "\" "\"#,
            "2026-11-23 09:00:01.2 UTC [1] a FATAL:  x",
        ].map { Array($0.utf8) }
        for _ in 0..<2000 {
            var line = seeds[Int(random.next() % 4)]
            for _ in 0...(random.next() % 4) {
                let at = Int(random.next() % UInt64(line.count))
                switch random.next() % 3 {
                case 0: line[at] = UInt8(truncatingIfNeeded: random.next())
                case 1: line.removeSubrange(at..<min(line.count, at + 1 + Int(random.next() % 8)))
                default: line.insert(contentsOf: [0x22, 0x5C, 0x20, 0x5B].shuffled(using: &random), at: at)
                }
                if line.isEmpty { line = [0x20] }
            }
            _ = decode(line, format)
        }
    }
}
