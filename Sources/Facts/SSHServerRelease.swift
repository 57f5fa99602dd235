// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// A release of OpenSSH as Debian and Ubuntu package it: what its sshd understands and what it does when nothing is
/// said. The lists were printed by the packaged programs themselves (`sshd -T -f /dev/null`, `ssh -Q`).
struct SSHServerRelease: Sendable, Hashable, Comparable {
    /// `9` of 9.2.
    var major: Int
    /// `2` of 9.2.
    var minor: Int
    /// Debian 12 learnt the name `sntrup761x25519-sha512` with 9.2p1-2+deb12u4.
    var hasPlainSntrupName = true

    static let newest = SSHServerRelease(major: 10, minor: 0)

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// The upstream release in a package version: 9.2 of `1:9.2p1-2+deb12u10`. Nil when there is none.
    init?(package version: String) {
        let upstream = version.utf8.split(separator: UInt8(ascii: ":")).last ?? []
        var numbers: [Int] = []
        var rest = upstream[...]
        while numbers.count < 2 {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)), number < 1000 else { return nil }
            numbers.append(number)
            rest = rest.dropFirst(digits.count)
            if numbers.count < 2 {
                guard rest.first == UInt8(ascii: ".") else { return nil }
                rest = rest.dropFirst()
            }
        }
        self.init(major: numbers[0], minor: numbers[1])
        for update in ["9.2p1-2", "9.2p1-2+deb12u1", "9.2p1-2+deb12u2", "9.2p1-2+deb12u3"]
        where String(decoding: upstream, as: UTF8.self) == update {
            hasPlainSntrupName = false
        }
    }

    static func < (left: SSHServerRelease, right: SSHServerRelease) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    func isAtLeast(_ major: Int, _ minor: Int) -> Bool { (self.major, self.minor) >= (major, minor) }

    /// `9.2`.
    var description: String { "\(major).\(minor)" }

    /// How its lines fall into words.
    var dialect: SSHServerConfiguration.Dialect { isAtLeast(8, 7) ? .arguments : .delimited }

    /// What `Match version` compares with, since 10.0. The part after the release is the package's own.
    var banner: String { "OpenSSH_\(major).\(minor)\(self == .newest ? "p2" : "p1")" }

    // MARK: Algorithms

    /// A family of algorithm names: everything the program knows, and what it offers by default.
    struct Algorithms: Sendable {
        var all: [String]
        var defaults: [String]
    }

    var ciphers: Algorithms {
        let gcm = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"]
        let counter = ["aes128-ctr", "aes192-ctr", "aes256-ctr"]
        let chacha = "chacha20-poly1305@openssh.com"
        var old = ["3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"]
        if !isAtLeast(8, 5) { old.append("rijndael-cbc@lysator.liu.se") }
        return Algorithms(
            all: old + counter + gcm + [chacha],
            defaults: [chacha] + (isAtLeast(9, 9) ? gcm + counter : counter + gcm))
    }

    var macs: Algorithms {
        Algorithms(
            all: Self.names(
                """
                hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-md5-96 umac-64@openssh.com \
                umac-128@openssh.com hmac-sha1-etm@openssh.com hmac-sha1-96-etm@openssh.com \
                hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-md5-etm@openssh.com \
                hmac-md5-96-etm@openssh.com umac-64-etm@openssh.com umac-128-etm@openssh.com
                """),
            defaults: Self.names(
                """
                umac-64-etm@openssh.com umac-128-etm@openssh.com hmac-sha2-256-etm@openssh.com \
                hmac-sha2-512-etm@openssh.com hmac-sha1-etm@openssh.com umac-64@openssh.com umac-128@openssh.com \
                hmac-sha2-256 hmac-sha2-512 hmac-sha1
                """))
    }

    var keyExchanges: Algorithms {
        let curves = Self.names(
            """
            curve25519-sha256 curve25519-sha256@libssh.org ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521
            """)
        let groups = Self.names(
            """
            diffie-hellman-group-exchange-sha256 diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 \
            diffie-hellman-group14-sha256
            """)
        let prime = "sntrup761x25519-sha512@openssh.com"
        let hasPlainName = isAtLeast(9, 9) || (major == 9 && minor == 2 && hasPlainSntrupName)
        let primes = (hasPlainName ? ["sntrup761x25519-sha512"] : []) + (isAtLeast(8, 5) ? [prime] : [])
        let lattice = isAtLeast(9, 9) ? ["mlkem768x25519-sha256"] : []

        var all = Self.names(
            """
            diffie-hellman-group1-sha1 diffie-hellman-group14-sha1 diffie-hellman-group14-sha256 \
            diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha1 \
            diffie-hellman-group-exchange-sha256 ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 \
            curve25519-sha256 curve25519-sha256@libssh.org
            """)
        all += isAtLeast(8, 5) ? primes + lattice : ["sntrup4591761x25519-sha512@tinyssh.org"]

        if isAtLeast(10, 0) { return Algorithms(all: all, defaults: lattice + primes + curves) }
        if isAtLeast(9, 0) { return Algorithms(all: all, defaults: primes + lattice + curves + groups) }
        return Algorithms(all: all, defaults: curves + (isAtLeast(8, 9) ? primes : []) + groups)
    }

    /// Key types a host or a user may prove itself with.
    var keys: Algorithms {
        let certificate = "-cert-v01@openssh.com"
        let certified = signatureNames.map { name -> [String] in
            if name.hasPrefix("webauthn") { return [name] }
            let plain = name.hasSuffix("@openssh.com") ? String(name.dropLast("@openssh.com".count)) : name
            return [name, plain + certificate]
        }
        // Certificates stand beside their keys; before 9.2 only the first two did, the others came last.
        let beside = isAtLeast(9, 2) ? certified.count : 2
        let withCertificates =
            certified[..<beside].flatMap { $0 } + certified[beside...].flatMap { $0.prefix(1) }
            + certified[beside...].flatMap { $0.dropFirst() }
        let modern = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]
        let hardware = ["sk-ssh-ed25519", "sk-ecdsa-sha2-nistp256"]
        let rsa = ["rsa-sha2-512", "rsa-sha2-256"]
        let order =
            isAtLeast(8, 5)
            ? modern + hardware + rsa
            : Array(modern[1...]) + [hardware[1], modern[0], hardware[0]] + rsa + (isAtLeast(8, 8) ? [] : ["ssh-rsa"])
        return Algorithms(
            all: withCertificates,
            defaults: order.map { $0 + certificate } + order.map { $0.hasPrefix("sk-") ? $0 + "@openssh.com" : $0 })
    }

    /// Signatures a certificate authority may have made.
    var signatures: Algorithms {
        Algorithms(all: signatureNames, defaults: keys.defaults.filter { !$0.contains("-cert-") && $0 != "ssh-rsa" })
    }

    private var signatureNames: [String] {
        let hardware = ["sk-ecdsa-sha2-nistp256@openssh.com", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"]
        let curves = ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]
        let rsa = ["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"]
        let edwards = ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"]
        let dsa = isAtLeast(10, 0) ? [] : ["ssh-dss"]
        return isAtLeast(9, 2) ? edwards + curves + hardware + dsa + rsa : edwards + rsa + dsa + curves + hardware
    }

    /// Debian's GSSAPI key exchange.
    static let gssKeyExchanges = names(
        """
        gss-group14-sha256- gss-group16-sha512- gss-nistp256-sha256- gss-curve25519-sha256- gss-group14-sha1- \
        gss-gex-sha1-
        """)

    private static func names(_ text: String) -> [String] {
        text.utf8.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    }
}
