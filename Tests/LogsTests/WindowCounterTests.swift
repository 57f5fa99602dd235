// SPDX-License-Identifier: GPL-3.0-or-later

import Model
import TestSupport
import Testing

@testable import Logs

@Suite struct WindowCounterTests {
    /// Groups of events at these seconds, with these values of the distinct field.
    private func groups(
        _ times: [Int64], users: [String]? = nil, window: Int64?, distinct: Bool = false, limit: Int = 10_000,
        by: [String] = [], repeats: Int = 1
    ) -> (groups: [EventGroup], gaps: [String]) {
        let query = EventQuery(
            id: "q", sources: ["s"], by: by, distinct: distinct ? "user" : nil, window: window, groupLimit: limit)
        var scan = LogScan([query], since: Timestamp(seconds: 0), now: Timestamp(seconds: 4_000_000_000))
        for (index, time) in times.enumerated() {
            var event = Event(
                time: Timestamp(seconds: time), message: "m", origin: EventOrigin(path: "f", line: index + 1))
            if let users { event.extracted = [ExtractedField(name: "user", value: users[index])] }
            event.repeats = repeats
            scan.add(event, source: "s")
        }
        return scan.results()[0]
    }

    private func busiest(_ times: [Int64], window: Int64?) -> String {
        groups(times, window: window).groups.map { "\($0.count) \($0.first.seconds)-\($0.last.seconds)" }.joined()
    }

    @Test func eventsShareAWindowWhenTheyAreLessThanItApart() {
        #expect(busiest([0, 599], window: 600) == "2 0-599")
        #expect(busiest([0, 600], window: 600) == "1 0-0")
        #expect(busiest([0, 300, 600, 900], window: 600) == "2 0-300")
        #expect(busiest([], window: 600) == "")
        #expect(busiest([7], window: 600) == "1 7-7")
        #expect(busiest([7, 7], window: 0) == "2 7-7")
        #expect(busiest([7, 8], window: -5) == "1 7-7")
        #expect(busiest([0, 1_000_000], window: .max) == "2 0-1000000")
    }

    @Test func withoutAWindowEverythingIsOne() {
        #expect(busiest([5, 900_000, 3], window: nil) == "3 3-900000")
    }

    @Test func linesInAnyOrderGiveTheSameWindow() {
        #expect(busiest([100, 0, 50, 5000, 40], window: 100) == "3 0-50")
    }

    @Test func theWindowWithMostDistinctValuesIsTheBusiest() {
        let found = groups(
            [0, 1, 2, 3, 1000, 1001], users: ["a", "a", "a", "a", "b", "c"], window: 100, distinct: true
        ).groups
        #expect(found.map(\.distinct) == [2])
        #expect(found.map(\.count) == [2])
        #expect(found.first?.first.seconds == 1000)
        let all = groups([0, 1, 2], users: ["a", "b", "a"], window: nil, distinct: true).groups
        #expect(all.map(\.distinct) == [2])
    }

    @Test func repeatedEventsWeigh() {
        #expect(groups([0, 1], window: 60, repeats: 4).groups.map(\.count) == [8])
        #expect(groups([0, 1], window: nil, repeats: 4).groups.map(\.count) == [8])
    }

    @Test func samplesAreTheFirstOfTheWindow() {
        let found = groups([0, 1000, 1001, 1002, 1003, 1004, 1005, 1006], window: 100).groups
        #expect(found.first?.samples.map(\.line) == [2, 3, 4, 5, 6])
    }

    @Test func groupsOverTheLimitAreSaidNotToBeCounted() {
        let users = (0..<30).map { "u\($0)" }
        let (found, gaps) = groups(Array(repeating: 5, count: 30), users: users, window: 60, limit: 10, by: ["user"])
        #expect(found.count == 10)
        #expect(gaps == ["more than 10 groups: 20 events of further ones were not counted"])
    }

    @Test func eventsThatCannotBeDecidedAreAGap() {
        let query = EventQuery(id: "q", sources: ["s"]) { _ in nil }
        var scan = LogScan([query], since: Timestamp(seconds: 0), now: Timestamp(seconds: 10))
        scan.add(Event(time: Timestamp(seconds: 1), message: "m"), source: "s")
        #expect(scan.results()[0].groups.isEmpty)
        #expect(scan.results()[0].gaps == ["the condition could not be decided for 1 events"])
    }

    /// Against counting every window by hand; more events than are kept before older ones are settled.
    @Test(arguments: [1 as UInt64, 2, 3])
    func theAnswerIsThatOfCountingEveryWindow(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var time: Int64 = 1000
        let times = (0..<20_000).map { _ -> Int64 in
            time += Int64(random.next() % 4)
            return time + Int64(random.next() % 30)  // A little out of order.
        }
        let sorted = times.sorted()
        var most = 0
        var start = 0
        for end in sorted.indices {
            while sorted[end] - sorted[start] >= 500 { start += 1 }
            most = max(most, end - start + 1)
        }
        #expect(groups(times, window: 500).groups.map(\.count) == [most], "seed \(seed)")
    }
}
