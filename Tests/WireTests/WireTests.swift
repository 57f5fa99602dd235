// SPDX-License-Identifier: GPL-3.0-or-later
import TestSupport
import Testing
import Wire

@Suite("Wire: bytes between processes of guaita")
struct WireTests {
    @Test("what is written comes back")
    func roundTrip() throws {
        var writer = WireWriter()
        writer.write(UInt8(7))
        writer.write(true)
        writer.write(Int64.min)
        writer.write(-1)
        writer.write(2.5)
        writer.write("ara sí")
        writer.write([UInt8](0...255))
        writer.write(nil as Int?) { $0.write($1) }
        writer.write(["a", "", "b"]) { $0.write($1) }
        var reader = WireReader(writer.bytes)
        #expect(try reader.byte() == 7)
        #expect(try reader.bool())
        #expect(try reader.int64() == .min)
        #expect(try reader.int() == -1)
        #expect(try reader.double() == 2.5)
        #expect(try reader.string() == "ara sí")
        #expect(try reader.byteArray() == [UInt8](0...255))
        #expect(try reader.optional { (reader) throws(WireError) in try reader.int() } == nil)
        #expect(try reader.array { (reader) throws(WireError) in try reader.string() } == ["a", "", "b"])
        try reader.end()
    }

    @Test("a length that is not there is an error, and costs nothing", arguments: [Int.max, -1, 1 << 40])
    func impossibleLengths(_ count: Int) {
        var writer = WireWriter()
        writer.write(count)
        #expect(throws: WireError.self) {
            var reader = WireReader(writer.bytes); _ = try reader.byteArray()
        }
        #expect(throws: WireError.self) {
            var reader = WireReader(writer.bytes); _ = try reader.string()
        }
        #expect(throws: WireError.self) {
            var reader = WireReader(writer.bytes)
            _ = try reader.array { (reader) throws(WireError) in try reader.byte() }
        }
    }

    @Test("any bytes at all are read or refused, never a trap")
    func anyBytes() {
        let seed = SeededGenerator.seed()
        print("WireTests.anyBytes: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...(Bool.random(using: &generator) ? 3 : 255), using: &generator)
            }
            var reader = WireReader(bytes)
            while reader.remaining > 0 {
                let left = reader.remaining
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: _ = try? reader.string()
                case 1: _ = try? reader.byteArray()
                case 2: _ = try? reader.array { (reader) throws(WireError) in try reader.byte() }
                default: _ = try? reader.optional { (reader) throws(WireError) in try reader.int() }
                }
                if reader.remaining == left { break }
            }
        }
    }
}
