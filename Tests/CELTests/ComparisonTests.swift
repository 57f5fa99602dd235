// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Testing

struct ComparisonTests {
    /// From deb-version(7) and what `dpkg --compare-versions` answers.
    @Test(arguments: [
        ("1.0", "1.0", 0), ("1.0", "1.1", -1), ("1.10", "1.9", 1), ("1:1", "2", 1), ("0:1", "1", 0),
        ("1.0-1", "1.0-2", -1),
        ("1.0", "1.0-0", 0), ("1.0~rc1", "1.0", -1), ("1.0~~", "1.0~", -1), ("1.0a", "1.0", 1), ("1.0+b1", "1.0a", 1),
        ("1.0.", "1.0a", 1), ("", "", 0), ("", "1", -1), ("001", "1", 0), ("1:", "1:", 0), ("~", "", -1),
        ("a", "b", -1),
        ("99999999999999999999999", "100000000000000000000000", -1), ("1:9.2p1-2+deb12u3", "1:9.2p1-2+deb12u10", -1),
        ("1-1-1", "1-1-2", -1), ("é", "e", 1),
    ])
    func `versions`(left: String, right: String, order: Int) {
        #expect(compareDebianVersions(left, right) == order)
        #expect(compareDebianVersions(right, left) == -order)
    }

    @Test func `equality looks at bytes, kinds and magnitudes`() {
        #expect(!celEquals(.string("Am\u{E9}lie"), .string("Ame\u{301}lie")))
        #expect(celEquals(.int(1), Value(.uint(1))) && celEquals(.int(1), .double(1)))
        #expect(!celEquals(.double(.nan), .double(.nan)))
        #expect(!celEquals(.int(1), .string("1")) && !celEquals(.bool(true), .int(1)))
        #expect(!celEquals(Value(.uint(.max)), .int(-1)))
        #expect(celEquals(.absent, .absent) && celEquals(Value(.optional(nil)), Value(.optional(nil))))
        #expect(!celEquals(Value(.optional(nil)), Value(.optional(.int(1)))))
        #expect(celEquals(.list([.int(1), .double(2)]), .list([.double(1), .int(2)])))
    }

    @Test func `order`() {
        #expect(celCompare(.string("a"), .string("é")) == -1)
        #expect(celCompare(.double(.nan), .int(1)) == nil)
        #expect(celCompare(.int(-1), Value(.uint(0))) == -1)
        #expect(celCompare(.int(Int64.max), Value(.uint(.max))) == -1)
        #expect(celCompare(.int(Int64.min), .double(-1e300)) == 1)
        #expect(celCompare(.mode(FileMode(bits: 0)), .mode(FileMode(bits: 1))) == nil)
        #expect(celCompare(Value(.version("1.9")), Value(.version("1.10"))) == -1)
    }
}
