// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// Reads a script of nft(8) into tables and chains, files it includes in their places.
struct NftablesReader {
    private(set) var tables: [String: FirewallTable] = [:]
    /// `family name`, in the order they are made.
    private(set) var order: [String] = []
    /// Where `flush ruleset` stands.
    private(set) var flush: Origin?
    /// Why a file could not be read.
    private(set) var failure: String?
    /// What nft would refuse: with one error it loads nothing at all.
    private(set) var errors: [(origin: Origin, reason: String)] = []
    private(set) var files: [String] = []

    private let host: any Host
    private var variables: [String: [NftablesToken]] = [:]
    private var sets: [String: [[NftablesToken]]] = [:]
    private var jumps: [(origin: Origin, table: String, chain: String)] = []
    private var input: [NftablesToken] = []
    private var position = 0
    /// Tokens put in for variables, so that they cannot grow without end.
    private var spliced = 0

    init(_ path: String, _ host: any Host) {
        self.host = host
        include(path, isPattern: false, at: Origin(path: path))
        while let statement = next() { top(statement) }
        for jump in jumps where tables[jump.table]?.chains[jump.chain] == nil {
            errors.append((jump.origin, "no chain \(jump.chain)"))
        }
    }

    // MARK: Statements

    private struct Statement {
        var words: [NftablesToken]
        var opens = false
        var closes = false

        func text(_ index: Int) -> String { words.indices.contains(index) ? words[index].text : "" }
        var all: String { words.map { $0.kind == .string ? "\"\($0.text)\"" : $0.text }.joined(separator: " ") }
    }

    private static let blocks: Set<String> = [
        "table", "chain", "set", "map", "flowtable", "counter", "quota", "limit", "ct", "secmark", "synproxy",
    ]

    /// Reads a file, or those a pattern names, where it is named.
    private mutating func include(_ path: String, isPattern: Bool, at origin: Origin) {
        guard files.count < 256 else {
            failure = failure ?? "\(origin.description): too many files"
            return
        }
        let absolute = path.hasPrefix("/") ? path : path.hasPrefix("./") ? "/" + path.dropFirst(2) : "/etc/" + path
        var paths = [absolute]
        if isPattern, GlobPattern.isPattern(absolute) {
            var unlisted: String?
            paths = GlobPattern.paths(matching: absolute, limit: 256) { directory in
                do throws(HostError) {
                    return try host.list(directory).map(\.name)
                } catch {
                    if error != .notFound { unlisted = "\(directory): \(error.description)" }
                    return []
                }
            }
            paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            failure = failure ?? unlisted
        }
        var tokens: [NftablesToken] = []
        for path in paths {
            do throws(HostError) {
                tokens += NftablesToken.read(try host.read(path).bytes, path: path)
                files.append(path)
            } catch .wrongKind(.directory) where isPattern {
                continue
            } catch {
                if error == .notFound, isPattern { errors.append((origin, "\(path): no such file")) }
                failure = failure ?? "\(path): \(error.description)"
            }
        }
        guard input.count - position + tokens.count < 4_000_000 else {
            failure = failure ?? "\(origin.description): too long"
            return
        }
        input.replaceSubrange(..<position, with: tokens)
        position = 0
    }

    /// The next statement, variables put in. A `{` opens a block only after a word that begins one.
    private mutating func next() -> Statement? {
        var statement = Statement(words: [])
        var depth = 0
        while position < input.count {
            let token = input[position]
            position += 1
            if token.kind == .end {
                if depth > 0 { continue }
                if statement.words.isEmpty { continue }
                return statement
            }
            if token.kind == .sign, token.text == "{" {
                let first = statement.text(["add", "create", "insert"].contains(statement.text(0)) ? 1 : 0)
                let isBlock = Self.blocks.contains(first) && statement.words.count < 8
                if depth == 0, isBlock, !statement.words.contains(where: { $0.text == "vmap" || $0.text == "=" }),
                    first != "ct" || statement.text(1) != "state"
                {
                    statement.opens = true
                    return statement
                }
                depth += 1
            } else if token.kind == .sign, token.text == "}" {
                if depth == 0 {
                    if statement.words.isEmpty {
                        statement.closes = true
                        statement.words = [token]
                        return statement
                    }
                    position -= 1
                    return statement
                }
                depth -= 1
            }
            if token.kind == .word, token.text.hasPrefix("$") {
                guard let value = variables[String(token.text.dropFirst())], spliced < 1_000_000 else {
                    errors.append((token.origin, "\(token.text) is not defined"))
                    continue
                }
                spliced += value.count
                statement.words += value
            } else {
                statement.words.append(token)
            }
        }
        if depth > 0, let last = statement.words.last { errors.append((last.origin, "a brace is not closed")) }
        return statement.words.isEmpty ? nil : statement
    }

    /// Takes what stands in every block; false for anything else.
    private mutating func isCommon(_ statement: Statement) -> Bool {
        switch statement.text(0) {
        case "include" where statement.words.count == 2:
            include(statement.text(1), isPattern: true, at: statement.words[0].origin)
        case "define", "redefine":
            guard statement.text(2) == "=" else { return false }
            variables[statement.text(1)] = Array(statement.words.dropFirst(3))
        case "undefine": variables[statement.text(1)] = nil
        default: return false
        }
        return true
    }

    private mutating func skipBlock() {
        var depth = 1
        while depth > 0, let statement = next() {
            if statement.opens { depth += 1 }
            if statement.closes { depth -= 1 }
        }
    }

    private mutating func top(_ statement: Statement) {
        if isCommon(statement) || statement.closes { return }
        var words = statement.words
        let isAdded = ["add", "create", "insert"].contains(statement.text(0))
        if isAdded { words.removeFirst() }
        guard let verb = words.first?.text else { return }
        let families = ["ip", "ip6", "inet", "arp", "bridge", "netdev"]
        let hasFamily = words.count > 1 && families.contains(words[1].text)
        let family = hasFamily ? words[1].text : "ip"
        let rest = words.dropFirst(hasFamily ? 2 : 1).map(\.text)
        let key = family + " " + (rest.first ?? "")
        switch verb {
        case "flush" where rest.first == "ruleset" || statement.text(1) == "ruleset":
            flush = words[0].origin
            tables = [:]
            order = []
        case "flush" where statement.text(1) == "table", "delete" where statement.text(1) == "table",
            "destroy" where statement.text(1) == "table":
            let at = families.contains(statement.text(2)) ? 3 : 2
            let name = (at == 3 ? statement.text(2) : "ip") + " " + statement.text(at)
            if verb == "flush" {
                for chain in tables[name]?.chains.keys.sorted() ?? [] { tables[name]?.chains[chain]?.rules = [] }
            } else {
                tables[name] = nil
            }
        case "table":
            make(key, family)
            if statement.opens { table(key) }
        case "chain" where rest.count > 1:
            if statement.opens { chain(key, rest[1], statement) }
        case "rule" where rest.count > 2:
            let from = hasFamily ? 4 : 3
            let body = Array(words.dropFirst(from))
            add(Statement(words: body), key, rest[1], isFirst: statement.text(0) == "insert")
        case "set" where rest.count > 1 && statement.opens, "map" where rest.count > 1 && statement.opens:
            set(key + " " + rest[1])
        case "element" where rest.count > 1:
            let open = words.firstIndex { $0.text == "{" } ?? words.endIndex
            sets[key + " " + rest[1], default: []] += Self.elements(words[open...])
        default:
            if statement.opens {
                skipBlock()
            } else if ["delete", "flush", "replace", "rename", "reset", "destroy"].contains(verb) {
                failure = failure ?? "\(words[0].origin.description): \(statement.all.clipped(to: 80)) is not followed"
            }
        }
    }

    private mutating func make(_ key: String, _ family: String) {
        guard tables[key] == nil else { return }
        let families: [String: Set<Int>] = ["ip": [4], "ip6": [6], "inet": [4, 6], "netdev": [4, 6]]
        tables[key] = FirewallTable(families: families[family] ?? [])
        order.append(key)
    }

    private mutating func table(_ key: String) {
        while let statement = next(), !statement.closes {
            if isCommon(statement) { continue }
            switch statement.text(0) {
            case "chain" where statement.opens: chain(key, statement.text(1), statement)
            case "set" where statement.opens, "map" where statement.opens: set(key + " " + statement.text(1))
            case "flags" where statement.words.contains { $0.text == "dormant" }: tables[key]?.families = []
            default: if statement.opens { skipBlock() }
            }
        }
    }

    private mutating func set(_ key: String) {
        if sets[key] == nil { sets[key] = [] }
        while let statement = next(), !statement.closes {
            if isCommon(statement) { continue }
            if statement.text(0) == "elements", let open = statement.words.firstIndex(where: { $0.text == "{" }) {
                sets[key, default: []] += Self.elements(statement.words[open...])
            } else if statement.opens {
                skipBlock()
            }
        }
    }

    // MARK: Chains

    private mutating func chain(_ table: String, _ name: String, _ opening: Statement) {
        if tables[table] == nil { make(table, table.split(separator: " ").first.map(String.init) ?? "ip") }
        let origin = opening.words[0].origin
        if tables[table]?.chains[name] == nil { tables[table]?.chains[name] = FirewallChain(policyOrigin: origin) }
        while let statement = next(), !statement.closes {
            if isCommon(statement) { continue }
            switch statement.text(0) {
            case "type" where statement.words.contains { $0.text == "hook" }:
                let words = statement.words.map(\.text)
                guard let hook = words.firstIndex(of: "hook"), hook + 1 < words.count else { continue }
                tables[table]?.chains[name]?.type = statement.text(1)
                tables[table]?.chains[name]?.hook = words[hook + 1]
                tables[table]?.chains[name]?.policyOrigin = statement.words[0].origin
                if words[hook + 1] == "ingress" { tables[table]?.chains[name]?.isUnknown = true }
                if let at = words.firstIndex(of: "priority") {
                    tables[table]?.chains[name]?.priority = Self.priority(Array(words[(at + 1)...]))
                }
            case "policy":
                tables[table]?.chains[name]?.policy = statement.text(1) == "drop" ? .drop : .accept
                tables[table]?.chains[name]?.policyOrigin = statement.words[0].origin
            case "comment", "flags", "devices", "device": continue
            default: add(statement, table, name, isFirst: false)
            }
            if statement.opens { skipBlock() }
        }
    }

    /// Names of priorities (nft(8), table "Standard priority names").
    private static func priority(_ words: [String]) -> Int {
        let names = ["raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100]
        var sum = 0
        var sign = 1
        for word in words {
            if word == "-" { sign = -1 } else if let value = names[word] ?? Int(word) { sum += sign * value }
        }
        return sum
    }

    private mutating func add(_ statement: Statement, _ table: String, _ chain: String, isFirst: Bool) {
        guard !statement.words.isEmpty else { return }
        guard tables[table]?.chains[chain] != nil else {
            errors.append((statement.words[0].origin, "no chain \(chain)"))
            return
        }
        if ["position", "index", "handle"].contains(statement.text(0)) {
            tables[table]?.chains[chain]?.isUnknown = true
            return
        }
        var reader = NftablesRule(
            statement.words, table.split(separator: " ").first.map(String.init) ?? "", sets, table)
        let rules = reader.rules(statement.all)
        for rule in rules {
            switch rule.action {
            case .jump(let name), .goto(let name): jumps.append((rule.origin, table, name))
            default: break
            }
        }
        for name in reader.missing { errors.append((statement.words[0].origin, "no set \(name)")) }
        if isFirst {
            tables[table]?.chains[chain]?.rules.insert(contentsOf: rules, at: 0)
        } else {
            tables[table]?.chains[chain]?.rules += rules
        }
    }

    /// What stands between commas in `{ … }`, inner braces flattened.
    static func elements(_ words: ArraySlice<NftablesToken>) -> [[NftablesToken]] {
        var found: [[NftablesToken]] = []
        var current: [NftablesToken] = []
        for word in words {
            if word.kind == .sign, ["{", "}", ","].contains(word.text) {
                if !current.isEmpty { found.append(current) }
                current = []
            } else {
                current.append(word)
            }
        }
        return found
    }
}
