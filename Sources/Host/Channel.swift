// SPDX-License-Identifier: GPL-3.0-or-later

internal import CGuaita
internal import Glibc
internal import Synchronization

/// One end of a unix(7) SEQPACKET socket pair: packets keep their borders, and may carry one open file (SCM_RIGHTS).
///
/// Whoever serves others (the broker) sends and receives without waiting: another end that does not read is then an
/// error, `.wouldBlock`, and never a hold-up.
public final class Channel: Sendable {
    /// What arrived.
    public struct Packet: Sendable {
        /// The bytes, at least one.
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

    private let descriptor: Descriptor
    /// Held from question to answer, so that several threads can ask.
    private let turn = Mutex(())

    /// The descriptor, to wait for it. It stays this object's own.
    public var raw: Int32 { descriptor.raw }

    /// Takes over a descriptor.
    public init(raw: Int32) { descriptor = Descriptor(owning: raw) }

    /// Two ends, close-on-exec.
    public static func pair() throws(ChannelError) -> (Channel, Channel) {
        var ends: (Int32, Int32) = (-1, -1)
        let result = unsafe withUnsafeMutableBytes(of: &ends) { bytes in
            // socketpair() fills two ints, which is what the tuple holds.
            unsafe bytes.withMemoryRebound(to: Int32.self) { ends in
                unsafe socketpair(
                    AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0, ends.baseAddress)
            }
        }
        guard result == 0 else { throw .system(errno) }
        return (Channel(raw: ends.0), Channel(raw: ends.1))
    }

    /// Sends one packet, of 1 to `packetBytes` bytes. With `waits` false a full socket throws `.wouldBlock`: the other
    /// end does not read.
    public func send(_ bytes: [UInt8], passing file: OpenFile? = nil, waits: Bool = true) throws(ChannelError) {
        guard !bytes.isEmpty, bytes.count <= Self.packetBytes else { throw .packetSize }
        let result = unsafe bytes.withUnsafeBytes { buffer in
            // Only reads the buffer; `file` lives through the call.
            unsafe guaita_send(raw, buffer.baseAddress, buffer.count, file?.raw ?? -1, waits ? 1 : 0)
        }
        guard result >= 0 else { throw ChannelError(errno: Int32(clamping: -result)) }
    }

    /// Sends one packet.
    public func send(_ packet: Packet, waits: Bool = true) throws(ChannelError) {
        try send(packet.bytes, passing: packet.file, waits: waits)
    }

    /// The next packet; nil once the other end is closed. With `waits` false, `.wouldBlock` where none is there.
    public func receive(waits: Bool = true) throws(ChannelError) -> Packet? {
        var file: Int32 = -1
        var result = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.packetBytes) { buffer, count in
            // Writes at most buffer.count bytes and says how many.
            result = unsafe guaita_receive(raw, buffer.baseAddress, buffer.count, &file, waits ? 1 : 0)
            count = max(0, result)
        }
        let owned = file >= 0 ? OpenFile(raw: file) : nil
        if result == 0 || result == -Int(ECONNRESET) { return nil }
        guard result > 0 else { throw ChannelError(errno: Int32(clamping: -result)) }
        return Packet(bytes: bytes, file: owned)
    }

    /// Sends a question and waits for the answer; nil where the other end is closed.
    public func ask(_ bytes: [UInt8]) throws(ChannelError) -> Packet? {
        try turn.withLock { _ throws(ChannelError) in
            try send(bytes)
            return try receive()
        }
    }
}

/// Why a packet could not be sent or received.
public enum ChannelError: Error, Sendable, Hashable {
    /// The other end is closed.
    case closed
    /// Nothing to receive, or no room to send, and no waiting was wanted.
    case wouldBlock
    /// To be sent: empty, or larger than `Channel.packetBytes`.
    case packetSize
    /// Received: larger than `Channel.packetBytes`, or with more than one file. The other end is not guaita.
    case malformed
    /// Any other errno.
    case system(Int32)

    init(errno code: Int32) {
        switch code {
        case EPIPE, ECONNRESET: self = .closed
        case EAGAIN: self = .wouldBlock
        case EBADMSG: self = .malformed
        case EMSGSIZE: self = .packetSize
        default: self = .system(code)
        }
    }
}

extension ChannelError: CustomStringConvertible {
    /// In words.
    public var description: String {
        switch self {
        case .closed: "the other process is gone"
        case .wouldBlock: "the other process does not read"
        case .packetSize: "a packet is empty or too large"
        case .malformed: "a packet is larger than any, or brings several files"
        case .system(let code): HostError(errno: code).description
        }
    }
}
