// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Library {
    /// Permission bits of files.
    static let modes: [Overload] = [
        .of("mode", "Permission bits in octal digits: `mode('0640')`.") { (text: String) throws(Failure) in
            try mode(text)
        },
        .of("within", method: true, "Is no bit set that the other does not set? `f.mode.within(mode('0640'))`.") {
            (mode: FileMode, limit: FileMode) throws(Failure) in mode.isWithin(limit)
        },
        .of("within", method: true, "The same, with the limit in octal digits: `f.mode.within('0640')`.") {
            (left: FileMode, limit: String) throws(Failure) in left.isWithin(try mode(limit))
        },
        .of(
            "allows", method: true,
            "Are all these bits set, in chmod's letters? `f.mode.allows('o+w')`, `f.mode.allows('u+s,g+s')`; "
                + "`a` and no letter at all stand for user, group and others, each of which must have the bit."
        ) { (mode: FileMode, letters: String) throws(Failure) in
            let wanted = try bits(letters)
            return mode.bits & wanted == wanted
        },
        .of("string", "Four octal digits: `0640`.") { (mode: FileMode) throws(Failure) in mode.description },
    ]

    private static func mode(_ text: String) throws(Failure) -> FileMode {
        guard let mode = FileMode(octal: text) else { throw Failure("invalid mode: \(excerpt(text))") }
        return mode
    }

    /// The bits of `who+what`, more of them after commas (chmod(1)): who of u, g, o, a; what of r, w, x, s, t.
    private static func bits(_ text: String) throws(Failure) -> UInt16 {
        var result: UInt16 = 0
        for clause in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let parts = clause.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { throw Failure("invalid permissions: \(excerpt(text))") }
            var who: UInt16 = 0
            for letter in parts[0].isEmpty ? "a".utf8[...] : parts[0] {
                switch letter {
                case UInt8(ascii: "u"): who |= 0o4700
                case UInt8(ascii: "g"): who |= 0o2070
                case UInt8(ascii: "o"): who |= 0o1007
                case UInt8(ascii: "a"): who |= 0o7777
                default: throw Failure("invalid permissions: \(excerpt(text))")
                }
            }
            for letter in parts[1] {
                switch letter {
                case UInt8(ascii: "r"): result |= who & 0o444
                case UInt8(ascii: "w"): result |= who & 0o222
                case UInt8(ascii: "x"): result |= who & 0o111
                case UInt8(ascii: "s"): result |= who & 0o6000
                // The sticky bit belongs to nobody: chmod(1) takes it with any letter.
                case UInt8(ascii: "t"): result |= 0o1000
                default: throw Failure("invalid permissions: \(excerpt(text))")
                }
            }
        }
        return result
    }
}
