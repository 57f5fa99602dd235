// SPDX-License-Identifier: GPL-3.0-or-later

public import Host
public import Model
import YAML

/// `status.json`, which tells everybody on the machine how the daemon is.
public enum StatusFile {
    /// Where it is.
    public static let path = "/run/guaita/status.json"
    /// The name of the shape.
    static let schema = "guaita-status/1"
    /// The largest file that is read: 1 MiB.
    private static let limit = 1 << 20
    /// The most items of a list that are written.
    static let listed = 20

    /// Why there is no status to show.
    public enum Failure: Error, Sendable, Hashable {
        /// No daemon has written one since the machine was started.
        case absent
        /// In words, after the path.
        case unreadable(String)
        /// Another version of guaita wrote it.
        case otherVersion
        /// It is no status, with what is wrong first.
        case damaged(String)
    }

    /// Replaces the file.
    public static func write(_ status: DaemonStatus, to path: String = path) throws(HostError) {
        try OutputFile.write(status.json.text, to: path, permissions: FileMode(bits: 0o644))
    }

    /// What the file says, and its bytes.
    public static func read(_ path: String = path, from host: any Host) throws(Failure)
        -> (status: DaemonStatus, bytes: [UInt8])
    {
        let bytes: [UInt8]
        do throws(HostError) {
            bytes = try host.read(path, limit: limit).bytes
        } catch {
            throw error == .notFound ? .absent : .unreadable(error.description)
        }
        return (try decode(bytes), bytes)
    }

    /// Whether the process that wrote a status is alive. Nil where that cannot be told: proc is mounted so that other
    /// users' processes are hidden (proc(5), hidepid).
    public static func isRunning(_ status: DaemonStatus, on host: any Host) -> Bool? {
        if let start = processStart(of: status.pid, on: host) { return status.processStart.map { $0 == start } ?? true }
        return processStart(of: 1, on: host) == nil ? nil : false
    }

    /// When a process began (proc_pid_stat(5), field 22); nil where it is not to be seen.
    public static func processStart(of pid: Int, on host: any Host) -> Int64? {
        // The program's name, in parentheses, may hold anything; the fields after it are numbers but for the state.
        guard let bytes = try? host.read("/proc/\(pid)/stat").bytes, let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19 else { return nil }
        return Int64(String(decoding: fields[19], as: UTF8.self))
    }
}
