// SPDX-License-Identifier: GPL-3.0-or-later

import Digest
public import Host
import Jobs
import Model
import Wire

/// The daemon's state on the disk: a line that names the format and its version, the state, and the SHA-256 of both in
/// hexadecimal. It is replaced as a whole. Only the daemon writes in its directory.
public struct StateFile: Sendable {
    /// Where it is.
    public let path: String

    /// The first line of the file.
    static let magic = "guaita state "
    /// The version this program writes and reads.
    static let version = "1\n"
    /// The largest file that is read: 64 MiB.
    static let limit = 64 << 20

    /// A state file at a path.
    public init(path: String) { self.path = path }

    /// What was there.
    public enum Loaded: Sendable, Hashable {
        /// The state.
        case state(DaemonState)
        /// No state: the daemon's first start here.
        case absent
        /// A file that is of no use, in words, with what was done about it. The daemon begins anew.
        case damaged(String)
    }

    /// Reads the state. A file that is damaged or of another version is renamed to `<path>.damaged`, for whoever wants to
    /// look into it. What a killed process left half written in the directory is removed.
    public func load() -> Loaded {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        OutputFile.removeLeftovers(in: slash.map { String(path[..<$0]) } ?? ".")
        do throws(HostError) {
            let kind = try LiveHost().status(path, followLinks: false).kind
            guard kind == .regular else { throw .wrongKind(kind) }
            let bytes = try LiveHost().read(path, limit: Self.limit).bytes
            do throws(Refusal) { return .state(try Self.decode(bytes)) } catch { return setAside(error.rawValue) }
        } catch {
            return error == .notFound ? .absent : setAside(error.description)
        }
    }

    /// Replaces the state. On failure the old file stays whole.
    public func save(_ state: DaemonState) throws(HostError) {
        try OutputFile.write(Self.encode(state), to: path, permissions: .init(bits: 0o640))
    }

    /// Why bytes are no state of this version.
    enum Refusal: String, Error {
        case foreign = "not a state of guaita"
        case otherVersion = "written by another version of guaita"
        case damaged = "damaged: its checksum does not match"
        case malformed = "malformed"
    }

    static func encode(_ state: DaemonState) -> [UInt8] {
        let bytes = Array((magic + version).utf8) + state.wire
        return bytes + Array(SHA256.hex(bytes).utf8)
    }

    static func decode(_ bytes: [UInt8]) throws(Refusal) -> DaemonState {
        guard bytes.starts(with: magic.utf8) else { throw .foreign }
        let body = bytes.dropLast(64)
        guard body.starts(with: (magic + version).utf8) else { throw .otherVersion }
        guard SHA256.hex(Array(body)).utf8.elementsEqual(bytes.suffix(64)) else { throw .damaged }
        do throws(WireError) {
            return try DaemonState(wire: Array(body.dropFirst((magic + version).utf8.count)))
        } catch {
            throw .malformed
        }
    }

    private func setAside(_ reason: String) -> Loaded {
        do throws(HostError) {
            try OutputFile.rename(path, to: path + ".damaged")
            return .damaged("\(path): \(reason); it is now \(path).damaged")
        } catch {
            return .damaged("\(path): \(reason); it could not be put aside: \(error.description)")
        }
    }
}
