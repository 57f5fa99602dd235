// SPDX-License-Identifier: GPL-3.0-or-later

internal import Synchronization

/// What was made from a key, remembered up to a number of entries: two generations, the older of which is forgotten
/// when the younger is full. Values must be a function of their key alone.
final class BoundedCache<Key: Hashable & Sendable, Element: Sendable>: Sendable {
    private struct Generations {
        var young: [Key: Element] = [:]
        var old: [Key: Element] = [:]
    }

    private let generations = Mutex(Generations())
    private let half: Int

    /// A cache of at most `capacity` entries.
    init(capacity: Int) { half = max(1, capacity / 2) }

    /// The remembered value, else a new one. `make` runs outside the lock; a failure is not remembered.
    func value<Failure: Error>(for key: Key, _ make: () throws(Failure) -> Element) throws(Failure) -> Element {
        if let known = generations.withLock({ $0.young[key] ?? $0.old[key] }) { return known }
        let made = try make()
        generations.withLock { generations in
            if generations.young.count >= half {
                generations.old = generations.young
                generations.young = [:]
            }
            generations.young[key] = made
        }
        return made
    }
}
