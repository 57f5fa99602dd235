// SPDX-License-Identifier: GPL-3.0-or-later

/// One end of a unix(7) SEQPACKET socket pair: packets keep their borders, and may carry one open file (SCM_RIGHTS).
/// Used from one thread.
public final class Channel: Sendable {
    /// What arrived.
    public struct Packet: Sendable {
        /// The bytes.
        public var bytes: [UInt8]
        /// The file that came along.
        public var file: OpenFile?

        /// A packet.
        public init(bytes: [UInt8], file: OpenFile? = nil) {
            self.bytes = bytes
            self.file = file
        }
    }

    /// The largest packet: 64 KiB. What is larger travels in a file.
    public static let packetBytes = 64 << 10

    /// The descriptor, to wait for it. It stays this object's own.
    public let raw: Int32

    /// Takes over a descriptor.
    public init(raw: Int32) { self.raw = raw }
}
