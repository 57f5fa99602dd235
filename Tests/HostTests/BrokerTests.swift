// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Host
import Model
import TestSupport
import Testing
import Wire

import class Foundation.Thread

@Suite("A broker of files and who asks it", .timeLimit(.minutes(2)))
struct BrokerTests {
    let tree: TemporaryTree

    init() throws { tree = try TemporaryTree() }

    private func broker() throws -> FileBroker { FileBroker(tree: try TreeHost(root: tree.root), own: try LiveHost()) }

    private func reply(_ broker: FileBroker, _ request: HostRequest) throws -> (HostReply, FileBroker.Answer) {
        let answer = try broker.answer(request.packet)
        #expect(answer.request == request)
        return (try HostReply(packet: answer.reply), answer)
    }

    static let requests: [HostRequest] = HostRequest.Space.allCases.flatMap { space in
        [
            .describe, .open("/a", limit: nil), .open("/é\u{0}", limit: 7), .open("", limit: .min), .list("/"),
            .status("/x", followLinks: true), .status("/x", followLinks: false), .linkTarget("/l"), .usage("/"),
        ].map { HostRequest(space, $0) } + [HostRequest(space, .list("/"), subject: "unit files")]
    }

    @Test("requests come back from their packets; cut or longer ones are none", arguments: requests)
    func requestPackets(request: HostRequest) throws {
        let packet = request.packet
        #expect(packet.first == HostRequest.tag)
        #expect(try HostRequest(packet: packet) == request)
        for count in 0..<packet.count {
            #expect(throws: WireError.self) { try HostRequest(packet: Array(packet.prefix(count))) }
        }
        #expect(throws: WireError.excess) { try HostRequest(packet: packet + [0]) }
    }

    static let replies: [HostReply] = [
        .failed(.notFound), .failed(.permissionDenied), .failed(.wrongKind(.blockDevice)), .failed(.tooLarge(limit: 5)),
        .failed(.tooManyEntries(limit: 6)), .failed(.tooManyLinks), .failed(.pathTooLong), .failed(.invalidPath),
        .failed(.unavailable("no")), .failed(.system(-1, "x")), .description("live", isLive: true), .entries([]),
        .entries([DirectoryEntry(name: "\u{FFFD}", kind: nil), DirectoryEntry(name: "f", kind: .fifo)]),
        .entries([DirectoryEntry(name: "l", kind: .link, target: "../t")]),
        .status(FileStatus(kind: .link)), .target("../x"),
        .status(
            FileStatus(
                kind: .regular, mode: FileMode(bits: 0o4755), ownerID: 0, groupID: .max, size: .max,
                modified: Timestamp(seconds: -1, nanoseconds: 5), linkCount: 2,
                identity: .init(device: .max, inode: 1))),
        .usage(FilesystemUsage(bytes: 1, bytesAvailable: 2, inodes: 3, inodesAvailable: 4)),
    ]

    @Test("replies come back from their packets; cut or longer ones are none", arguments: replies)
    func replyPackets(reply: HostReply) throws {
        let packet = try reply.packet()
        #expect(try HostReply(packet: packet) == reply)
        for count in 0..<packet.bytes.count {
            #expect(throws: WireError.self) {
                try HostReply(packet: Channel.Packet(bytes: Array(packet.bytes.prefix(count))))
            }
        }
        #expect(throws: WireError.excess) { try HostReply(packet: Channel.Packet(bytes: packet.bytes + [0])) }
    }

    @Test("what is larger than a packet goes in a sealed file")
    func largeReplies() throws {
        let entries = (0..<10_000).map { DirectoryEntry(name: "name-\($0)", kind: .regular) }
        let packet = try HostReply.entries(entries).packet()
        #expect(packet.bytes.count == 2)
        #expect(try HostReply(packet: packet) == .entries(entries))
        #expect(throws: HostError.permissionDenied) { try packet.file?.write([0]) }
        #expect(throws: WireError.malformed) { try HostReply(packet: Channel.Packet(bytes: packet.bytes)) }
        let file = try OpenFile.memory(named: "x")
        #expect(throws: WireError.self) { try HostReply(packet: Channel.Packet(bytes: packet.bytes, file: file)) }
        // An endless file, and an opened one that did not come along.
        #expect(ftruncate(file.raw, 1 << 40) == 0)
        #expect(throws: WireError.self) { try HostReply(packet: Channel.Packet(bytes: packet.bytes, file: file)) }
        #expect(throws: WireError.malformed) { try HostReply(packet: HostReply.opened.packet()) }
    }

    @Test("where a file really is, is told, so that it can be watched there")
    func realPaths() throws {
        try tree.file("/opt/app/conf.d/a", "a")
        try tree.link("/etc/a", to: "/opt/app/conf.d/a")
        try tree.link("/etc/conf.d", to: "../opt/app/conf.d")
        let broker = try broker()
        #expect(try reply(broker, HostRequest(.host, .open("/etc/a", limit: nil))).1.realPath == "/opt/app/conf.d/a")
        #expect(try reply(broker, HostRequest(.host, .list("/etc/conf.d"))).1.realPath == "/opt/app/conf.d")
        #expect(try reply(broker, HostRequest(.host, .list("/"))).1.realPath == "/")
        #expect(try reply(broker, HostRequest(.host, .open("/none", limit: nil))).1.realPath == nil)
        let own = try reply(broker, HostRequest(.own, .open("\(tree.root)/etc/../opt/app/conf.d/a", limit: nil)))
        #expect(own.1.realPath?.hasSuffix("/opt/app/conf.d/a") == true)
    }

    @Test("the spaces are apart")
    func spaces() throws {
        try tree.file("/only-in-the-tree")
        let broker = try broker()
        #expect(try reply(broker, HostRequest(.host, .describe)).0 == .description(tree.root, isLive: false))
        #expect(try reply(broker, HostRequest(.own, .describe)).0 == .description("live", isLive: true))
        let path = HostRequest.Operation.open("/only-in-the-tree", limit: nil)
        #expect(try reply(broker, HostRequest(.host, path)).0 == .opened)
        #expect(try reply(broker, HostRequest(.own, path)).0 == .failed(.notFound))
        let alone = FileBroker(own: try LiveHost())
        #expect(try reply(alone, HostRequest(.host, .describe)).0 == .description("live", isLive: true))
        let host = try brokered(alone)
        #expect(host.isLive && host.description == "live")
        #expect(try host.status("/etc").owner == "root")
        #expect(try host.usage(ofFilesystemAt: "/").bytes > 0)
        #expect(try host.read("/proc/sys/kernel/ostype").bytes == Array("Linux\n".utf8))
        #expect(throws: HostError.self) { try brokered(broker).usage(ofFilesystemAt: "/") }
    }

    @Test("what a worker died of is not given again")
    func refused() throws {
        try tree.file("/etc/deadly", "x")
        var broker = try broker()
        broker.refused = ["/etc/deadly": "guaita's worker crashed while reading it", "/etc": "too"]
        let host = try brokered(broker)
        let crashed = HostError.unavailable("guaita's worker crashed while reading it")
        #expect(throws: crashed) { try host.read("/etc/deadly") }
        #expect(throws: crashed) { try host.open("/etc/deadly") }
        #expect(throws: crashed) { try host.stream("/etc/deadly", from: 0, limit: 1) { _ in true } }
        #expect(throws: HostError.unavailable("too")) { try host.list("/etc") }
        #expect(try host.status("/etc/deadly").size == 1)
        #expect(try reply(broker, HostRequest(.own, .list("/etc"))).1.realPath != nil)
    }

    @Test("the memory of processes is not handed over, not even the broker's own")
    func memory() throws {
        let broker = FileBroker(own: try LiveHost())
        for path in ["/proc/self/mem", "/proc/thread-self/mem", "/proc/\(getpid())/mem"] {
            let answer = try reply(broker, HostRequest(.own, .open(path, limit: nil)))
            #expect(answer.0 == .failed(.permissionDenied) && answer.1.reply.file == nil, "\(path)")
        }
        #expect(try reply(broker, HostRequest(.own, .open("/proc/meminfo", limit: nil))).0 == .opened)
    }

    @Test("a broker that is gone is an error, not a wait")
    func gone() throws {
        let (here, there) = try Channel.pair()
        let thread = Thread {
            // Answers once, then goes.
            _ = try? here.receive()
            try? here.send(HostReply.description("x", isLive: false).packet())
            _ = try? here.receive()
            shutdown(here.raw, Int32(SHUT_RDWR))
        }
        thread.start()
        let host = try BrokeredHost(there, space: .host)
        #expect(throws: HostError.unavailable("the broker is gone")) { try host.read("/x") }
        #expect(throws: HostError.self) { try host.read("/x") }
    }

    @Test("packets of a hostile worker end in an answer or a refusal, whatever they hold")
    func hostileWorker() throws {
        try tree.file("/etc/passwd", "x")
        let seed = SeededGenerator.seed()
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let broker = try broker()
        var answered = 0
        for _ in 0..<20_000 {
            var packet = Self.requests[generator.below(Self.requests.count)].packet
            if generator.below(4) == 0 { packet = [HostRequest.tag] }
            for _ in 0..<generator.below(4) where !packet.isEmpty {
                packet[generator.below(packet.count)] = UInt8(generator.below(256))
            }
            if generator.below(3) == 0 { packet += (0..<generator.below(40)).map { _ in UInt8(generator.below(256)) } }
            do throws(WireError) {
                let answer = try broker.answer(packet)
                answered += 1
                #expect(answer.reply.bytes.count <= Channel.packetBytes)
            } catch {}
        }
        #expect(answered > 100)
        // A path as long as a packet can hold, and a length that no packet has.
        let long = HostRequest(.host, .list("/" + String(repeating: "a/", count: 32_000)))
        #expect(try reply(broker, long).0 == .failed(.pathTooLong))
        #expect(throws: WireError.self) {
            try broker.answer([HostRequest.tag, 0, 2] + [UInt8](repeating: 0xFF, count: 7) + [0x7F])
        }
    }

    @Test("answers of a hostile broker are errors of the host, whatever they hold")
    func hostileBroker() throws {
        let seed = SeededGenerator.seed()
        print("seed \(seed)")
        let (here, there) = try Channel.pair()
        let thread = Thread {
            var generator = SeededGenerator(seed: seed)
            var isFirst = true
            while let question = try? here.receive(), !question.bytes.isEmpty {
                var packet = Channel.Packet(bytes: [0])
                if isFirst {
                    packet = (try? HostReply.description("x", isLive: false).packet()) ?? packet
                    isFirst = false
                } else {
                    packet = (try? Self.replies[generator.below(Self.replies.count)].packet()) ?? packet
                    for _ in 0..<generator.below(3) {
                        packet.bytes[generator.below(packet.bytes.count)] = UInt8(generator.below(256))
                    }
                    if generator.below(5) == 0 { packet.bytes = [HostRequest.tag, 0, 2] }
                    if generator.below(3) == 0 {
                        packet.file = try? OpenFile.memory(named: "x")
                        try? packet.file?.write((0..<generator.below(99)).map { _ in UInt8(generator.below(256)) })
                    }
                }
                guard (try? here.send(packet)) != nil else { break }
            }
        }
        thread.start()
        let host = try BrokeredHost(there, space: .host)
        for _ in 0..<2_000 {
            _ = try? host.read("/x", limit: 50)
            _ = try? host.list("/x")
            _ = try? host.status("/x")
            _ = try? host.linkTarget("/x")
            _ = try? host.usage(ofFilesystemAt: "/x")
            _ = try? host.stream("/x", from: 1, limit: 10) { _ in true }
        }
    }

    @Test("how many files a second are opened, handed over and read is printed")
    func speed() throws {
        try tree.file("/etc/small", String(repeating: "x", count: 100))
        let host = try brokered(broker())
        let count = 5_000
        let clock = ContinuousClock()
        var duration = try clock.measure { for _ in 0..<count { _ = try host.open("/etc/small") } }
        print("open: \(Int(Double(count) / (duration / .seconds(1)))) round trips a second")
        duration = try clock.measure { for _ in 0..<count { _ = try host.read("/etc/small") } }
        print("open and read: \(Int(Double(count) / (duration / .seconds(1)))) round trips a second")
    }
}
