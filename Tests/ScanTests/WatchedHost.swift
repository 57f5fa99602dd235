// SPDX-License-Identifier: GPL-3.0-or-later
import Host
import Model
import Synchronization

/// A host that sees, as the daemon's broker does, what is asked of it in each step of a scan, and can tell whose
/// questions another host would answer differently. Owners have the names that /etc/passwd gives them.
final class WatchedHost: Host {
    /// A question to the host.
    enum Question: Hashable, Sendable {
        case read(String)
        case list(String)
        case status(String, Bool)
        case target(String)
        case usage(String)
    }

    private struct State {
        var host: any Host
        var step = ""
        var questions: [String: Set<Question>] = [:]
    }

    private final class Record: Sendable {
        let state: Mutex<State>
        init(_ host: any Host) { state = Mutex(State(host: host)) }
    }

    private let record: Record
    /// In whose name is asked, where it is not the step's.
    private let subject: String?

    private init(_ record: Record, subject: String?) {
        self.record = record
        self.subject = subject
    }

    convenience init(_ host: any Host) { self.init(Record(host), subject: nil) }

    func asked(by subject: String) -> any Host { WatchedHost(record, subject: subject) }

    private var host: any Host { record.state.withLock { $0.host } }

    /// What is asked from now on belongs to `step`, and what was asked in it before counts no more.
    func begin(_ step: String) {
        record.state.withLock {
            $0.step = step
            $0.questions[step] = []
        }
    }

    /// The host becomes another; the answer is the steps whose questions it answers differently.
    func become(_ other: any Host) -> Set<String> {
        let (old, asked) = record.state.withLock { state in
            defer { state.host = other }
            return (state.host, state.questions)
        }
        var known: [Question: Bool] = [:]
        var changed: Set<String> = []
        for (step, questions) in asked where !step.isEmpty {
            for question in questions {
                let differs = known[question] ?? (Self.answer(question, old) != Self.answer(question, other))
                known[question] = differs
                if differs {
                    changed.insert(step)
                    break
                }
            }
        }
        return changed
    }

    private static func answer(_ question: Question, _ host: any Host) -> String {
        do throws(HostError) {
            switch question {
            case .read(let path):
                let content = try host.read(path)
                return "\(content.bytes) \(content.status)"
            case .list(let path): return "\(try host.list(path))"
            case .status(let path, let followLinks):
                let status = try host.status(path, followLinks: followLinks)
                // A file that was asked for is watched as a whole: a change of its content is one too.
                guard status.kind == .regular else { return "\(status)" }
                return "\(status) \(answer(.read(path), host))"
            case .target(let path): return try host.linkTarget(path)
            case .usage(let path): return "\(try host.usage(ofFilesystemAt: path))"
            }
        } catch {
            return "\(error)"
        }
    }

    private func note(_ question: Question) {
        record.state.withLock { _ = $0.questions[subject ?? $0.step, default: []].insert(question) }
    }

    let description = "watched"
    let isLive = false

    func read(_ path: String, limit: Int) throws(HostError) -> FileContent {
        note(.read(path))
        return try host.read(path, limit: limit)
    }
    func stream(_ path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool)
        throws(HostError) -> FileStatus
    {
        note(.read(path))
        return try host.stream(path, from: offset, limit: limit, body)
    }
    func list(_ path: String) throws(HostError) -> [DirectoryEntry] {
        note(.list(path))
        return try host.list(path)
    }
    func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        note(.status(path, followLinks))
        var status = try host.status(path, followLinks: followLinks)
        // As every host of real files does, and without a question that could be seen.
        if let id = status.ownerID { status.owner = owners[id] }
        return status
    }
    private var owners: [UInt32: String] {
        let lines = ((try? host.read("/etc/passwd"))?.bytes ?? []).split(separator: 10)
        let pairs = lines.compactMap { line -> (UInt32, String)? in
            let fields = line.split(separator: 58, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard fields.count > 2, let id = UInt32(fields[2]) else { return nil }
            return (id, fields[0])
        }
        return Dictionary(pairs) { first, _ in first }
    }
    func linkTarget(_ path: String) throws(HostError) -> String {
        note(.target(path))
        return try host.linkTarget(path)
    }
    func usage(ofFilesystemAt path: String) throws(HostError) -> FilesystemUsage {
        note(.usage(path))
        return try host.usage(ofFilesystemAt: path)
    }
    func open(_ path: String) throws(HostError) -> OpenFile {
        note(.read(path))
        return try host.open(path)
    }
}
