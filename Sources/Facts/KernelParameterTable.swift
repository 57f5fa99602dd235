// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// Kernel parameters as they are declared and as they are, each looked up once: a class, because the cache is shared.
final class KernelParameterTable {
    /// What the running kernel says of a parameter.
    enum Live: Sendable {
        case value(String)
        /// This kernel has no such parameter: its module is not loaded, or the name is misspelt.
        case missing
        /// It could not be read; why.
        case unreadable(String)
        /// It can only be written to, to make something happen (`net.ipv4.route.flush`).
        case writeOnly
        /// A tree without a snapshot of it.
        case notInTree
    }

    /// One parameter.
    struct Parameter {
        /// Below /proc/sys, with slashes.
        let path: String
        let declaration: SysctlSettings.Declaration?
        let live: Live
        /// Why the declaration cannot be trusted; nil where all files were read.
        let declarationFailure: String?

        /// The name sysctl(8) prints.
        var name: String { SysctlName.dotted(path) }

        /// What is in force: the running value where it can be read, else the declared one.
        var value: String? {
            switch live {
            case .value(let value): value
            case .missing: nil
            case .unreadable, .writeOnly, .notInTree: declarationFailure == nil ? declaration?.value : nil
            }
        }

        /// Why there is no value.
        var reason: String {
            if let declarationFailure { return declarationFailure }
            switch live {
            case .value: return ""
            case .writeOnly: return "/proc/sys/\(path) can only be written to"
            case .missing: return "/proc/sys/\(path): the running kernel has no such parameter"
            case .unreadable(let why): return why
            case .notInTree: return "declared in no sysctl.d file, and there is no /proc/sys/\(path) in this tree"
            }
        }

        /// Why it is not known what runs.
        var liveReason: String {
            if let declarationFailure { return declarationFailure }
            if case .unreadable(let why) = live { return why }
            return "there is no /proc/sys/\(path) in this tree"
        }

        /// True when what is declared is not what is running.
        var differs: Bool? {
            guard declarationFailure == nil else { return nil }
            guard let declaration else { return false }
            switch live {
            case .value(let value): return !KernelNumber.isSame(value, declaration.value)
            case .missing, .writeOnly: return false
            case .unreadable, .notInTree: return nil
            }
        }
    }

    /// What the files declare.
    let files: SysctlFiles
    private let collection: Collection
    private var parameters: [String: Parameter] = [:]
    private var declarationSources: [String: SourceID] = [:]
    private var liveSources: [String: SourceID] = [:]
    /// True when there is a /proc/sys to compare with.
    let hasProc: Bool

    init(_ collection: Collection) {
        self.collection = collection
        files = SysctlFiles(collection)
        var hasProc = false
        do throws(HostError) {
            hasProc = try collection.host.status("/proc/sys").kind == .directory
        } catch .notFound {
        } catch {
            collection.report(Origin(path: "/proc/sys"), error.description)
        }
        self.hasProc = hasProc
    }

    /// The parameter at a path below /proc/sys.
    func parameter(_ path: String) -> Parameter {
        if let known = parameters[path] { return known }
        let parameter = Parameter(
            path: path, declaration: files.settings.declaration(of: path), live: live(path),
            declarationFailure: files.failure)
        parameters[path] = parameter
        return parameter
    }

    private func live(_ path: String) -> Live {
        guard hasProc else { return .notInTree }
        guard SysctlName.isNormalized(path) else { return .missing }
        let file = "/proc/sys/" + path
        do throws(HostError) {
            // A parameter's text is at most a page or a few; the largest of a stock kernel are under 4 KiB.
            let content = try collection.host.read(file, limit: 1 << 16)
            return .value(KernelNumber.trimmed(content.bytes))
        } catch .notFound {
            return collection.host.isLive ? .missing : .notInTree
        } catch {
            let mode = (try? collection.host.status(file))?.mode
            return mode.map { $0.bits & 0o444 == 0 } == true ? .writeOnly : .unreadable("\(file): \(error)")
        }
    }

    /// Where the value in force comes from: the line that declares it, or /proc/sys where nothing does or where the
    /// two differ; then the declaration is what was overridden.
    func source(_ parameter: Parameter) -> SourceID {
        guard case .value(let value) = parameter.live, parameter.declaration == nil || parameter.differs != false else {
            return declarationSource(parameter)
        }
        return liveSource(parameter, value)
    }

    /// /proc/sys, with the declaration as what was overridden where it says something else.
    func liveSource(_ parameter: Parameter, _ value: String) -> SourceID {
        if let known = liveSources[parameter.path] { return known }
        var lost: [Source.Overridden] = []
        if let declaration = parameter.declaration, parameter.differs != false {
            lost = declaration.overrode + [Source.Overridden(origin: declaration.origin, text: declaration.text)]
        }
        let id = collection.source(
            Source(
                Origin(path: "/proc/sys/" + parameter.path), means: .live, text: "\(parameter.name) = \(value)",
                overrode: lost))
        liveSources[parameter.path] = id
        return id
    }

    /// Where a parameter is declared; `.none` where it is not.
    func declarationSource(_ parameter: Parameter) -> SourceID {
        guard let declaration = parameter.declaration else { return .none }
        if let known = declarationSources[parameter.path] { return known }
        let id = collection.source(
            Source(declaration.origin, means: .set, text: declaration.text, overrode: declaration.overrode))
        declarationSources[parameter.path] = id
        return id
    }
}

/// Numbers as the kernel reads and prints them in /proc/sys.
enum KernelNumber {
    /// A number in C notation (`10`, `0x0a`, `012`), as the kernel's own parser takes it; nil for anything else.
    static func parse(_ text: some StringProtocol) -> Int64? {
        let negative = text.hasPrefix("-")
        let digits = negative ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        let magnitude: UInt64?
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            magnitude = UInt64(digits.dropFirst(2), radix: 16)
        } else if digits.hasPrefix("0"), digits.utf8.count > 1 {
            magnitude = UInt64(digits.dropFirst(), radix: 8)
        } else {
            magnitude = UInt64(digits)
        }
        guard let magnitude, let value = Int64(exactly: magnitude) else { return nil }
        return negative ? -value : value
    }

    /// The words of a value: `4096 87380 6291456` is three.
    static func words(_ text: String) -> [Substring] {
        text.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" }
    }

    /// Whether two texts mean the same to the kernel: the same words, numbers by value.
    static func isSame(_ left: String, _ right: String) -> Bool {
        let (left, right) = (words(left), words(right))
        return left.count == right.count
            && zip(left, right).allSatisfy { one, other in
                one.utf8.elementsEqual(other.utf8) || (parse(one).map { $0 == parse(other) } ?? false)
            }
    }

    /// The text of a file of /proc without the line end.
    static func trimmed(_ bytes: [UInt8]) -> String {
        let end = bytes.lastIndex { $0 != 0x0A && $0 != 0x20 && $0 != 0 } ?? -1
        return String(decoding: bytes[...end], as: UTF8.self)
    }
}
