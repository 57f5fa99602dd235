// SPDX-License-Identifier: GPL-3.0-or-later

/// An open file that can be handed to another process; closed with its last owner.
public final class OpenFile: Sendable {
    /// The descriptor. It stays this object's own.
    public let raw: Int32

    /// Takes over a descriptor.
    public init(raw: Int32) { self.raw = raw }
}
