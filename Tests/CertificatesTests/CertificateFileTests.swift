// SPDX-License-Identifier: GPL-3.0-or-later

import Digest
import Foundation
import TestSupport
import Testing

@testable import Certificates

@Suite struct CertificateFileTests {
    @Test func aBundleWithGarbageBetweenKeepsLinesAndOrder() throws {
        let text = "# web\n" + (try Fixture.text("leaf.pem")) + "subject=…\n\n" + (try Fixture.text("root.pem"))
        let file = CertificateFile(Array(text.utf8))
        #expect(file.format == .pem && file.failure == nil)
        #expect(
            file.certificates.map(\.line) == [2, 2 + (try Fixture.text("leaf.pem").split(separator: "\n").count) + 2])
        #expect(file.certificates.map(\.certificate.isCA) == [false, true])
    }

    @Test func windowsLineEndsAndAMissingLastNewlineAreFine() throws {
        let text = (try Fixture.text("leaf.pem")).split(separator: "\n").joined(separator: "\r\n")
        let file = CertificateFile(Array(text.utf8))
        #expect(file.failure == nil && file.certificates.count == 1)
    }

    @Test func filesPutTogetherWithoutANewlineAreReadAndRemarked() throws {
        let leaf = try Fixture.text("leaf.pem").dropLast()
        let file = CertificateFile(Array((leaf + (try Fixture.text("root.pem"))).utf8))
        #expect(file.certificates.count == 2)
        #expect(file.failure?.contains("text follows END") == true)
    }

    @Test func aByteOrderMarkIsRemarked() throws {
        let file = CertificateFile([0xEF, 0xBB, 0xBF] + (try Fixture.bytes("leaf.pem")))
        #expect(file.certificates.count == 1 && file.failure?.contains("byte order mark") == true)
    }

    @Test(arguments: [
        ("", "the file is empty"), ("hello\n", "there is no PEM block and no DER object in it"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n", "line 1: CERTIFICATE: END is missing"),
        ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "line 1: CERTIFICATE: there is nothing in it"),
        (
            "-----BEGIN CERTIFICATE-----\nA*AA\n-----END CERTIFICATE-----\n",
            "line 1: CERTIFICATE: a character that is not base64 (2a)"
        ),
        ("-----BEGIN CERTIFICATE-----\nAAAAA\n-----END CERTIFICATE-----\n", "line 1: CERTIFICATE: base64 is cut off"),
        (
            "-----BEGIN CERTIFICATE-----\nAA==AA==\n-----END CERTIFICATE-----\n",
            "line 1: CERTIFICATE: base64 goes on after its end"
        ),
        (
            "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n",
            "line 1: CERTIFICATE: the content is not a certificate"
        ),
        (
            "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END X509 CRL-----\n",
            "line 1: CERTIFICATE: BEGIN CERTIFICATE is closed by END X509 CRL"
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n-----END PRIVATE KEY-----\n",
            "line 1: PRIVATE KEY: the content is not a private key"
        ),
    ])
    func whatIsBrokenSaysWhy(_ text: String, _ reason: String) {
        #expect(CertificateFile(Array(text.utf8)).failure == reason)
    }

    @Test func oneBrokenBlockDoesNotHideTheNext() throws {
        let text = "-----BEGIN CERTIFICATE-----\nAAAA\n" + (try Fixture.text("leaf.pem"))
        let file = CertificateFile(Array(text.utf8))
        #expect(file.certificates.count == 1 && file.certificates.first?.line == 3)
        #expect(file.failure == "line 1: CERTIFICATE: END is missing")
    }

    @Test func otherBlocksAreKnownAndLeftAlone() throws {
        let text =
            (try Fixture.text("request.csr")) + "-----BEGIN DH PARAMETERS-----\nMAMCAQE=\n-----END DH PARAMETERS-----\n"
            + "-----BEGIN X509 CRL-----\nMAMCAQE=\n-----END X509 CRL-----\n"
        let file = CertificateFile(Array(text.utf8))
        #expect(file.objects.map(\.content) == [.other, .other, .other] && file.failure == nil)
    }

    @Test func limitsHold() throws {
        let big = CertificateFile([UInt8](repeating: 0x20, count: CertificateFile.byteLimit + 1))
        #expect(big.problem == "the file is larger than 1 MiB" && big.objects.isEmpty)
        let block = "-----BEGIN X-----\nAA==\n-----END X-----\n"
        let many = CertificateFile(Array(String(repeating: block, count: CertificateFile.objectLimit + 1).utf8))
        #expect(many.objects.count == CertificateFile.objectLimit && many.problem != nil)
        let begins = String(repeating: "-----BEGIN X-----\n", count: 50_000)
        #expect(CertificateFile(Array(begins.utf8)).objects.count == CertificateFile.objectLimit)
    }

    @Test func storesAreRecognisedAndNotOpened() {
        #expect(CertificateFile([0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2]).format == .jks)
        #expect(CertificateFile([0x30, 0x82, 0x01, 0x00, 0x02, 0x01, 0x03, 0x30, 0x00]).format == .pkcs12)
    }

    /// Every prefix, every byte changed once, and random bytes: an answer, never a trap.
    @Test func hostileBytesGetAnAnswer() throws {
        let der = try Fixture.bytes("leaf.der")
        for length in der.indices { #expect(CertificateFile(Array(der[..<length])).certificates.isEmpty) }
        let seed = SeededGenerator.seed()
        print("hostileBytesGetAnAnswer: GUAITA_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        for index in der.indices {
            var changed = der
            changed[index] = UInt8(random.below(256))
            _ = CertificateFile(changed).failure
        }
        for _ in 0..<200 { _ = CertificateFile((0..<64).map { _ in UInt8(random.below(256)) }).failure }
        let nested = [UInt8](repeating: 0x30, count: 40_000).enumerated().map {
            $0.offset % 2 == 0 ? 0x30 : UInt8(0x80)
        }
        #expect(CertificateFile(nested).certificates.isEmpty)
    }
}

@Suite struct PrivateKeyTests {
    /// The example of RFC 8410 section 10.3.
    static let ed25519 = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"

    @Test func aKeyIsKnownByItsPublicHalf() throws {
        let text = "-----BEGIN PRIVATE KEY-----\n\(Self.ed25519)\n-----END PRIVATE KEY-----\n"
        let (key, line) = try #require(CertificateFile(Array(text.utf8)).privateKey)
        #expect(!key.isEncrypted && key.algorithm == "ED25519" && line == 1)
        // The public key of RFC 8410 section 10.1, hashed as SubjectPublicKeyInfo.
        guard
            case .success(let spki) = PEM.decode(
                Array("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=".utf8))
        else { return }
        #expect(key.publicKey?.hash == SHA256.hex(spki))
    }

    @Test func encryptionIsAState() {
        let headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"
        let traditional = "-----BEGIN RSA PRIVATE KEY-----\n\(headers)AAAA\n-----END RSA PRIVATE KEY-----\n"
        let key = CertificateFile(Array(traditional.utf8)).privateKey?.key
        #expect(key?.isEncrypted == true && key?.algorithm == "RSA" && key?.publicKey == nil)
    }

    static let kinds: [[String]] = [
        ["genrsa", "-traditional", "2048"], ["genrsa", "2048"], ["genrsa", "-aes128", "-passout", "pass:x", "2048"],
        ["genrsa", "-traditional", "-aes128", "-passout", "pass:x", "2048"],
        ["ecparam", "-name", "prime256v1", "-genkey", "-noout"], ["ecparam", "-name", "secp384r1", "-genkey"],
        ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-conv_form", "compressed"],
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["genpkey", "-algorithm", "ED25519"],
        ["genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
        ["genpkey", "-algorithm", "ED25519", "-outform", "DER"],
        ["genpkey", "-algorithm", "ED25519", "-aes-128-cbc", "-pass", "pass:x"],
    ]

    @Test(.enabled(if: Program.path("openssl") != nil, "openssl(1) is not installed"), arguments: kinds)
    func keysThatOpensslMakesAreRead(_ arguments: [String]) throws {
        let bytes = try #require(Program.run("openssl", arguments))
        let file = CertificateFile(bytes)
        let (key, _) = try #require(file.privateKey)
        #expect(file.failure == nil)
        #expect(key.isEncrypted == arguments.contains { $0.hasPrefix("pass:") })
        guard !key.isEncrypted else { return }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("guaita-\(UUID().uuidString).pem").path
        #expect(
            FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]))
        defer { do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path)") } }
        let request =
            ["req", "-x509", "-new", "-key", path, "-subj", "/CN=k"]
            + (arguments.contains("DER") ? ["-keyform", "DER"] : [])
        let made = try #require(Program.run("openssl", request))
        let certificate = try #require(CertificateFile(made).certificates.first)
        #expect(certificate.certificate.publicKey.hash == key.publicKey?.hash)
        #expect(certificate.certificate.isSelfSigned)
    }
}
