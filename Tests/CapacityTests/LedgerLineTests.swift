// SPDX-License-Identifier: GPL-3.0-or-later

import Model
import Testing

@testable import Capacity

@Suite struct LedgerLineTests {
    @Test(
        "headroom is what was free at the worst moment seen, and its severity has three steps",
        arguments: [
            (used: 96.0, severity: Severity.critical), (95.0, .high), (81.0, .high), (80.0, .medium), (61.0, .medium),
        ])
    func headroom(used: Double, severity: Severity) {
        let line = LedgerLine(resource: "memory", unit: .bytes, limit: 100, used: used)
        #expect(line.verdicts.map(\.formula) == [.headroom])
        #expect(line.verdicts.first?.severity == severity)
    }

    @Test func fortyPercentFreeIsEnough() {
        #expect(LedgerLine(resource: "memory", unit: .bytes, limit: 100, used: 60).verdicts.isEmpty)
    }

    @Test func aPeakCountsMoreThanNow() throws {
        let line = LedgerLine(resource: "memory", unit: .bytes, limit: 100, used: 10, peak: 90)
        let headroom = try #require(line.headroom)
        #expect(abs(headroom - 0.1) < 1e-12)
    }

    @Test func useAboveTheLimitLeavesNothing() {
        #expect(LedgerLine(resource: "tasks", unit: .count, limit: 10, used: 12).headroom == 0)
    }

    @Test func promisesAboveTheLimitAreOvercommitted() {
        var line = LedgerLine(resource: "memory", unit: .bytes, limit: 100, committed: 101, used: 1, isFatal: true)
        #expect(line.verdicts.map(\.formula) == [.overcommit])
        #expect(line.verdicts.first?.severity == .high)
        line.isFatal = false
        #expect(line.verdicts.first?.severity == .medium)
        line.committed = 100
        #expect(line.verdicts.isEmpty)
    }

    @Test(
        "what cannot be observed is said, never good",
        arguments: [
            LedgerLine(resource: "a", unit: .count, used: 1), LedgerLine(resource: "b", unit: .count, limit: 10),
            LedgerLine(resource: "c", unit: .count, limit: 10, used: 1, whyNot: "no permission"),
            LedgerLine(resource: "d", unit: .count, limit: 0, used: 1),
            LedgerLine(resource: "e", unit: .count, limit: .infinity, used: 1),
            LedgerLine(resource: "f", unit: .count, limit: .nan, used: 1),
            LedgerLine(resource: "g", unit: .count, limit: 10, used: -1),
        ])
    func unobservable(line: LedgerLine) {
        #expect(!line.isObservable)
        #expect(line.verdicts.map(\.formula) == [.unobservable])
        #expect(line.verdicts.first?.reason?.isEmpty == false)
    }

    @Test(
        "a runway is judged by its whole band",
        arguments: [
            (LedgerLine.Growth(low: 5, median: 6, high: 7), Severity.critical),
            (.init(low: 1, median: 6, high: 7), .high),
            (.init(low: 0, median: 0.5, high: 2), .medium),
        ])
    func runway(growth: LedgerLine.Growth, severity: Severity) {
        let line = LedgerLine(resource: "disk:/", unit: .bytes, limit: 100, used: 40)
        #expect(line.runway(growth)?.severity == severity)
    }

    @Test func nothingGrowsNothingFills() {
        let line = LedgerLine(resource: "disk:/", unit: .bytes, limit: 100, used: 40)
        #expect(line.runway(.init(low: -2, median: -1, high: 0)) == nil)
        #expect(line.runway(.init(low: 0, median: 0.1, high: 0.2)) == nil)
    }

    @Test func consumersMayNotAskForMoreThanThereIs() {
        #expect(LedgerLine.mismatch(consumers: [60, 40], provider: 100) == nil)
        #expect(LedgerLine.mismatch(consumers: [60, 41], provider: 100)?.severity == .medium)
        #expect(LedgerLine.mismatch(consumers: [60, 41], provider: 100, isFatal: true)?.severity == .high)
        #expect(LedgerLine.mismatch(consumers: [1], provider: 0)?.value == nil)
        #expect(LedgerLine.mismatch(consumers: [.infinity], provider: 1) == nil)
    }
}
