// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

import class Foundation.Thread
import struct Foundation.URL

/// Collectors do not know how files come to them.
@Suite struct BrokeredFactsTests {
    private let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/hosts/coop")

    /// All facts and problems as lines. Sorted, and without the numbers that dump gives objects: maps have no order.
    private func facts(_ host: any Host) throws -> [String: [String]] {
        let manifest = MTree(try LiveHost().read(fixture.path + "/root.mtree").bytes)
        let collection = Collection(
            host: AttributedHost(host, manifest: manifest), now: Timestamp(seconds: 1_795_424_401))
        for collector in allCollectors { collection.collect(collector) }
        var texts = collection.facts.mapValues { value in
            var text = ""
            dump(value, to: &text)
            return text.split(separator: "\n").map { String($0.prefix { $0 != "#" }) }.sorted()
        }
        texts["problems"] = collection.problems.map { "\($0)" }
        return texts
    }

    @Test("a tree has the same facts when a broker hands its files over")
    func sameFacts() throws {
        let tree = try TreeHost(root: fixture.path + "/root")
        let (here, there) = try Channel.pair()
        let broker = FileBroker(tree: tree, own: try LiveHost())
        let thread = Thread {
            do {
                while let packet = try here.receive() { try here.send(broker.answer(packet.bytes).reply, waits: false) }
            } catch {
                Issue.record("the broker ended: \(error)")
            }
        }
        thread.start()
        let direct = try facts(tree)
        let brokered = try facts(BrokeredHost(there, space: .host))
        #expect(direct.keys == brokered.keys)
        for (name, lines) in direct {
            let other = brokered[name] ?? []
            let difference = zip(lines, other).first { $0 != $1 }
            #expect(lines.count == other.count && difference == nil, "\(name)")
        }
    }
}
