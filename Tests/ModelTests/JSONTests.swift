// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Model
import Testing

@Suite("JSON")
struct JSONTests {
    @Test("is read back by another implementation as it was meant")
    func roundTrip() throws {
        let hostile = "\u{0}\u{1B}[31m\"\\/\u{7F}\u{9B}\u{2028}é🦉\n\t\r"
        let json = JSON.object([
            ("text", .string(hostile)), ("int", .int(Int.max)), ("tenths", .tenths(-5)), ("none", .null),
            ("double", .double(0.1)), ("whole", .double(3)), ("infinite", .double(.infinity)),
            ("list", .strings(["a"])),
            ("empty", .array([])), ("nothing", .object([])), ("yes", .bool(true)),
        ])
        let read = try #require(try JSONSerialization.jsonObject(with: Data(json.text)) as? [String: Any])
        #expect(read["text"] as? String == hostile)
        #expect(read["int"] as? Int == Int.max)
        #expect(read["tenths"] as? Double == -0.5)
        #expect(read["double"] as? Double == 0.1)
        #expect(read["whole"] as? Int == 3)
        #expect(read["infinite"] is NSNull)
        #expect(read["list"] as? [String] == ["a"])
        #expect((read["empty"] as? [Any])?.isEmpty == true)
    }

    @Test("holds no control character but newlines")
    func printable() {
        var text = ""
        for value in 0...0x9F as ClosedRange<UInt32> {
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        #expect(JSON.string(text).text.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }
}
