// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// The certificates nginx is told to present: `ssl_certificate` and its companions, as servers inherit them
/// (ngx_http_ssl_module), in /etc/nginx/nginx.conf and all it includes. Nothing else of nginx is read here.
struct NginxCertificates {
    private static let root = "/etc/nginx/nginx.conf"
    private static let includeDepth = 16
    private static let directiveLimit = 200_000

    private final class Block {
        let name: String
        var directives: [(name: String, arguments: [String], origin: Origin)] = []
        var blocks: [Block] = []

        init(_ name: String) { self.name = name }
    }

    private var files: CertificateConfiguration
    private var directivesLeft = Self.directiveLimit

    /// What nginx presents, server by server.
    private(set) var uses: [CertificateUse] = []

    init(_ collection: Collection) {
        files = CertificateConfiguration(collection)
        let main = Block("main")
        parse(Self.root, into: main, depth: 0)
        visit(main, inherited: [:])
    }

    // MARK: Reading

    private mutating func parse(_ path: String, into block: Block, depth: Int) {
        guard let bytes = files.read(path) else { return }
        var tokens = NginxTokens(bytes)
        var stack = [block]
        var words: [String] = []
        var line = 0
        while let token = tokens.next() {
            guard let current = stack.last, directivesLeft > 0 else { return }
            switch token {
            case .word(let word, let number):
                if words.isEmpty { line = number }
                words.append(word)
            case .end:
                guard let name = words.first else { continue }
                directivesLeft -= 1
                if name == "include", words.count == 2, depth < Self.includeDepth {
                    for included in files.paths(matching: HostPath.absolute(words[1], in: "/etc/nginx")) {
                        parse(included, into: current, depth: depth + 1)
                    }
                } else {
                    current.directives.append((name, Array(words.dropFirst()), Origin(path: path, line: line)))
                }
                words = []
            case .open:
                let name = words.first ?? ""
                words = []
                if name.hasSuffix("_by_lua_block") {
                    tokens.skipBlock()
                } else {
                    let child = Block(name)
                    current.blocks.append(child)
                    if stack.count < 64 { stack.append(child) } else { tokens.skipBlock() }
                }
            case .close:
                words = []
                if stack.count > 1 { stack.removeLast() }
            }
        }
    }

    // MARK: Meaning

    private static let inherited: Set = [
        "ssl_certificate", "ssl_certificate_key", "ssl_trusted_certificate", "ssl_client_certificate", "ssl",
    ]

    private mutating func visit(_ block: Block, inherited outer: [String: [CertificateUse.Word]]) {
        var settings = outer
        // A level that sets a directive of this kind drops what the levels above set (array directives of nginx).
        var own: [String: [CertificateUse.Word]] = [:]
        for directive in block.directives where Self.inherited.contains(directive.name) {
            guard let value = directive.arguments.first else { continue }
            own[directive.name, default: []].append(CertificateUse.Word(text: value, origin: directive.origin))
        }
        settings.merge(own) { $1 }
        if block.name == "server", Self.speaksTLS(block, settings) { add(block, settings) }
        for child in block.blocks { visit(child, inherited: settings) }
    }

    private static func speaksTLS(_ server: Block, _ settings: [String: [CertificateUse.Word]]) -> Bool {
        settings["ssl"]?.last?.text == "on"
            || server.directives.contains {
                $0.name == "listen" && ($0.arguments.contains("ssl") || $0.arguments.contains("quic"))
            }
    }

    private mutating func add(_ server: Block, _ settings: [String: [CertificateUse.Word]]) {
        let certificates = settings["ssl_certificate"] ?? []
        let keys = settings["ssl_certificate_key"] ?? []
        let names = server.directives.filter { $0.name == "server_name" }.flatMap { directive in
            directive.arguments.map { CertificateUse.Word(text: $0, origin: directive.origin) }
        }
        let trust = ["ssl_trusted_certificate", "ssl_client_certificate"].compactMap { Self.file(settings[$0]?.last) }
        for (index, certificate) in certificates.enumerated() {
            var use = CertificateUse(service: "nginx")
            use.certificate = Self.file(certificate)
            use.key = keys.indices.contains(index) ? Self.file(keys[index]) : nil
            use.trust = index == 0 ? trust : []
            use.names = names
            uses.append(use)
        }
    }

    /// The file a value names; nil for values that name none (`data:`, `engine:`, variables).
    private static func file(_ word: CertificateUse.Word?) -> CertificateUse.Word? {
        guard let word, !word.text.contains("$"), !word.text.hasPrefix("data:"), !word.text.hasPrefix("engine:") else {
            return nil
        }
        return CertificateUse.Word(text: HostPath.absolute(word.text, in: "/etc/nginx"), origin: word.origin)
    }
}

/// The words of an nginx configuration: blanks part them, quotes hold them together, `#` begins a comment.
private struct NginxTokens {
    enum Token {
        case word(String, line: Int)
        case end, open, close
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Token? {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case 0x0A:
                line += 1
                position += 1
            case 0...0x20: position += 1
            case UInt8(ascii: "#"): while position < bytes.count, bytes[position] != 0x0A { position += 1 }
            case UInt8(ascii: ";"):
                position += 1
                return .end
            case UInt8(ascii: "{"):
                position += 1
                return .open
            case UInt8(ascii: "}"):
                position += 1
                return .close
            case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoted(byte)
            default: return plain()
            }
        }
        return nil
    }

    /// Passes over a block in another language, to the brace that closes it.
    mutating func skipBlock() {
        var depth = 1
        while position < bytes.count, depth > 0 {
            switch bytes[position] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            case 0x0A: line += 1
            default: break
            }
            position += 1
        }
    }

    private mutating func quoted(_ quote: UInt8) -> Token {
        let start = line
        var word: [UInt8] = []
        position += 1
        while position < bytes.count, bytes[position] != quote {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
            if bytes[position] == 0x0A { line += 1 }
            word.append(bytes[position])
            position += 1
        }
        position += 1
        return .word(String(decoding: word, as: UTF8.self), line: start)
    }

    private mutating func plain() -> Token {
        var word: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            // `${name}` is part of a word; any other brace is not.
            let isVariable = byte == UInt8(ascii: "{") && word.last == UInt8(ascii: "$")
            if byte <= 0x20 || byte == UInt8(ascii: ";") || (byte == UInt8(ascii: "{") && !isVariable) { break }
            if isVariable {
                while position < bytes.count, bytes[position] != UInt8(ascii: "}"), bytes[position] > 0x20 {
                    word.append(bytes[position])
                    position += 1
                }
                continue
            }
            if byte == UInt8(ascii: "}"), !word.contains(UInt8(ascii: "{")) { break }
            word.append(byte)
            position += 1
        }
        return .word(String(decoding: word, as: UTF8.self), line: line)
    }
}
