// SPDX-License-Identifier: GPL-3.0-or-later

/// Sockets that wait for someone, from /proc/net/tcp, tcp6, udp and udp6 (proc(5)).
public struct SocketTable: Sendable {
    /// A socket that is bound and not connected.
    public struct Listener: Sendable, Hashable {
        /// 4 or 16 bytes in network order.
        public let address: [UInt8]
        /// Its port.
        public let port: Int64
        /// The user it belongs to.
        public let userID: Int64
        /// For TCP, connections that wait to be accepted; for UDP, bytes that wait to be read.
        public let queue: Int64
        /// Line, from 1.
        public let line: Int

        /// 127.0.0.0/8, ::1, and 127.0.0.0/8 as an IPv6 address.
        public var isLoopback: Bool {
            if address.count == 4 { return address[0] == 127 }
            let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127]
            return address.dropLast().allSatisfy { $0 == 0 } && address.last == 1 || address.starts(with: mapped)
        }
    }

    /// The listeners in the order of the file.
    public let listeners: [Listener]

    /// Reads the bytes of one of the four files. `isTCP` says which state means listening: TCP_LISTEN (10), or for UDP
    /// a socket that is not connected (7).
    public init(_ bytes: [UInt8], isTCP: Bool) {
        listeners = bytes.split(separator: 0x0A).enumerated().dropFirst().compactMap { index, line in
            let fields = line.split(separator: 0x20)
            guard fields.count > 7, fields[3].elementsEqual((isTCP ? "0A" : "07").utf8) else { return nil }
            let local = fields[1].split(separator: 0x3A)
            let queues = fields[4].split(separator: 0x3A)
            guard local.count == 2, let address = Self.address(local[0]), let port = Self.hexadecimal(local[1]),
                let queue = queues.last.flatMap(Self.hexadecimal),
                let user = Int64(String(decoding: fields[7], as: UTF8.self))
            else { return nil }
            return Listener(address: address, port: port, userID: user, queue: queue, line: index + 1)
        }
    }

    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> Int64? {
        Int64(String(decoding: text, as: UTF8.self), radix: 16)
    }

    /// The kernel prints each 32-bit word in the byte order of the machine: little-endian on all that Debian servers
    /// run on but s390x.
    private static func address(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count == 8 || text.count == 32 else { return nil }
        var bytes: [UInt8] = []
        var rest = text
        while !rest.isEmpty {
            guard let word = UInt32(String(decoding: rest.prefix(8), as: UTF8.self), radix: 16) else { return nil }
            for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
            rest = rest.dropFirst(8)
        }
        return bytes
    }

    /// Packets the kernel dropped because its queue for received ones was full: the second column of
    /// /proc/net/softnet_stat, all processors together. Nil when the file holds something else.
    public static func softnetDrops(_ bytes: [UInt8]) -> Int64? {
        var total: Int64 = 0
        for line in bytes.split(separator: 0x0A) {
            let fields = line.split(separator: 0x20)
            guard fields.count > 1, let dropped = hexadecimal(fields[1]) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(dropped)
            if overflow { return nil }
            total = sum
        }
        return total
    }
}
