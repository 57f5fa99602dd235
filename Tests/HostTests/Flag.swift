// SPDX-License-Identifier: GPL-3.0-or-later

import Synchronization

/// Tells a thread to end.
final class Flag: Sendable {
    private let value = Mutex(false)

    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}
