// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Daemon

@Suite("Schedule: when to look, and at what")
struct ScheduleTests {
    private func schedule() -> Schedule { Schedule(now: 1000, interval: 3_600_000, jitter: 300_000, settle: 1000) }

    @Test("the first full scan is due at once, the next after the interval and some chance")
    func fullScans() {
        var schedule = schedule()
        #expect(schedule.due == 1000)
        #expect(schedule.take(now: 1000) { bound in bound } == .full)
        #expect(schedule.nextFull == 1000 + 3_600_000 + 300_000)
        #expect(schedule.take(now: 1001) { _ in 0 } == nil)
        schedule.wantFull(now: 2000)
        #expect(schedule.take(now: 2000) { _ in 0 } == .full)
        #expect(schedule.nextFull == 2000 + 3_600_000)
    }

    @Test("a change is looked at once it is quiet, together with the others that came meanwhile")
    func settles() {
        var schedule = schedule()
        _ = schedule.take(now: 1000) { _ in 0 }
        schedule.note(["sshd"], now: 10_000)
        #expect(schedule.due == 11_000)
        #expect(schedule.take(now: 10_999) { _ in 0 } == nil)
        schedule.note(["units"], now: 10_900)
        #expect(schedule.due == 11_900)
        #expect(schedule.take(now: 11_900) { _ in 0 } == .changed(["sshd", "units"]))
        #expect(schedule.take(now: 12_000) { _ in 0 } == nil)
    }

    @Test("what never is quiet is looked at all the same")
    func neverQuiet() {
        var schedule = schedule()
        _ = schedule.take(now: 1000) { _ in 0 }
        var looks: [Int64] = []
        for now in stride(from: Int64(10_000), through: 20_000, by: 100) {
            schedule.note(["sshd"], now: now)
            if schedule.take(now: now, chance: { _ in 0 }) != nil { looks.append(now) }
        }
        #expect(looks == [12_000, 14_100, 16_200, 18_300])
    }

    @Test("a busy directory is looked at once a minute after a while, a quiet hour gives the allowance back")
    func allowance() {
        var schedule = schedule()
        _ = schedule.take(now: 0) { _ in 0 }
        _ = schedule.take(now: 1000) { _ in 0 }
        var looks = 0
        for now in stride(from: Int64(2000), to: 3_500_000, by: 500) {
            schedule.note(["sshd"], now: now)
            if schedule.take(now: now, chance: { _ in 0 }) != nil { looks += 1 }
        }
        #expect((100...125).contains(looks), "\(looks) looks in an hour")
    }

    @Test("a full scan covers what changed before it")
    func fullCovers() {
        var schedule = schedule()
        schedule.note(["sshd"], now: 1000)
        #expect(schedule.take(now: 1000) { _ in 0 } == .full)
        #expect(schedule.due == schedule.nextFull)
    }
}

@Suite("ClockWatch: somebody sets the clock")
struct ClockWatchTests {
    @Test("a year back is noticed once, drift is not")
    func jumps() {
        var watch = ClockWatch(boot: 0, wall: 1_000_000_000)
        #expect(watch.jump(boot: 60_000, wall: 1_000_060_500) == nil)
        #expect(watch.jump(boot: 120_000, wall: 1_000_120_000 - 31_536_000_000) == -31_536_000_000)
        #expect(watch.jump(boot: 180_000, wall: 1_000_180_000 - 31_536_000_000) == nil)
    }
}
