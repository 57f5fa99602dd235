// SPDX-License-Identifier: GPL-3.0-or-later

/// What a password field says without the hash in it: whether a password can match, and how it is hashed (crypt(5)).
public struct PasswordField: Sendable, Hashable {
    /// Can a password match?
    public enum State: String, Sendable, Hashable {
        /// Empty: no password is asked for.
        case none
        /// A hash: one password matches.
        case set
        /// Begins with `!` or `*`: none matches. The hash may stand behind it (`usermod -L`).
        case locked
        /// `x`: the field is in shadow(5).
        case shadowed
        /// Anything else: crypt(3) never yields it, so none matches.
        case invalid
    }

    /// Can a password match?
    public let state: State
    /// crypt(5)'s name of the method, also of a hash behind a lock; nil where there is no hash.
    public let scheme: String?

    /// Looks at a field.
    public init(_ field: ArraySlice<UInt8>) {
        let hash = field.drop { $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "*") }
        scheme = Self.scheme(hash)
        if field.isEmpty {
            state = .none
        } else if hash.count < field.count {
            state = .locked
        } else if field.elementsEqual("x".utf8) {
            state = .shadowed
        } else {
            state = scheme == nil ? .invalid : .set
        }
    }

    /// Prefixes of crypt(5), as libxcrypt knows them.
    private static let prefixes: [(prefix: String, scheme: String)] = [
        ("$y$", "yescrypt"), ("$gy$", "gost-yescrypt"), ("$7$", "scrypt"), ("$2a$", "bcrypt"), ("$2b$", "bcrypt"),
        ("$2x$", "bcrypt"), ("$2y$", "bcrypt"), ("$6$", "sha512"), ("$5$", "sha256"), ("$sha1", "sha1"),
        ("$md5", "sunmd5"), ("$1$", "md5"), ("$3$", "nt"), ("_", "bsdicrypt"),
    ]

    private static func scheme(_ hash: ArraySlice<UInt8>) -> String? {
        if let known = prefixes.first(where: { hash.starts(with: $0.prefix.utf8) }) {
            return hash.count > known.prefix.utf8.count ? known.scheme : nil
        }
        // Traditional DES: 13 characters of [./0-9A-Za-z]; bigcrypt: more, 11 for each further 8 of the password.
        guard hash.count >= 13, (hash.count - 2) % 11 == 0 else { return nil }
        let isHash = hash.allSatisfy { byte in
            (0x2E...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return isHash ? (hash.count == 13 ? "des" : "bigcrypt") : nil
    }
}
