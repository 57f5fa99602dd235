// SPDX-License-Identifier: GPL-3.0-or-later

/// The name of a unit: `ssh.service`, `getty@tty1.service` (an instance), `getty@.service` (a template). See
/// systemd.unit(5), "Unit File Load Path" and "Description".
public struct SystemdUnitName: Sendable, Hashable {
    /// The whole name.
    public let text: String
    /// The part before `@` or before the last dot.
    public let prefix: String
    /// What stands between `@` and the last dot: empty for a template, nil for a plain name.
    public let instance: String?
    /// `service`, `socket`, `timer` …
    public let type: String

    /// The types systemd knows.
    public static let types: Set<String> = [
        "service", "socket", "target", "device", "mount", "automount", "swap", "timer", "path", "slice", "scope",
    ]

    /// Nil for what systemd would not accept as the name of a unit.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count < 256, let dot = bytes.lastIndex(of: 0x2E), dot > 0 else { return nil }
        let type = String(decoding: bytes[(dot + 1)...], as: UTF8.self)
        guard Self.types.contains(type), bytes.allSatisfy(Self.isAllowed) else { return nil }
        let at = bytes[..<dot].firstIndex(of: 0x40)
        guard at != 0 else { return nil }
        self.text = text
        self.type = type
        prefix = String(decoding: bytes[..<(at ?? dot)], as: UTF8.self)
        instance = at.map { String(decoding: bytes[($0 + 1)..<dot], as: UTF8.self) }
    }

    /// True for `name@.type`.
    public var isTemplate: Bool { instance == "" }
    /// True for `name@instance.type`.
    public var isInstance: Bool { instance.map { !$0.isEmpty } ?? false }

    /// The template an instance is made from; nil for a plain name.
    public var template: String? { instance == nil ? nil : "\(prefix)@.\(type)" }

    /// The same template with another instance; a plain name stays as it is.
    public func with(instance: String) -> String { self.instance == nil ? text : "\(prefix)@\(instance).\(type)" }

    /// The names whose `.d`, `.wants` and `.requires` directories speak of this unit, most specific first: itself, its
    /// template, and its prefixes at each dash (`foo-bar.service`, `foo-.service`); systemd.unit(5).
    public var directoryNames: [String] {
        var names: [String] = []
        collect(into: &names, depth: 0)
        return names
    }

    private func collect(into names: inout [String], depth: Int) {
        guard depth < 256 else { return }
        if !names.contains(text) { names.append(text) }
        if isInstance, let template, let name = SystemdUnitName(template) {
            name.collect(into: &names, depth: depth + 1)
        }
        guard let shorter = Self.shortened(prefix) else { return }
        let built = isInstance ? "\(shorter)@\(instance ?? "").\(type)" : "\(shorter).\(type)"
        SystemdUnitName(built)?.collect(into: &names, depth: depth + 1)
    }

    /// `foo-bar` and `foo-bar-` give `foo-`; `foo`, `foo-` and `-foo` give nothing.
    private static func shortened(_ prefix: String) -> String? {
        var bytes = Array(prefix.utf8)
        if bytes.last == 0x2D { bytes.removeLast() }
        guard let dash = bytes.lastIndex(of: 0x2D), dash > 0 else { return nil }
        return String(decoding: bytes[...dash], as: UTF8.self)
    }

    /// Letters, digits and `:-_.\@`.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x3A, 0x2D, 0x5F, 0x2E, 0x5C, 0x40: true
        default: false
        }
    }
}
