// SPDX-License-Identifier: GPL-3.0-or-later

/// Splits the text of a sudoers file into words, the longest match first, as sudo's own scanner does in each of its
/// states: what `,` or `#` is depends on whether a command, a Defaults value or a list is being read.
struct SudoersReader {
    /// Where the scanner is.
    private enum State {
        case initial, defaultsScope, defaultsStart, defaultsValue, string, command, expression, digest, include, path
    }

    private enum Rule {
        case scopeComma, scopeBlank, defaultsName, valueComma, token(SudoersToken.Kind), quote, value
        case stringContinuation, stringEnd, stringBackslash, stringBody
        case quotedGlob, quotedSpecial, commandEnd, argument
        case expressionQuoted, expressionBad, expressionEnd, expressionBody
        case digest, notDigest, include(SudoersToken.Kind, Int), defaults, aliases, tag(String)
        case problem(String), plain(SudoersToken.Kind), address, path(SudoersToken.Kind), all
        case scopeCommand, digestKind, edit, expectedPath, command, fileName, not, newline, blank, continuation
        case comment, nothing
    }

    private static let tags: [StaticString] = [
        "NOPASSWD", "PASSWD", "NOEXEC", "EXEC", "INTERCEPT", "NOINTERCEPT", "SETENV", "NOSETENV", "LOG_OUTPUT",
        "NOLOG_OUTPUT", "LOG_INPUT", "NOLOG_INPUT", "MAIL", "NOMAIL", "FOLLOW", "NOFOLLOW",
    ]

    private let text: SudoersPattern
    private var state = State.initial
    private var previous = State.initial
    private var position = 0
    private var line = 1
    private var lineStart = 0
    private var isContinued = false
    private var sawSpace = false
    private var string: [UInt8]?
    private var command: (path: String, arguments: [UInt8]?, isQualifiedEdit: Bool, line: Int, column: Int) =
        ("", nil, false, 1, 1)
    private var digestKind = ""
    private(set) var tokens: [SudoersToken] = []

    init(_ bytes: [UInt8]) {
        // A line ends at its first NUL, and the last one has an end of line.
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count + 1)
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            lines.append(contentsOf: line.prefix { $0 != 0 })
            lines.append(0x0A)
        }
        if bytes.last == 0x0A || bytes.isEmpty { lines.removeLast() }
        text = SudoersPattern(bytes: lines)
        while position < text.bytes.count { step() }
    }

    private var isAtLineStart: Bool { position == 0 || text.byte(position - 1) == 0x0A }

    private mutating func add(_ kind: SudoersToken.Kind, _ word: String = "", arguments: String? = nil) {
        tokens.append(
            SudoersToken(kind: kind, text: word, arguments: arguments, line: line, column: position - lineStart + 1))
    }

    private func slice(_ length: Int, from skip: Int = 0) -> ArraySlice<UInt8> {
        text.bytes[position + skip..<position + length]
    }

    /// The longest rule at this place; of equal ones the first.
    private func best() -> (length: Int, rule: Rule) {
        var best: (length: Int, rule: Rule) = (1, .nothing)
        var found = 0
        func offer(_ length: Int, _ rule: @autoclosure () -> Rule) {
            if length > found {
                found = length
                best = (length, rule())
            }
        }
        let first = text.byte(position)
        let isShared = [.initial, .defaultsScope, .digest, .path].contains(state)
        switch state {
        case .defaultsScope:
            let before = text.blanks(at: position)
            if text.byte(position + before) == UInt8(ascii: ",") {
                offer(before + 1 + text.blanks(at: position + before + 1), .scopeComma)
            }
            offer(before, .scopeBlank)
        case .defaultsStart: offer(text.defaultsName(at: position), .defaultsName)
        case .defaultsValue:
            if first == UInt8(ascii: ",") { offer(1, .valueComma) }
            if first == UInt8(ascii: "=") { offer(1, .token(.equals)) }
            offer(text.literal("+=", at: position), .token(.plus))
            offer(text.literal("-=", at: position), .token(.minus))
            if first == UInt8(ascii: "\"") { offer(1, .quote) }
            offer(text.defaultsValue(at: position), .value)
        case .string:
            let end = text.continuation(at: position)
            if end > 0 { offer(end + text.blanks(at: position + end), .stringContinuation) }
            if first == UInt8(ascii: "\"") { offer(1, .stringEnd) }
            if first == UInt8(ascii: "\\") { offer(1, .stringBackslash) }
            offer(stringBody(), .stringBody)
        case .command:
            let second = text.byte(position + 1)
            if first == UInt8(ascii: "\\") {
                if "*?[]!^".utf8.contains(second) { offer(2, .quotedGlob) }
                if ":\\,= \t#".utf8.contains(second) { offer(2, .quotedSpecial) }
            }
            if "#:,=\r\n".utf8.contains(first) { offer(1, .commandEnd) }
            offer(run { !"#\\:, \t\r\n".utf8.contains($0) }, .argument)
        case .expression:
            if first == UInt8(ascii: "\\"), text.byte(position + 1) != 0x0A, text.byte(position + 1) != 0x0D {
                offer(2, .expressionQuoted)
            }
            if "#\r\n".utf8.contains(first) { offer(1, .expressionBad) }
            if first == UInt8(ascii: "$") { offer(1, .expressionEnd) }
            offer(run { !"#\\\r\n$".utf8.contains($0) }, .expressionBody)
        case .digest:
            let count = run(SudoersPattern.isHexadecimal)
            offer(count, count == digestBytes * 2 ? .digest : .notDigest)
            let base64 = run {
                SudoersPattern.isHexadecimal($0) || SudoersPattern.isUpper($0) || SudoersPattern.isLower($0)
                    || "+/=".utf8.contains($0)
            }
            let isPadded = text.byte(position + base64 - 1) == UInt8(ascii: "=")
            let wanted = isPadded ? 4 * ((digestBytes + 2) / 3) : (4 * digestBytes + 2) / 3
            offer(base64, base64 == wanted ? .digest : .notDigest)
        case .initial, .include, .path: break
        }
        if state == .initial { offerEntries(&best, &found) }
        if isShared { offerShared(&best, &found) }
        if state == .include {
            offer(text.includedName(at: position), .fileName)
            if first == UInt8(ascii: "\"") { offer(1, .quote) }
        }
        if isShared {
            for (byte, kind) in [
                (UInt8(ascii: "("), SudoersToken.Kind.open), (UInt8(ascii: ")"), .close), (UInt8(ascii: ","), .comma),
                (UInt8(ascii: "="), .equals), (UInt8(ascii: ":"), .colon),
            ] where first == byte { offer(1, .token(kind)) }
        }
        offer(run { $0 == UInt8(ascii: "!") }, .not)
        offer(text.newline(at: position), .newline)
        offer(text.blanks(at: position), .blank)
        offer(text.continuation(at: position), .continuation)
        if [.initial, .defaultsStart, .defaultsValue].contains(state) { offer(text.comment(at: position), .comment) }
        return best
    }

    /// What begins an entry.
    private func offerEntries(_ best: inout (length: Int, rule: Rule), _ found: inout Int) {
        func offer(_ length: Int, _ rule: @autoclosure () -> Rule) {
            if length > found {
                found = length
                best = (length, rule())
            }
        }
        offer(text.literal("@include", at: position), .include(.include, 8))
        offer(text.literal("@includedir", at: position), .include(.includeDirectory, 11))
        guard isAtLineStart else { return }
        offer(text.oldInclude("#include", at: position), .include(.include, 8))
        offer(text.oldInclude("#includedir", at: position), .include(.includeDirectory, 11))
        let start = position + text.blanks(at: position)
        if text.literal("Defaults", at: start) > 0 {
            var end = start + 8
            if ":@>!".utf8.contains(text.byte(end)) {
                var scope = end + 1 + text.blanks(at: end + 1)
                while text.byte(scope) == UInt8(ascii: "!") { scope += 1 }
                let quote = text.byte(scope) == UInt8(ascii: "\"") ? 1 : 0
                let word = text.wordOrIdentifier(at: scope + quote)
                if word > 0 { end = scope + quote + word }
            }
            offer(end - position, .defaults)
        }
        for name in ["Host", "Cmnd", "Cmd", "User", "Runas"] as [StaticString] {
            let length = text.literal(name, at: start)
            if length > 0, text.literal("_Alias", at: start + length) > 0 {
                offer(start + length + 6 - position, .aliases)
            }
        }
    }

    /// What lists are made of, in four of the states.
    private func offerShared(_ best: inout (length: Int, rule: Rule), _ found: inout Int) {
        func offer(_ length: Int, _ rule: @autoclosure () -> Rule) {
            if length > found {
                found = length
                best = (length, rule())
            }
        }
        let first = text.byte(position)
        for name in Self.tags { offer(text.tag(name, at: position), .tag(name.description)) }
        let isPlain = state == .initial || state == .defaultsScope
        if isPlain, first == UInt8(ascii: "+") { offer(1, .problem("empty netgroup")) }
        if isPlain, first == UInt8(ascii: "%") {
            offer(text.byte(position + 1) == UInt8(ascii: ":") ? 2 : 1, .problem("empty group"))
        }
        if first == UInt8(ascii: "+") {
            let word = text.word(at: position + 1)
            if word > 0 { offer(1 + word, .plain(.netgroup)) }
        }
        if first == UInt8(ascii: "%") {
            let skip = text.byte(position + 1) == UInt8(ascii: ":") ? 2 : 1
            let word = max(
                text.wordOrIdentifier(at: position + 1) + 1, text.wordOrIdentifier(at: position + skip) + skip)
            if word > skip { offer(word, .plain(.group)) }
        }
        if SudoersPattern.isHexadecimal(first) || first == UInt8(ascii: ":") {
            offer(text.network(at: position), .address)
        }
        offer(text.literal("ALL", at: position), .all)
        if state == .initial {
            offer(text.literal("TIMEOUT", at: position), .token(.timeout))
            offer(text.literal("NOTBEFORE", at: position), .token(.notBefore))
            offer(text.literal("NOTAFTER", at: position), .token(.notAfter))
            offer(text.literal("CWD", at: position), .path(.directory))
            offer(text.literal("CHROOT", at: position), .path(.root))
            // Debian builds sudo with SELinux and without AppArmor and Solaris privileges.
            offer(text.literal("ROLE", at: position), .token(.role))
            offer(text.literal("TYPE", at: position), .token(.type))
        }
        offer(text.aliasName(at: position), .plain(.alias))
        let path = text.path(at: position)
        let expression = text.regularExpression(at: position)
        let edit = text.literal("sudoedit", at: position)
        if state == .defaultsScope { offer(max(path, expression, edit), .scopeCommand) }
        for name in ["sha224", "sha256", "sha384", "sha512"] as [StaticString] {
            offer(text.literal(name, at: position), .digestKind)
        }
        offer(edit, .edit)
        if state == .path { offer(max(path, text.word(at: position)), .expectedPath) }
        offer(path, .command)
        offer(expression, .command)
        if isPlain {
            if first == UInt8(ascii: "\"") { offer(1, .quote) }
            offer(text.wordOrIdentifier(at: position), .plain(.word))
        }
    }

    private func run(_ isIn: (UInt8) -> Bool) -> Int {
        var end = position
        while end < text.bytes.count, isIn(text.bytes[end]) { end += 1 }
        return end - position
    }

    private func stringBody() -> Int {
        var end = position
        while end < text.bytes.count {
            let byte = text.bytes[end]
            if byte == UInt8(ascii: "\\"), text.byte(end + 1) == UInt8(ascii: "\"") {
                end += 2
            } else if "\"\r\n\\".utf8.contains(byte) {
                break
            } else {
                end += 1
            }
        }
        return end - position
    }

    /// Bytes of the digest that is named.
    private var digestBytes: Int { (Int(digestKind.dropFirst(3)) ?? 0) / 8 }

    private mutating func step() {
        let (length, rule) = best()
        var consumed = length
        switch rule {
        case .scopeComma: add(.comma)
        case .scopeBlank: state = .defaultsStart
        case .defaultsName:
            state = .defaultsValue
            add(.defaultsName, Self.unescaped(slice(length)))
        case .valueComma:
            state = .defaultsStart
            add(.comma)
        case .token(let kind): add(kind)
        case .quote:
            string = nil
            previous = state == .include ? .initial : state
            state = .string
        case .value: add(.word, Self.unescaped(slice(length)))
        case .stringContinuation: isContinued = true
        case .stringEnd: endString()
        case .stringBackslash, .stringBody: string = (string ?? []) + Self.unescapedBytes(slice(length))
        case .quotedGlob: addArgument(slice(length), space: sawSpace)
        case .quotedSpecial: addArgument(slice(length, from: 1), space: sawSpace)
        case .commandEnd:
            consumed = 0
            state = .initial
            addCommand()
        case .argument:
            if command.arguments == nil, text.byte(position) == UInt8(ascii: "^") {
                consumed = 0
                state = .expression
            } else {
                addArgument(slice(length), space: sawSpace)
            }
        case .expressionQuoted: addArgument(slice(2), space: false)
        case .expressionBad:
            consumed = 0
            state = .initial
            add(.error, "unterminated regular expression")
        case .expressionEnd:
            addArgument(slice(1), space: false)
            state = .initial
            isContinued = false
            addCommand()
        case .expressionBody:
            var body = slice(length)
            if isContinued { body = body.drop(while: SudoersPattern.isBlank) }
            isContinued = false
            if !body.isEmpty { addArgument(body, space: false) }
        case .digest:
            state = .initial
            add(.digest, Self.unescaped(slice(length)))
        case .notDigest: state = .initial
        case .include(let kind, let keyword):
            guard !refusesContinuation() else { break }
            consumed = keyword
            state = .include
            add(kind)
        case .defaults:
            guard !refusesContinuation() else { break }
            consumed = beginDefaults(length)
        case .aliases:
            guard !refusesContinuation() else { break }
            switch text.byte(position + text.blanks(at: position)) {
            case UInt8(ascii: "H"): add(.hostAlias)
            case UInt8(ascii: "C"): add(.commandAlias)
            case UInt8(ascii: "U"): add(.userAlias)
            default: add(.runasAlias)
            }
        case .tag(let name): add(.tag, name)
        case .problem(let reason): add(.error, reason)
        case .plain(let kind): add(kind, Self.unescaped(slice(length)))
        case .address: addAddress(length)
        case .all: add(.all)
        case .path(let kind):
            previous = state
            state = .path
            add(kind)
        case .scopeCommand: add(.command, Self.commandPath(slice(length)))
        case .digestKind:
            digestKind = String(decoding: slice(length), as: UTF8.self)
            state = .digest
            add(.digestKind, digestKind)
        case .edit, .command: beginCommand(length)
        case .expectedPath:
            state = previous
            add(.word, Self.unescaped(slice(length)))
        case .fileName:
            state = .initial
            add(.word, Self.unescaped(slice(length)))
        case .not: if length % 2 == 1 { add(.not) }
        case .newline:
            if state == .string {
                consumed = 0
                add(.error, "unexpected line break in string")
            } else {
                isContinued = false
                add(.newline)
            }
            state = .initial
        case .blank: sawSpace = true
        case .continuation: (sawSpace, isContinued) = (true, true)
        case .comment:
            if text.byte(position + length - 1) == 0x0A {
                (state, isContinued) = (.initial, false)
                add(.newline)
            } else {
                add(.error)
            }
        case .nothing: add(.error)
        }
        for index in position..<position + consumed where text.bytes[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        position += consumed
    }

    private mutating func refusesContinuation() -> Bool {
        if isContinued { add(.error, "invalid line continuation") }
        return isContinued
    }

    /// The scope itself is read next; only what leads to it is taken.
    private mutating func beginDefaults(_ length: Int) -> Int {
        var end = text.blanks(at: position) + 8
        var kind = SudoersToken.Kind.defaults
        if end < length {
            switch text.byte(position + end) {
            case UInt8(ascii: ":"): kind = .defaultsUser
            case UInt8(ascii: ">"): kind = .defaultsRunas
            case UInt8(ascii: "@"): kind = .defaultsHost
            default: kind = .defaultsCommand
            }
            end += 1
            end += text.blanks(at: position + end)
        }
        state = .defaultsScope
        add(kind)
        return end
    }

    private mutating func endString() {
        state = previous
        guard let string else { return add(.error, "empty string") }
        let word = String(decoding: string, as: UTF8.self)
        if previous == .initial || previous == .defaultsScope, let first = string.first {
            if first == UInt8(ascii: "%") {
                return string.count == 1 || string == Array("%:".utf8)
                    ? add(.error, "empty group") : add(.group, word)
            }
            if first == UInt8(ascii: "+") {
                return string.count == 1 ? add(.error, "empty netgroup") : add(.netgroup, word)
            }
        }
        add(.word, word)
    }

    private mutating func addAddress(_ length: Int) {
        var doubles = 0
        for index in position..<position + length {
            if text.byte(index) == UInt8(ascii: "/") { doubles = 0 }
            if text.byte(index) == UInt8(ascii: ":"), text.byte(index + 1) == UInt8(ascii: ":"),
                index + 1 < position + length
            {
                doubles += 1
                if doubles > 1 { return add(.error, "invalid IPv6 address") }
            }
        }
        add(.network, String(decoding: slice(length), as: UTF8.self))
    }

    private mutating func beginCommand(_ length: Int) {
        let path = Self.commandPath(slice(length))
        let isQualifiedEdit = path == "sudoedit" && slice(length).first == UInt8(ascii: "/")
        command = (path, nil, isQualifiedEdit, line, position - lineStart + 1)
        // A directory has no arguments.
        if slice(length).first == UInt8(ascii: "/"), slice(length).last == UInt8(ascii: "/") {
            addCommand()
        } else {
            state = .command
        }
    }

    private mutating func addCommand() {
        tokens.append(
            SudoersToken(
                kind: .command, text: command.path,
                arguments: command.arguments.map { String(decoding: $0, as: UTF8.self) },
                isQualifiedEdit: command.isQualifiedEdit, line: command.line,
                column: command.column))
    }

    private mutating func addArgument(_ bytes: ArraySlice<UInt8>, space: Bool) {
        if command.arguments == nil {
            command.arguments = Array(bytes)
        } else {
            if space { command.arguments?.append(0x20) }
            command.arguments?.append(contentsOf: bytes)
        }
        // A regular expression keeps what it was told.
        if state == .command { sawSpace = false }
    }

    /// A path loses the backslashes before sudo's own special characters; `…/sudoedit` is sudoedit.
    private static func commandPath(_ bytes: ArraySlice<UInt8>) -> String {
        if bytes.first == UInt8(ascii: "^") { return String(decoding: bytes, as: UTF8.self) }
        var path: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.endIndex,
                ",:= \t#".utf8.contains(bytes[index + 1])
            {
                index += 1
            }
            path.append(bytes[index])
            index += 1
        }
        let text = String(decoding: path, as: UTF8.self)
        return text.hasSuffix("/sudoedit") ? "sudoedit" : text
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: unescapedBytes(bytes), as: UTF8.self)
    }

    /// `\xHH` is a byte, and a backslash before anything else is dropped.
    private static func unescapedBytes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        func digit(_ byte: UInt8) -> UInt8? {
            if SudoersPattern.isDigit(byte) { return byte - 0x30 }
            return SudoersPattern.isHexadecimal(byte) ? (byte | 0x20) - 0x61 + 10 : nil
        }
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.endIndex else {
                result.append(bytes[index])
                index += 1
                continue
            }
            if bytes[index + 1] == UInt8(ascii: "x"), index + 3 < bytes.endIndex, let high = digit(bytes[index + 2]),
                let low = digit(bytes[index + 3])
            {
                result.append(high << 4 | low)
                index += 4
            } else {
                result.append(bytes[index + 1])
                index += 2
            }
        }
        return result
    }
}
