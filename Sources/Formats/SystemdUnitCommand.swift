// SPDX-License-Identifier: GPL-3.0-or-later

/// One command of `ExecStart=` and its sisters, as systemd.service(5), "Command Lines", reads it.
public struct SystemdUnitCommand: Sendable, Hashable {
    /// The special characters before the path, as written: any of `@-:+!`.
    public let prefixes: String
    /// The program, absolute unless systemd searches for it.
    public let path: String
    /// What it is given, without the program's own name. Variables are as written.
    public let arguments: [String]

    /// A command.
    public init(prefixes: String = "", path: String, arguments: [String] = []) {
        self.prefixes = prefixes
        self.path = path
        self.arguments = arguments
    }

    /// The commands of one value, separated by a lone `;`. Nil when a quote is not closed or a command is empty.
    public static func parse(_ text: String) -> [SystemdUnitCommand]? {
        var rest = Array(text.utf8)[...]
        var commands: [SystemdUnitCommand] = []
        while true {
            guard case .word(let first) = SystemdUnitWords.next(&rest, escapes: .unescape) else {
                return commands.isEmpty ? nil : commands
            }
            let prefixes = first.utf8.prefix { "@-:+!".utf8.contains($0) }
            let path = String(decoding: first.utf8.dropFirst(prefixes.count), as: UTF8.self)
            guard !path.isEmpty else { return nil }
            var arguments: [String] = []
            var ended = false
            while !ended {
                rest = rest.drop(while: SystemdUnitWords.isSpace)
                if let length = separator(rest) {
                    rest = rest.dropFirst(length)
                    break
                }
                if isEscapedSemicolon(rest) {
                    rest = rest.dropFirst(2)
                    arguments.append(";")
                    continue
                }
                switch SystemdUnitWords.next(&rest, escapes: .unescape) {
                case .word(let word): arguments.append(word)
                case .end: ended = true
                case .broken: return nil
                }
            }
            // With @ the first argument is the name the program is told it has.
            if prefixes.contains(0x40), !arguments.isEmpty { arguments.removeFirst() }
            commands.append(
                SystemdUnitCommand(
                    prefixes: String(decoding: Array(prefixes), as: UTF8.self), path: path, arguments: arguments))
            if ended { return commands }
        }
    }

    private static func separator(_ rest: ArraySlice<UInt8>) -> Int? {
        guard rest.first == 0x3B else { return nil }
        guard let after = rest.dropFirst().first else { return 1 }
        return SystemdUnitWords.isSpace(after) ? 2 : nil
    }

    private static func isEscapedSemicolon(_ rest: ArraySlice<UInt8>) -> Bool {
        guard rest.starts(with: [0x5C, 0x3B]) else { return false }
        return rest.dropFirst(2).first.map(SystemdUnitWords.isSpace) ?? true
    }

    /// The arguments with the environment put in: a word that is `$NAME` becomes the words of the value, `${NAME}`
    /// anywhere becomes the value itself, `$$` a dollar sign. A variable that is not set is empty. A command that begins
    /// with `:` is left alone.
    public func arguments(in environment: [String: String]) -> [String] {
        if prefixes.utf8.contains(0x3A) { return arguments }
        return arguments.flatMap { argument -> [String] in
            let bytes = Array(argument.utf8)
            if bytes.first == 0x24, bytes.count > 1, bytes.dropFirst().allSatisfy(Self.isName) {
                let value = environment[String(decoding: bytes.dropFirst(), as: UTF8.self)] ?? ""
                return SystemdUnitWords.split(value) ?? [value]
            }
            return [Self.expanded(bytes, environment)]
        }
    }

    private static func expanded(_ bytes: [UInt8], _ environment: [String: String]) -> String {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == 0x24, let next = rest.first else {
                result.append(byte)
                continue
            }
            if next == 0x24 {
                rest = rest.dropFirst()
                result.append(byte)
            } else if next == 0x7B, let close = rest.firstIndex(of: 0x7D),
                rest[(rest.startIndex + 1)..<close].allSatisfy(isName)
            {
                let name = String(decoding: rest[(rest.startIndex + 1)..<close], as: UTF8.self)
                result += (environment[name] ?? "").utf8
                rest = rest[(close + 1)...]
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }
}
