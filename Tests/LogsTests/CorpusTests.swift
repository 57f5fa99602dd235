// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Logs
import Model
import Testing

/// Lines of public logs with the fields others expect of them (GUAITA_CORPORA, crowdsec-hub: parser.assert).
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["GUAITA_CORPORA"] != nil, "skipped: GUAITA_CORPORA names no corpora"))
struct CorpusTests {
    /// Each expected line of a case: the parser's fields by their name there.
    private func expectations(_ folder: URL, stage: String) throws -> [[String: String]] {
        let text = try String(contentsOf: folder.appendingPathComponent("parser.assert"), encoding: .utf8)
        var lines: [Int: [String: String]] = [:]
        for row in text.split(separator: "\n") where row.contains(stage) && row.contains(".Evt.Parsed[\"") {
            guard let open = row.range(of: stage + "\"]["), let close = row.range(of: "].Evt.Parsed[\""),
                let end = row.range(of: "\"] == \""), let index = Int(row[open.upperBound..<close.lowerBound]),
                row.hasSuffix("\"")
            else { continue }
            let value = row[end.upperBound...].dropLast()
            var plain = ""
            var escaped = false
            for character in value {
                if escaped || character != "\\" { plain.append(character) }
                escaped = !escaped && character == "\\"
            }
            lines[index, default: [:]][String(row[close.upperBound..<end.lowerBound])] = plain
        }
        return lines.sorted { $0.key < $1.key }.map(\.value)
    }

    private func folder(_ name: String) throws -> URL {
        let corpora = try #require(ProcessInfo.processInfo.environment["GUAITA_CORPORA"])
        return URL(fileURLWithPath: corpora).appendingPathComponent("crowdsec-hub/\(name)")
    }

    private func events(_ folder: URL, _ format: LogFormat) throws -> [Event?] {
        let logs = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "log" }.sorted { $0.path < $1.path }
        let decoder = LineDecoder(format, clock: LogClock(reference: Timestamp(seconds: 1_795_424_401)))
        var events: [Event?] = []
        for log in logs {
            var splitter = LineSplitter()
            func take(_ bytes: [UInt8], _ line: Range<Int>, _ number: Int) {
                if !line.isEmpty { events.append(decoder.event(bytes, line)) }
            }
            splitter.feed(Array(try Data(contentsOf: log)), take)
            splitter.finish(take)
        }
        return events
    }

    /// Folders with expectations of a parser.
    private func folders(_ stage: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder(""), includingPropertiesForKeys: nil)
            .filter { FileManager.default.fileExists(atPath: $0.appendingPathComponent("parser.assert").path) }
            .filter { try !expectations($0, stage: stage).isEmpty }.sorted { $0.path < $1.path }
    }

    /// Compares a parser's expectations with what is decoded here, in every folder that holds an expectation for each
    /// line of the format; prints how many lines agree and which folders were left out.
    private func compare(
        _ stage: String, field: String, _ format: LogFormat, _ agrees: (Event, [String: String]) -> Bool
    ) throws -> (passed: Int, failed: Int) {
        var (passed, failed) = (0, 0)
        for folder in try folders(stage) {
            let expected = try expectations(folder, stage: stage).filter { $0[field] != nil }
            let decoded = try events(folder, format).compactMap(\.self)
            guard decoded.count == expected.count else {
                let name = folder.lastPathComponent
                print(
                    "corpus: \(name) skipped: \(decoded.count) \(format.rawValue) lines, expectations for \(expected.count)"
                )
                continue
            }
            for (event, fields) in zip(decoded, expected) {
                let isEqual = agrees(event, fields)
                if !isEqual { print("corpus: \(folder.lastPathComponent): \(fields) but \(event)") }
                passed += isEqual ? 1 : 0
                failed += isEqual ? 0 : 1
            }
        }
        print("corpus: \(format.rawValue): \(passed) passed, \(failed) failed")
        return (passed, failed)
    }

    @Test func syslogHeaders() throws {
        let result = try compare("crowdsecurity/syslog-logs", field: "message", .syslog) { event, fields in
            // Leading spaces, with which sudo aligns its lines, are left out here.
            event.program == fields["program"]
                && event.message == fields["message"].map { String($0.drop { $0 == " " }) }
                && (fields["pid"].flatMap { Int64($0) } ?? event.pid) == event.pid
        }
        #expect(result.passed > 0)
        #expect(result.failed == 0)
    }

    @Test func accessLines() throws {
        let result = try compare("crowdsecurity/nginx-logs", field: "status", .combined) { event, fields in
            func isEqual(_ name: String, _ value: String?) -> Bool {
                guard let expected = fields[name], !expected.isEmpty, expected != "-" else { return true }
                return expected == value
            }
            let request = event.request
            return isEqual("remote_addr", request?.remoteAddress) && isEqual("verb", request?.method)
                && isEqual("status", request?.status.map { String($0) })
                && isEqual("body_bytes_sent", request?.bytes.map { String($0) })
                && isEqual("http_user_agent", request?.userAgent)
        }
        #expect(result.passed > 0)
        #expect(result.failed == 0)
    }
}
