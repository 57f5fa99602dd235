// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Reports

@Suite("The report as JSON")
struct JSONReportTests {
    @Test("a report is the same bytes on every run, and is read back")
    func report() throws {
        let text = JSONReport.text(Sample.report())
        #expect(text == JSONReport.text(Sample.report()))
        let read = try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
        let finding = try #require((read["findings"] as? [[String: Any]])?.first)
        let object = try #require((finding["objects"] as? [[String: Any]])?.first)
        #expect(finding["state"] as? String == "fail")
        #expect(object["path"] as? String == "/etc/ssh/sshd_config.d/50-cloud.conf")
        #expect(object["line"] as? Int == 1)
    }
}
