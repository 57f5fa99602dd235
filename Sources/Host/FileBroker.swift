// SPDX-License-Identifier: GPL-3.0-or-later

internal import CGuaita
public import Wire

/// Answers a worker's requests with files and with what stat(2) and its kin say. It opens regular files only, to be
/// read, never through a link that leads out of the root, and reads none of them.
public struct FileBroker: Sendable {
    /// What to send, and what it was about.
    public struct Answer: Sendable {
        /// What was asked.
        public let request: HostRequest
        /// To be sent without waiting: a worker has room for the one answer it waits for.
        public let reply: Channel.Packet
        /// Where what was asked for really is on its host, links resolved, so that it can be watched there; nil where
        /// there is nothing or the kernel does not say.
        public let realPath: String?
    }

    /// Paths of the audited host that are not opened nor listed any more, and why: what workers died of.
    public var refused: [String: String] = [:]

    private let tree: TreeHost?
    private let own: LiveHost

    /// Serves the machine this runs on; with `tree` that is the audited host instead.
    public init(tree: TreeHost? = nil, own: LiveHost) {
        self.tree = tree
        self.own = own
    }

    /// Answers a packet. Throws where it is no request: whoever sent it is not to be talked to any more.
    public func answer(_ packet: [UInt8]) throws(WireError) -> Answer {
        let request = try HostRequest(packet: packet)
        do throws(HostError) {
            let served = try serve(request)
            return Answer(request: request, reply: try served.reply.packet(served.file), realPath: served.realPath)
        } catch {
            let reply = Channel.Packet(bytes: HostReply.failed(error).bytes)
            return Answer(request: request, reply: reply, realPath: nil)
        }
    }

    private typealias Served = (reply: HostReply, file: OpenFile?, realPath: String?)

    private func serve(_ request: HostRequest) throws(HostError) -> Served {
        let isTree = request.space == .host && tree != nil
        let files = (isTree ? tree?.files : nil) ?? own.files
        switch request.operation {
        case .describe:
            if let tree, isTree { return (.description(tree.description, isLive: tree.isLive), nil, nil) }
            return (.description(own.description, isLive: own.isLive), nil, nil)
        case .open(let path, let limit):
            try refuse(path, request.space)
            let file = try files.opened(path, limit: limit)
            let realPath = files.realPath(of: file.descriptor)
            guard !Self.isProcessMemory(file, realPath) else { throw .permissionDenied }
            return (.opened, file, realPath)
        case .list(let path):
            try refuse(path, request.space)
            let directory = try files.directory(path)
            return (.entries(try directory.entries()), nil, files.realPath(of: directory))
        case .status(let path, let followLinks):
            let named = try files.found(path, followLinks: followLinks)
            return (.status(try FileStatus(named.stat())), nil, files.realPath(of: named))
        case .linkTarget(let path): return (.target(try files.linkTarget(path)), nil, nil)
        case .usage(let path):
            if let tree, isTree { return (.usage(try tree.usage(ofFilesystemAt: path)), nil, nil) }
            return (.usage(try own.usage(ofFilesystemAt: path)), nil, nil)
        }
    }

    /// A directory of the audited host, named but not opened (O_PATH), to be watched; nil where there is none.
    public func directory(_ path: String) -> OpenFile? {
        (try? (tree?.files ?? own.files).directory(path)).map { OpenFile($0) }
    }

    private func refuse(_ path: String, _ space: HostRequest.Space) throws(HostError) {
        if space == .host, let reason = refused[path] { throw .unavailable(reason) }
    }

    /// `/proc/PID/mem` is a regular file through which the broker itself could be read (proc(5)).
    private static func isProcessMemory(_ file: OpenFile, _ realPath: String?) -> Bool {
        guard guaita_is_on_procfs(file.raw) == 1 else { return false }
        return realPath.map { HostPath.name(of: $0) == "mem" } ?? true
    }
}
