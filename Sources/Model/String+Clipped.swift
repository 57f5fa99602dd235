// SPDX-License-Identifier: GPL-3.0-or-later

extension String {
    /// The text, cut to a number of bytes of UTF-8, with an ellipsis where something was cut.
    public func clipped(to bytes: Int) -> String {
        utf8.count <= bytes ? self : String(decoding: utf8.prefix(bytes), as: UTF8.self) + "…"
    }
}
