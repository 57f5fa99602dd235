// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Host
import Testing

@Suite("Packets and files between processes", .timeLimit(.minutes(1)))
struct ChannelTests {
    private let here: Channel
    private let there: Channel

    init() throws { (here, there) = try Channel.pair() }

    @Test("packets keep their borders and their order")
    func packets() throws {
        let largest = [UInt8](repeating: 7, count: Channel.packetBytes)
        try here.send([1])
        try here.send([2, 3])
        try there.send(largest)
        #expect(try there.receive()?.bytes == [1])
        #expect(try there.receive()?.bytes == [2, 3])
        #expect(try here.receive()?.bytes == largest)
        #expect(throws: ChannelError.packetSize) { try here.send([]) }
        #expect(throws: ChannelError.packetSize) { try here.send(largest + [0]) }
    }

    @Test("a file goes along, and no program started later inherits it")
    func files() throws {
        let file = try OpenFile.memory(named: "x")
        try file.write(Array("sealed".utf8))
        try file.seal()
        try here.send([1], passing: file)
        let packet = try #require(try there.receive())
        let received = try #require(packet.file)
        #expect(received.raw != file.raw)
        #expect(try received.readAll(limit: 6) == Array("sealed".utf8))
        #expect(fcntl(received.raw, F_GETFD) == FD_CLOEXEC)
        #expect(fcntl(here.raw, F_GETFD) == FD_CLOEXEC && fcntl(there.raw, F_GETFD) == FD_CLOEXEC)
        // Sealed for whoever holds it.
        #expect(throws: HostError.permissionDenied) { try received.write([0]) }
        #expect(throws: HostError.permissionDenied) { try file.write([0]) }
        #expect(ftruncate(received.raw, 0) == -1)
    }

    @Test("who serves never waits: not to receive, not to send")
    func withoutWaiting() throws {
        #expect(throws: ChannelError.wouldBlock) { try here.receive(waits: false) }
        let packet = [UInt8](repeating: 0, count: Channel.packetBytes)
        var sent = 0
        #expect(throws: ChannelError.wouldBlock) {
            while sent < 1000 {
                try here.send(packet, waits: false)
                sent += 1
            }
        }
        #expect(sent > 0)
        // What was sent is whole.
        for _ in 0..<sent { #expect(try there.receive(waits: false)?.bytes.count == packet.count) }
        #expect(throws: ChannelError.wouldBlock) { try there.receive(waits: false) }
    }

    @Test("a closed end is told: nil to receive, an error to send, no signal")
    func closed() throws {
        var pair: (Channel, Channel)? = try Channel.pair()
        let left = try #require(pair?.0)
        try pair?.1.send([9])
        pair = nil
        // What was sent before still arrives.
        #expect(try left.receive()?.bytes == [9])
        #expect(try left.receive() == nil)
        #expect(try left.receive(waits: false) == nil)
        #expect(throws: ChannelError.closed) { try left.send([1]) }
        #expect(throws: ChannelError.closed) { try left.ask([1]) }
    }

    /// What guaita never sends: `count` bytes with these descriptors.
    private func sendRaw(_ count: Int, _ files: [Int32]) {
        var bytes = [UInt8](repeating: 1, count: count)
        // cmsghdr: length, level, type; then the descriptors (cmsg(3)).
        var control = [UInt64](repeating: 0, count: 2 + (files.count + 1) / 2)
        control[0] = UInt64(16 + 4 * files.count)
        control[1] = UInt64(SOL_SOCKET) | UInt64(SCM_RIGHTS) << 32
        for (index, file) in files.enumerated() { control[2 + index / 2] |= UInt64(file) << UInt64(32 * (index % 2)) }
        let result = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe control.withUnsafeMutableBytes { control in
                var vector = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
                return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = vector
                    unsafe message.msg_iovlen = 1
                    if !files.isEmpty {
                        unsafe message.msg_control = control.baseAddress
                        unsafe message.msg_controllen = 16 + 4 * files.count
                    }
                    return unsafe sendmsg(here.raw, &message, 0)
                }
            }
        }
        #expect(result == count, "\(errno)")
    }

    /// The descriptors that are open, but for those other tests may have: only those of pipes.
    private func isOpen(_ pipe: Int32) -> Bool {
        var poll = pollfd(fd: pipe, events: 0, revents: 0)
        // A pipe whose reading ends are all closed says POLLERR to its writer.
        return unsafe Glibc.poll(&poll, 1, 0) == 0
    }

    @Test("a packet too large or with more than one file is refused and its files closed", arguments: [2, 3, 100, 253])
    func strange(count: Int) throws {
        sendRaw(Channel.packetBytes + 1, [])
        #expect(throws: ChannelError.malformed) { try there.receive() }
        var ends: [Int32] = [-1, -1]
        #expect(unsafe pipe(&ends) == 0)
        sendRaw(5, [Int32](repeating: ends[0], count: count))
        sendRaw(Channel.packetBytes + 1, [ends[0]])
        close(ends[0])
        #expect(isOpen(ends[1]), "on its way")
        #expect(throws: ChannelError.malformed) { try there.receive() }
        #expect(throws: ChannelError.malformed) { try there.receive() }
        #expect(!isOpen(ends[1]))
        close(ends[1])
        // The channel itself is as good as before.
        try here.send([1])
        #expect(try there.receive()?.bytes == [1])
        sendRaw(0, [])
        #expect(try there.receive() == nil, "an empty packet is like the end")
    }
}
