// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Testing
import Wire

import class Foundation.Thread

/// The ways to the files of a directory.
enum HostKind: CaseIterable, CustomTestStringConvertible {
    case kernel, walk, brokeredKernel, brokeredWalk

    var testDescription: String {
        switch self {
        case .kernel: "resolved by the kernel"
        case .walk: "walked"
        case .brokeredKernel: "resolved by the kernel, brokered"
        case .brokeredWalk: "walked, brokered"
        }
    }

    func host(_ root: String) throws -> any Host {
        let tree = try TreeHost(root: root, resolvesByKernel: self == .kernel || self == .brokeredKernel)
        switch self {
        case .kernel, .walk: return tree
        case .brokeredKernel, .brokeredWalk: return try brokered(FileBroker(tree: tree, own: LiveHost()))
        }
    }
}

/// A host served by a broker on a thread of its own, which ends with the host.
func brokered(_ broker: FileBroker, space: HostRequest.Space = .host) throws -> BrokeredHost {
    let (here, there) = try Channel.pair()
    let thread = Thread {
        do {
            while let packet = try here.receive() { try here.send(broker.answer(packet.bytes).reply, waits: false) }
        } catch {
            Issue.record("the broker ended: \(error)")
        }
    }
    thread.start()
    return try BrokeredHost(there, space: space)
}
