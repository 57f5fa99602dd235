// SPDX-License-Identifier: GPL-3.0-or-later

extension String {
    /// The text with spaces after it, up to a width in characters.
    public func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
