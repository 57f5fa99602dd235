// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Jobs
import Wire

/// Answers what workers ask, and remembers for whom.
final class FileService {
    private var broker: FileBroker

    /// Told of each path of the audited host that a collector, or what several of them use, asks for, before the answer,
    /// and of where it really is.
    var onQuestion: (_ path: String, _ isList: Bool, _ name: String) -> Void = { _, _, _ in }

    /// Serves this machine, or the tree below a directory in its place.
    init(root: String?) throws(HostError) {
        broker = FileBroker(
            tree: try root.map { (root) throws(HostError) in try TreeHost(root: root) }, own: try LiveHost())
    }

    /// A directory of the audited host, to be watched.
    func directory(_ path: String) -> OpenFile? { broker.directory(path) }

    /// From now on these are left alone.
    func refuse(_ casualties: [Casualty]) {
        broker.refused = [:]
        for case .path(let path) in casualties.map(\.subject) {
            broker.refused[path] = "a worker of guaita died of it"
        }
    }

    /// The answer to a packet, and the path of the audited host that was opened.
    func answer(_ packet: [UInt8], step: Step) throws(WireError) -> (opened: String?, reply: Channel.Packet) {
        // Watched first, answered then: no change falls between the two.
        let request = try HostRequest(packet: packet)
        note(request, request.path, step)
        let answer = try broker.answer(packet)
        if let path = answer.realPath, path != request.path { note(request, path, step) }
        guard case .open(let path, _) = request.operation, request.space == .host else { return (nil, answer.reply) }
        return (path, answer.reply)
    }

    private func note(_ request: HostRequest, _ path: String?, _ step: Step) {
        guard case .facts(let collector) = step, request.space == .host, let path else { return }
        let isList = if case .list = request.operation { true } else { false }
        onQuestion(path, isList, request.subject.isEmpty ? collector : request.subject)
    }
}
