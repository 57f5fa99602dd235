// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Host

/// Watches the directories of everything that was asked of the audited host (inotify(7)): of files, because most
/// programs replace a configuration instead of writing it, and because what is not there yet may come.
///
/// A watch is set before the question is answered, so that no change falls between reading and watching.
final class Watches {
    /// The descriptor to wait for.
    let raw: Int32
    /// Directories that could not be watched, most likely because fs.inotify.max_user_watches is used up.
    var refused: Int { unwatchable.count }

    private var unwatchable: Set<String> = []
    private var interests = Interests()
    /// Gathers during a full scan, while `interests` still decides.
    private var coming: Interests?
    private var directories: [Int32: Set<String>] = [:]
    private var watches: [String: Int32] = [:]
    private let unwatched: [String]
    private let open: (String) -> OpenFile?

    /// More directories are not watched: the kernel keeps about a kilobyte for each.
    static let limit = 16_384

    /// Watches below what `open` opens (O_PATH) by its path on the audited host. Nothing below `unwatched` is watched.
    init?(unwatched: [String], open: @escaping (String) -> OpenFile?) {
        raw = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard raw >= 0 else { return nil }
        self.unwatched = unwatched
        self.open = open
    }

    deinit { close(raw) }

    /// How many directories are watched.
    var count: Int { directories.count }

    /// A full scan begins: what it asks for replaces what was asked before.
    func begin() { coming = Interests() }

    /// The full scan ended; directories nobody asks for any more are let go.
    func end() {
        guard let coming else { return }
        interests = coming
        self.coming = nil
        let wanted = Set(interests.watched)
        for directory in watches.keys.filter({ !wanted.contains($0) }) { forget(directory) }
        unwatchable.formIntersection(wanted)
    }

    /// The full scan came to nothing: what was asked before counts.
    func cancel() { coming = nil }

    /// A collector asks for a path.
    func note(_ path: String, isList: Bool, by collector: String) {
        let new = interests.note(path, isList: isList, by: collector, unwatched: unwatched)
        _ = coming?.note(path, isList: isList, by: collector, unwatched: unwatched)
        for directory in new { watch(directory) }
    }

    /// The collectors whose inputs changed; nil when events were lost, and anything may have changed.
    func changed() -> Set<String>? {
        var collectors: Set<String> = []
        var lost = false
        while true {
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
                // read(2) gives whole events, and no more than the buffer holds.
                count = max(0, unsafe read(raw, buffer.baseAddress, buffer.count))
            }
            guard !bytes.isEmpty else { return lost ? nil : collectors }
            for event in InotifyEvent.events(bytes) { lost = !take(event, &collectors) || lost }
        }
    }

    /// False when events were lost.
    private func take(_ event: InotifyEvent, _ collectors: inout Set<String>) -> Bool {
        if event.has(IN_Q_OVERFLOW) { return false }
        guard let paths = directories[event.watch] else { return true }
        for path in paths {
            if event.has(IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT) {
                collectors.formUnion(interests.collectors(path))
                forget(path)
            } else {
                let isEntry = event.has(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
                if isEntry { forget(below: path == "/" ? "/" + event.name : path + "/" + event.name) }
                collectors.formUnion(interests.collectors(path, event.name, isEntry: isEntry))
            }
        }
        return true
    }

    /// What came into being below a directory that was not there: the next look asks again, and watches then.
    func revive(_ collectors: Set<String>) {
        for directory in interests.watched where watches[directory] == nil {
            if !interests.collectors(directory).isDisjoint(with: collectors) { watch(directory) }
        }
    }

    private static let events =
        IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
        | IN_ONLYDIR | IN_EXCL_UNLINK

    private func watch(_ directory: String) {
        // What is not there is found by the watch on the nearest directory that is.
        guard let file = open(directory) else { return }
        guard directories.count < Self.limit else {
            unwatchable.insert(directory)
            return
        }
        // The path is copied to C for the call; it leads to the very directory that was opened.
        let watch = unsafe inotify_add_watch(raw, "/proc/self/fd/\(file.raw)", UInt32(Self.events))
        guard watch >= 0 else {
            if errno != ENOTDIR { unwatchable.insert(directory) }
            return
        }
        unwatchable.remove(directory)
        watches[directory] = watch
        directories[watch, default: []].insert(directory)
    }

    /// What a name led to may be another directory now, or none: it is watched anew by the next look.
    private func forget(below path: String) {
        for directory in watches.keys.filter({ $0 == path || $0.hasPrefix(path + "/") }) { forget(directory) }
    }

    private func forget(_ directory: String) {
        guard let watch = watches.removeValue(forKey: directory) else { return }
        directories[watch]?.remove(directory)
        guard directories[watch]?.isEmpty == true else { return }
        directories[watch] = nil
        inotify_rm_watch(raw, watch)
    }
}

/// One event (inotify(7), struct inotify_event).
struct InotifyEvent {
    let watch: Int32
    let mask: UInt32
    /// The name in the directory; empty for the directory itself.
    let name: String

    func has(_ bits: Int32) -> Bool { mask & UInt32(bitPattern: bits) != 0 }

    /// The events in what read(2) gave: wd, mask, cookie, length, then a name padded with NUL.
    static func events(_ bytes: [UInt8]) -> [InotifyEvent] {
        var events: [InotifyEvent] = []
        var position = 0
        func word(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[position + offset + $1]) << UInt32(8 * $1) }
        }
        while bytes.count - position >= 16 {
            let length = Int(word(12))
            guard length <= bytes.count - position - 16 else { break }
            let name = bytes[(position + 16)..<(position + 16 + length)].prefix { $0 != 0 }
            events.append(
                InotifyEvent(
                    watch: Int32(bitPattern: word(0)), mask: word(4), name: String(decoding: name, as: UTF8.self)))
            position += 16 + length
        }
        return events
    }
}
