// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// A configuration file of one of systemd's programs with its drop-ins, read as systemd 252 does (journald.conf(5),
/// "Configuration Directories and Precedence"): the main file in /etc first, then the drop-ins of all directories sorted
/// by their names; of two of one name that in the directory named first counts, even where it is empty or a link to
/// /dev/null. The programs of 252 read no main file but that in /etc, whatever `systemd-analyze cat-config` prints;
/// those from 254 on take it from the first directory that has one.
struct SystemdConfiguration {
    /// Where drop-ins are looked for, highest priority first. Debian's systemd is built to look into /lib too.
    static let directories = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"]

    /// The file an administrator edits; a default would be set there.
    let main: String
    /// The files that were read, in order.
    private(set) var files: [String] = []
    /// What counts: nothing after the place where systemd gives up.
    private(set) var assignments: [SystemdUnitFile.Assignment] = []
    /// Why not everything is known; nil when everything could be read.
    private(set) var failure: String?

    /// Reads `/etc/systemd/NAME.conf` and its drop-ins.
    init(_ name: String, _ collection: Collection) {
        let places = Self.directories.dropLast().map { "\($0)/systemd/\(name).conf" }
        main = places[0]
        let found = Self.dropIns(in: Self.directories.map { "\($0)/systemd/\(name).conf.d" }, collection)
        failure = found.failure
        for path in places where path == main || Self.readsVendorFiles(collection) {
            guard read(path, collection) else { return }
            if files.last == path { break }
        }
        for path in found.paths { guard read(path, collection) else { return } }
    }

    /// systemd 254 or later.
    private static func readsVendorFiles(_ collection: Collection) -> Bool {
        guard case .map(let packages) = collection.facts["packages"]?.kind,
            case .record(let package) = packages["systemd"]?.kind, case .version(let version) = package["version"]?.kind
        else { return false }
        return Int(String(decoding: version.utf8.prefix { (0x30...0x39).contains($0) }, as: UTF8.self)) ?? 0 >= 254
    }

    /// The `.conf` files of directories, sorted by name; the first directory that has a name decides. Hidden names are
    /// skipped, anything else counts, even a link that leads nowhere.
    static func dropIns(in directories: [String], _ collection: Collection) -> (paths: [String], failure: String?) {
        var paths: [String: String] = [:]
        var failure: String?
        for directory in directories {
            do throws(HostError) {
                for entry in try collection.host.list(directory)
                where entry.name.utf8.count > 5 && entry.name.hasSuffix(".conf") && !entry.name.hasPrefix(".")
                    && paths[entry.name] == nil
                {
                    paths[entry.name] = directory + "/" + entry.name
                }
            } catch .notFound {
                continue
            } catch {
                collection.report(Origin(path: directory), error.description)
                failure = [failure, "\(directory): \(error)"].compactMap(\.self).joined(separator: "; ")
            }
        }
        return (paths.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value), failure)
    }

    /// False where systemd reads no further: after a section header that is none, and after what is no file.
    private mutating func read(_ path: String, _ collection: Collection) -> Bool {
        do throws(HostError) {
            let file = SystemdUnitFile(try collection.host.read(path).bytes, path: path)
            files.append(path)
            for problem in file.problems {
                collection.report(problem.origin, problem.message)
                guard problem.endsReading else { continue }
                assignments += file.assignments.filter { $0.origin.line < problem.origin.line }
                return false
            }
            assignments += file.assignments
        } catch .notFound, .wrongKind(.characterDevice) {
            // A dangling link, and the mask that a link to /dev/null is.
        } catch .wrongKind(let kind) {
            collection.report(Origin(path: path), HostError.wrongKind(kind).description)
            return kind != .directory
        } catch {
            collection.report(Origin(path: path), error.description)
            failure = failure ?? "\(path): \(error)"
        }
        return true
    }
}
