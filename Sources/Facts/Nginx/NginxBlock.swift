// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// A level of nginx's configuration with all that its files and the files they include say in it, in nginx's order.
final class NginxBlock {
    /// The block's directive; no words for the main level.
    let words: [NginxConfiguration.Word]
    let origin: Origin
    /// Which level it is, in the letters of `NginxDirective.contexts`; `?` where its content is not directives.
    let context: Character
    fileprivate(set) var statements: [Statement] = []
    /// Why more may stand here than is known; nil where everything was read.
    fileprivate(set) var unknown: String?
    /// Directives that may stand here once and do.
    fileprivate var once: Set<String> = []

    /// A directive and where it stands.
    struct Statement {
        let words: [NginxConfiguration.Word]
        let path: String
        let block: NginxBlock?

        var name: String { words.first?.text ?? "" }
        var arguments: ArraySlice<NginxConfiguration.Word> { words.dropFirst() }
        /// The arguments as one text.
        var text: String { arguments.map(\.text).joined(separator: " ") }
        var origin: Origin {
            Origin(path: path, line: words.first?.line ?? 0, column: words.first?.column ?? 0)
        }
    }

    fileprivate init(_ words: [NginxConfiguration.Word], _ origin: Origin, _ context: Character) {
        self.words = words
        self.origin = origin
        self.context = context
    }

    /// The directives of a name.
    func statements(_ name: String) -> [Statement] { statements.filter { $0.name == name } }

    /// The level a block of this one is.
    fileprivate func context(of name: String) -> Character {
        switch (name, context) {
        case ("events", "M"): "E"
        case ("http", "M"): "H"
        case ("server", "H"): "S"
        case ("upstream", "H"): "U"
        case ("location", "S"), ("location", "L"): "L"
        case ("if", "S"): "F"
        case ("if", "L"): "I"
        case ("limit_except", "L"): "X"
        default: "?"
        }
    }
}

/// nginx.conf with everything it includes, read once for all who ask.
final class NginxFiles {
    /// The file nginx reads: `-c` of the service, or the one it is built for.
    let root: String
    /// What relative names of includes, certificates and directories begin at: where that file is (`conf_prefix`).
    var directory: String { HostPath.parent(of: root) }
    /// What relative names of directories of files begin at (`-p`, or `--prefix`).
    let prefix: String
    private static let includeDepth = 32
    private static let fileLimit = 10_000
    private static let directiveLimit = 2_000_000

    /// The main level; nil where there is no nginx.conf.
    private(set) var main: NginxBlock?
    /// The files read, in the order nginx first reads them.
    private(set) var files: [String] = []
    /// What nginx refuses.
    private(set) var errors: [(origin: Origin, reason: String)] = []
    /// What could not be read, and why.
    private(set) var unreadable: [(path: String, reason: String)] = []

    private let host: any Host
    private var seen: Set<String> = []
    private var reads = 0
    private var directives = 0

    init(_ host: any Host, _ command: NginxCommand) {
        self.host = host
        root = command.file
        prefix = command.prefix
        do throws(HostError) {
            _ = try host.status(root)
        } catch .notFound {
            return
        } catch {}
        let main = NginxBlock([], Origin(path: root), "M")
        self.main = main
        // "-g directives": ngx_conf_param() reads them before the file.
        if let (text, origin) = command.directives {
            for directive in NginxConfiguration(Array("\(text);".utf8)).directives where directive.block == nil {
                let words = directive.words.map {
                    NginxConfiguration.Word($0.text, line: origin.line, column: origin.column)
                }
                let statement = NginxBlock.Statement(words: words, path: origin.path, block: nil)
                if let refusal = Self.refusal(statement, in: main) { errors.append((origin, refusal)) }
                main.statements.append(statement)
            }
        }
        read(root, into: main, depth: 0)
    }

    private func read(_ path: String, into block: NginxBlock, depth: Int, from origin: Origin? = nil) {
        reads += 1
        guard reads <= Self.fileLimit else { return hide(path, "more than \(Self.fileLimit) files", block) }
        let bytes: [UInt8]
        do throws(HostError) {
            bytes = try host.read(path, limit: HostLimits.configurationBytes).bytes
        } catch .notFound {
            errors.append((origin ?? Origin(path: path), "\(path) is not there"))
            return
        } catch {
            return hide(path, error.description, block)
        }
        if seen.insert(path).inserted { files.append(path) }
        let document = NginxConfiguration(bytes)
        add(document.directives, path, to: block, depth: depth)
        guard let problem = document.problem else { return }
        if problem.isOurLimit {
            hide("\(path):\(problem.line)", problem.message, block)
        } else {
            errors.append((Origin(path: path, line: problem.line), problem.message))
        }
    }

    private func hide(_ path: String, _ reason: String, _ block: NginxBlock) {
        unreadable.append((path, reason))
        block.unknown = block.unknown ?? "\(path): \(reason)"
    }

    private func add(
        _ directives: [NginxConfiguration.Directive], _ path: String, to block: NginxBlock, depth: Int
    ) {
        block.statements.reserveCapacity(block.statements.count + directives.count)
        for directive in directives {
            self.directives += 1
            guard self.directives <= Self.directiveLimit else {
                return hide(path, "more than \(Self.directiveLimit) directives", block)
            }
            let name = directive.name
            if name == "include", directive.block == nil {
                include(directive, path, into: block, depth: depth)
                continue
            }
            var child: NginxBlock?
            if let content = directive.block {
                let origin = Origin(path: path, line: directive.line, column: directive.column)
                let level = NginxBlock(directive.words, origin, block.context(of: name))
                add(content, path, to: level, depth: depth)
                child = level
            }
            let statement = NginxBlock.Statement(words: directive.words, path: path, block: child)
            if let refusal = Self.refusal(statement, in: block) { errors.append((statement.origin, refusal)) }
            block.statements.append(statement)
        }
    }

    /// "include file | mask" (ngx_core_module): a mask that finds nothing is fine, a file that is not there is not.
    private func include(
        _ directive: NginxConfiguration.Directive, _ path: String, into block: NginxBlock, depth: Int
    ) {
        let origin = Origin(path: path, line: directive.line, column: directive.column)
        guard directive.words.count == 2 else {
            errors.append((origin, "invalid number of arguments in \"include\" directive"))
            return
        }
        guard depth < Self.includeDepth else {
            errors.append((origin, "includes nest deeper than \(Self.includeDepth): a file includes itself"))
            return
        }
        let name = directive.words[1].text
        let pattern = name.hasPrefix("/") ? name : HostPath.absolute(name, in: directory)
        guard GlobPattern.isPattern(name) else {
            return read(pattern, into: block, depth: depth + 1, from: origin)
        }
        let found = GlobPattern.paths(matching: pattern, limit: Self.fileLimit) { directory in
            do throws(HostError) {
                return try self.host.list(directory).map(\.name)
            } catch {
                switch error {
                case .notFound, .wrongKind: break
                default: self.hide(directory, error.description, block)
                }
                return []
            }
        }
        for path in found.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where exists(path) {
            read(path, into: block, depth: depth + 1, from: origin)
        }
    }

    private func exists(_ path: String) -> Bool {
        do throws(HostError) {
            _ = try host.status(path, followLinks: false)
            return true
        } catch {
            return error != .notFound
        }
    }

    /// ngx_conf_handler(): the level, the end, the number of arguments; then what the setting's own handler says first.
    private static func refusal(_ statement: NginxBlock.Statement, in block: NginxBlock) -> String? {
        let name = statement.name
        guard block.context != "?", let directive = NginxDirective.byName[name] else { return nil }
        guard directive.contexts.contains(block.context) else {
            return "\"\(name)\" directive is not allowed here"
        }
        let isBlock = blocks.contains(name) && !(name == "server" && block.context == "U")
        if statement.block == nil, isBlock { return "directive \"\(name)\" has no opening \"{\"" }
        if statement.block != nil, !isBlock { return "directive \"\(name)\" is not terminated by \";\"" }
        guard directive.arguments.contains(statement.words.count - 1) else {
            return "invalid number of arguments in \"\(name)\" directive"
        }
        if name == "location" { return location(statement, in: block) }
        if name == "proxy_pass", let reason = proxyPass(statement, in: block) { return reason }
        switch directive.kind {
        case .flag, .int, .size, .time, .text:
            if !repeatable.contains(name), !block.once.insert(name).inserted {
                return "\"\(name)\" directive is duplicate"
            }
            let isValid = directive.arguments == 0...0 || NginxValue(directive, statement).isValid
            return isValid ? nil : "\"\(name)\" directive invalid value"
        default:
            let isOnce = ["events", "http"].contains(name)
            return isOnce && !block.once.insert(name).inserted ? "\"\(name)\" directive is duplicate" : nil
        }
    }

    private static let repeatable: Set = ["return", "stub_status", "internal", "limit_rate", "ssl_session_cache"]

    /// What ngx_http_core_location() and ngx_http_add_location() refuse.
    private static func location(_ statement: NginxBlock.Statement, in block: NginxBlock) -> String? {
        if statement.words.count > 2, !["=", "^~", "~", "~*"].contains(statement.words[1].text) {
            return "invalid location modifier \"\(statement.words[1].text)\""
        }
        let (kind, path) = NginxLocation.parse(statement.words)
        if block.context == "L" {
            let outer = NginxLocation.parse(block.words)
            if outer.kind == .exact || outer.kind == .named || kind == .named {
                return "location \"\(path)\" cannot be inside location \"\(outer.path)\""
            }
            let isExpression = if case .expression = kind { true } else { false }
            if !isExpression, !path.utf8.starts(with: outer.path.utf8) {
                return "location \"\(path)\" is outside location \"\(outer.path)\""
            }
        }
        switch kind {
        case .expression: return nil
        case .exact: return block.once.insert("= \(path)").inserted ? nil : "duplicate location \"\(path)\""
        default: return block.once.insert("location \(path)").inserted ? nil : "duplicate location \"\(path)\""
        }
    }

    /// ngx_http_proxy_pass(): no path where there is no prefix that it could replace.
    private static func proxyPass(_ statement: NginxBlock.Statement, in block: NginxBlock) -> String? {
        let text = statement.text
        guard !text.contains("$") else { return nil }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else { return "invalid URL prefix" }
        guard NginxProxy.parts(text).uri != nil else { return nil }
        let kind = NginxLocation.parse(block.words).kind
        let hasPrefix = block.context == "L" && [.exact, .prefix, .preferredPrefix].contains(kind)
        return hasPrefix
            ? nil
            : "\"proxy_pass\" cannot have URI part in location given by regular expression, or inside named location, or "
                + "inside \"if\" statement, or inside \"limit_except\" block"
    }

    private static let blocks: Set = [
        "events", "http", "server", "location", "if", "limit_except", "upstream", "map", "geo", "types",
        "split_clients",
    ]
}
