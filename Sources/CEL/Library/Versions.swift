// SPDX-License-Identifier: GPL-3.0-or-later

extension Library {
    /// Versions of Debian packages.
    static let versions: [Overload] = [
        .of("version", "A package's version in dpkg's order: `version('1:9.2p1-2') < version('1:9.2p1-10')`.") {
            (text: String) throws(Failure) in
            guard isVersion(Array(text.utf8)) else { throw Failure("invalid version: \(excerpt(text))") }
            return Version(text: text)
        },
        .of("version", "The value itself.") { (version: Version) throws(Failure) in version },
        .of("string", "The version as written.") { (version: Version) throws(Failure) in version.text },
    ]

    /// deb-version(7): `[epoch:]upstream[-revision]`. Upstream need not begin with a digit here, as dpkg only warns.
    private static func isVersion(_ text: [UInt8]) -> Bool {
        guard (1...256).contains(text.count) else { return false }
        var upstream = text[...]
        if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            guard colon > 0, text[..<colon].allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
            upstream = text[(colon + 1)...]
        }
        let others = Array(".+-~:".utf8)
        return !upstream.isEmpty
            && upstream.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || others.contains($0)
            }
    }
}
