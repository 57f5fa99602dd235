// SPDX-License-Identifier: GPL-3.0-or-later
import Model
import Testing

@Suite("Spans and sizes as people write them") struct QuantityTests {
    @Test(
        "Spans of whole units",
        arguments: [
            ("90s", 90), ("1h30m", 5400), ("1d", 86_400), ("1d2h3m4s", 93_784), ("0s", 0), ("0d0h", 0), ("007m", 420),
            ("106751991167300d15h30m7s", Int64.max),
        ] as [(String, Int64)])
    func span(_ text: String, _ seconds: Int64) {
        #expect(TimeSpan(wholeUnits: text) == TimeSpan(seconds: seconds))
    }

    @Test(
        "What is no span",
        arguments: [
            "", "1", "s", "1.5h", "-1h", "+1h", "1 h", "1h 30m", "1m1h", "1h1h", "1w", "1H", "1min", "1é",
            "106751991167300d15h30m8s", "106751991167301d", "9223372036854775808s", "99999999999999999999999s",
        ])
    func noSpan(_ text: String) {
        #expect(TimeSpan(wholeUnits: text) == nil)
    }

    @Test("A span is written as it is read", arguments: [0, 1, 59, 60, 3661, 86_399, 86_400, 90_000, Int64.max])
    func written(_ seconds: Int64) {
        let text = TimeSpan(seconds: seconds).wholeUnits
        #expect(TimeSpan(wholeUnits: text) == TimeSpan(seconds: seconds), "\(text)")
    }

    @Test("Sizes are written as they are read", arguments: [0, 1, 1000, 1024, 1536, 256 << 20, 1 << 30, Int64.max])
    func size(_ count: Int64) {
        let text = ByteSize(count).text
        #expect(ByteSize(text: text) == ByteSize(count), "\(text)")
    }
}
