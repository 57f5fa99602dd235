// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// The four kinds of service a module gives, as pam.conf(5) calls them.
enum PAMType: String, CaseIterable {
    case auth, account, password, session
}

/// One entry of a stack that libpam builds.
struct PAMHandler {
    enum Kind {
        case module
        /// libpam puts a failure here: something is missing or wrong.
        case failure
        /// Where a substack begins.
        case substack
    }

    var kind: Kind
    let type: PAMType
    /// How many substacks it is in.
    let level: Int
    let control: PAMControl
    /// The words of the line after type and control.
    let path: String
    let arguments: [String]
    /// A missing module is not logged: the leading `-`.
    let isSilent: Bool
    let origin: Origin
    /// The lines that include this one, outermost first.
    let via: [Origin]
    let text: String
    let controlText: String

    /// The file's name without its ending: `pam_unix`.
    var module: String {
        let name = HostPath.name(of: path)
        return name.hasSuffix(".so") ? String(name.dropLast(3)) : name
    }
}

/// What libpam makes of a service's files.
struct PAMStacks {
    var handlers: [PAMHandler] = []
    /// libpam could not read it to the end: every question is answered with `abort`.
    var failure: (origin: Origin, message: String)?

    func stack(_ type: PAMType) -> [PAMHandler] { handlers.filter { $0.type == type } }
}

/// The files of pam.d(5), each read once.
final class PAMFiles {
    /// "If this directory is present, the /etc/pam.conf file is ignored"; the vendor's comes after the administrator's.
    static let directories = ["/etc/pam.d", "/usr/lib/pam.d"]
    static let fallback = "other"
    /// PAM_SUBSTACK_MAX_LEVEL.
    private static let substackLimit = 16
    /// libpam has no limit of its own for plain includes.
    private static let includeLimit = 64
    private static let handlerLimit = 4000

    private let host: any Host
    private var known: [String: PAMConfiguration?] = [:]
    /// What is wrong, with the place; told once.
    private(set) var problems: [(origin: Origin, message: String)] = []
    private var told: Set<Origin> = []
    /// What could not be read here although libpam would.
    private(set) var unreadable: (path: String, reason: String)?
    private(set) var paths: [String] = []
    /// The line at which libpam would crash in the service at hand.
    private var crash: (origin: Origin, message: String)?

    init(_ host: any Host) { self.host = host }

    /// The names of all files, a service each, by bytes.
    func names() -> [String] {
        var names: Set<String> = []
        for directory in Self.directories {
            do throws(HostError) {
                for entry in try host.list(directory) where entry.kind != .directory { names.insert(entry.name) }
            } catch {
                if error != .notFound { unreadable = unreadable ?? (directory, error.description) }
            }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func tell(_ origin: Origin, _ message: String) {
        if told.insert(origin).inserted { problems.append((origin, message)) }
    }

    private func file(_ path: String) -> PAMConfiguration? {
        if let document = known[path] { return document }
        var document: PAMConfiguration?
        do throws(HostError) {
            document = PAMConfiguration(try host.read(path, limit: 1 << 20).bytes)
            paths.append(path)
        } catch {
            switch error {
            case .notFound, .tooManyLinks, .invalidPath, .pathTooLong: document = nil
            // A directory opens, and holds no line.
            case .wrongKind(.directory): document = PAMConfiguration([])
            default: unreadable = unreadable ?? (path, error.description)
            }
        }
        known[path] = .some(document)
        return document
    }

    /// The file of a service and its path: "/etc/pam.d" wins.
    func service(_ name: String) -> (path: String, document: PAMConfiguration)? {
        for directory in Self.directories {
            if let document = file("\(directory)/\(name)") { return ("\(directory)/\(name)", document) }
        }
        return nil
    }

    /// The stacks of a service without those of `other`.
    func stacks(_ name: String) -> PAMStacks? {
        guard let (path, document) = service(name) else { return nil }
        var stacks = PAMStacks()
        crash = nil
        _ = add(document, path, nil, level: 0, via: [], to: &stacks)
        if let crash { stacks.failure = crash }
        return stacks
    }

    /// False: libpam gives the file up.
    private func add(
        _ document: PAMConfiguration, _ path: String, _ wanted: PAMType?, level: Int, via: [Origin],
        to stacks: inout PAMStacks
    ) -> Bool {
        func fail(_ origin: Origin, _ message: String) -> Bool {
            tell(origin, message)
            stacks.failure = stacks.failure ?? (origin, message)
            return false
        }
        for line in document.lines {
            let origin = Origin(path: path, line: line.line, column: line.column)
            guard stacks.handlers.count < Self.handlerLimit else { return fail(origin, "too many modules") }
            guard var word = line.words.first else { continue }
            let isSilent = word.utf8.first == UInt8(ascii: "-")
            if isSilent { word = String(decoding: word.utf8.dropFirst(), as: UTF8.self) }
            var kind = PAMHandler.Kind.module
            // Debian: all four types of another file.
            let isAll = word.asciiLowercased == "@include"
            var type = wanted
            if !isAll {
                let named = PAMType(rawValue: word.asciiLowercased)
                if named == nil {
                    tell(origin, "\(word) is none of auth, account, password, session; libpam puts a failure here")
                    kind = .failure
                }
                type = named ?? wanted ?? .auth
                if let wanted, type != wanted { continue }
            }
            let control = isAll ? "include" : line.words.count > 1 ? line.words[1].asciiLowercased : ""
            let rest = isAll ? 1 : 2
            let target = line.words.count > rest ? line.words[rest] : nil
            func handler(_ kind: PAMHandler.Kind, _ type: PAMType, _ actions: PAMControl) -> PAMHandler {
                PAMHandler(
                    kind: kind, type: type, level: level, control: actions, path: target ?? "",
                    arguments: kind == .module ? Array(line.words.dropFirst(3)) : [], isSilent: isSilent,
                    origin: origin, via: via, text: line.text,
                    controlText: line.words.count > 1 && !isAll ? line.words[1] : "")
            }
            if isAll || control == "include" || control == "substack" {
                let isSubstack = control == "substack"
                guard let target else {
                    crash = (origin, "no file is named: libpam crashes here")
                    return fail(origin, "no file is named: libpam crashes here")
                }
                if isSubstack, let type { stacks.handlers.append(handler(.substack, type, .bad)) }
                if isSubstack, Self.isNameless(target) { return fail(origin, "\(target) names nothing") }
                if include(
                    target, type, origin, level: level + (isSubstack ? 1 : 0), via: via + [origin], to: &stacks)
                {
                    continue
                }
                guard let type else {
                    return fail(origin, "\(target) cannot be read: libpam refuses the service as a whole")
                }
                tell(origin, "\(target) cannot be read; libpam puts a failure here")
                stacks.handlers.append(handler(.failure, type, .bad))
                continue
            }
            guard let type else { continue }
            let actions = control.isEmpty && line.words.count < 2 ? PAMControl.bad : PAMControl(line.words[1])
            if let problem = actions.problem { tell(origin, "\(problem); every result of the module is a failure") }
            if target == nil {
                tell(origin, "no module is named; libpam puts a failure here")
                kind = .failure
            }
            if let target, Self.isNameless(target) { return fail(origin, "\(target) names no module") }
            stacks.handlers.append(handler(kind, type, actions))
        }
        if let failure = document.failure { return fail(Origin(path: path, line: failure.line), failure.message) }
        return true
    }

    /// What libpam finds no name in: it gives up then.
    private static func isNameless(_ path: String) -> Bool {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8[$0...].dropFirst() } ?? path.utf8[...]
        let stem = name.lastIndex(of: UInt8(ascii: ".")).map { name[..<$0] } ?? name
        return stem.isEmpty || stem.elementsEqual("?".utf8)
    }

    /// Debian takes a name without a slash from /etc/pam.d alone.
    private func include(
        _ name: String, _ type: PAMType?, _ origin: Origin, level: Int, via: [Origin], to stacks: inout PAMStacks
    ) -> Bool {
        guard level < Self.substackLimit else {
            tell(origin, "too many substacks in each other")
            return false
        }
        guard via.count < Self.includeLimit else {
            let message = "the files include each other without end: libpam crashes here"
            crash = (origin, message)
            tell(origin, message)
            return false
        }
        let path = name.utf8.first == UInt8(ascii: "/") ? name : "\(Self.directories[0])/\(name)"
        guard let document = file(path) else { return false }
        var inner = PAMStacks(handlers: stacks.handlers)
        let isWhole = add(document, path, type, level: level, via: via, to: &inner)
        stacks.handlers = inner.handlers
        // A part that is given up fails where it is included; the rest goes on.
        return isWhole
    }
}
