// SPDX-License-Identifier: GPL-3.0-or-later

import Model
import Testing

@testable import Certificates

@Suite struct CertificateTests {
    @Test func aLeafSaysWhatItIs() throws {
        let leaf = try #require(try Fixture.certificate("leaf.pem"))
        #expect(leaf.subject == "CN=example.org")
        #expect(leaf.issuer == "CN=Test Intermediate,O=Cooperativa de Prova,C=ES")
        #expect(leaf.commonName == "example.org")
        #expect(leaf.serial == "1003")
        #expect(leaf.version == 3)
        #expect(leaf.notBefore == Timestamp(seconds: 1_788_220_800))
        #expect(leaf.notAfter == Timestamp(seconds: 1_795_996_800))
        #expect(leaf.lifetimeSeconds == 7_776_001)
        #expect(leaf.dnsNames == ["example.org", "www.example.org"])
        #expect(leaf.publicKey.algorithm == "RSA")
        #expect(leaf.publicKey.bits == 2048)
        #expect(leaf.publicKey.exponent == "65537")
        #expect(leaf.publicKey.hash.utf8.count == 64)
        #expect(leaf.signatureAlgorithm == "ecdsa-with-SHA256")
        #expect(leaf.signatureHash == "SHA256")
        #expect(!leaf.isCA && !leaf.isSelfSigned && !leaf.mustStaple && !leaf.hasSCTs)
        #expect(leaf.keyUsage == ["digitalSignature"])
        #expect(leaf.extendedKeyUsage == ["serverAuth"])
        #expect(leaf.issuerURIs == ["http://ca.example.org/intermediate.der"])
        #expect(leaf.problems == [])
    }

    @Test func aCASaysHowFarItReaches() throws {
        let intermediate = try #require(try Fixture.certificate("intermediate.pem"))
        #expect(intermediate.isCA && intermediate.pathLength == 0 && !intermediate.isSelfSigned)
        #expect(intermediate.publicKey.curve == "prime256v1")
        #expect(intermediate.publicKey.bits == 256)
        #expect(intermediate.keyUsage == ["keyCertSign", "cRLSign"])
        let root = try #require(try Fixture.certificate("root.pem"))
        #expect(root.isCA && root.pathLength == nil && root.isSelfSigned)
        #expect(intermediate.authorityKeyIdentifier == root.subjectKeyIdentifier)
        #expect(intermediate.issuerHash == root.subjectHash)
    }

    @Test func everyKindOfNameIsRead() throws {
        let certificate = try #require(try Fixture.certificate("ed25519-every-name.pem"))
        #expect(certificate.subject == "O=Cooperativa L·L,C=ES")
        #expect(certificate.commonName == nil)
        #expect(certificate.dnsNames == ["*.example.org", "xn--caf-dma.example"])
        #expect(certificate.ipAddresses.map(\.count) == [4, 16])
        #expect(certificate.ipAddresses.first == [192, 0, 2, 1])
        #expect(certificate.emailAddresses == ["admin@example.org"])
        #expect(certificate.uris == ["spiffe://example.org/web"])
        #expect(certificate.publicKey.algorithm == "ED25519")
        #expect(certificate.mustStaple)
        #expect(certificate.covers("a.example.org") && !certificate.covers("example.org"))
    }

    @Test func weakKeysAndSignaturesAreNamed() throws {
        let rsa = try #require(try Fixture.certificate("rsa-1024-exponent-3-no-names.pem"))
        #expect(rsa.publicKey.bits == 1024 && rsa.publicKey.exponent == "3" && rsa.dnsNames == [])
        #expect(!rsa.covers("old.example.org"), "a common name is not a name to compare with")
        let ec = try #require(try Fixture.certificate("ec-192.pem"))
        #expect(ec.publicKey.bits == 192)
        let sha1 = try #require(try Fixture.certificate("sha1-self-signed.pem"))
        #expect(sha1.signatureHash == "SHA1" && sha1.signatureAlgorithm == "sha1WithRSAEncryption" && sha1.isSelfSigned)
    }

    @Test func derAndTrustedPemHoldTheSameCertificate() throws {
        let leaf = try #require(try Fixture.certificate("leaf.pem"))
        #expect(try Fixture.certificate("leaf.der") == leaf)
        #expect(try Fixture.certificate("trusted.pem") == leaf)
    }

    @Test func aSignatureThatWasChangedIsNotSelfSigned() throws {
        guard
            case .success(var der) = PEM.decode(
                try Fixture.bytes("root.pem").split(separator: 10).dropFirst().dropLast().flatMap { $0 })
        else {
            Issue.record("the fixture is not base64")
            return
        }
        der[der.count - 1] ^= 1
        #expect(CertificateFile(der).certificates.first?.certificate.isSelfSigned == false)
    }
}

@Suite struct ASN1TimeTests {
    @Test(
        arguments: [
            ("700101000000Z", false, 0), ("491231235959Z", false, 2_524_607_999),
            ("500101000000Z", false, -631_152_000),
            ("20000229120000Z", true, 951_825_600), ("99991231235959Z", true, 253_402_300_799),
            ("0001010100Z", true, -62_135_596_800), ("7001010000Z", false, 0), ("700101010000+0100", false, 0),
            ("19700101000000.5Z", true, 0),
        ] as [(String, Bool, Int64)])
    func aMomentIsRead(_ text: String, _ isGeneralized: Bool, _ seconds: Int64) {
        #expect(ASN1Time.parse(Array(text.utf8), isGeneralized: isGeneralized)?.seconds == seconds)
    }

    @Test(arguments: [
        ("", false), ("Z", false), ("700101000000", false), ("701301000000Z", false), ("700132000000Z", false),
        ("700229000000Z", false), ("19000229000000Z", true), ("700101240000Z", false), ("700101006000Z", false),
        ("700101000060Z", false), ("00000101000000Z", true), ("0001010100+0100", true), ("19700101000000.Z", true),
        ("700101000000ZZ", false), ("700101000000+9900", false), ("7o0101000000Z", false), ("19700101Z", true),
    ])
    func whatIsNoMomentIsNone(_ text: String, _ isGeneralized: Bool) {
        #expect(ASN1Time.parse(Array(text.utf8), isGeneralized: isGeneralized) == nil)
    }
}

@Suite struct HostNameTests {
    @Test(arguments: [
        ("example.org", "EXAMPLE.org"), ("example.org", "example.org."), ("*.example.org", "a.example.org"),
        ("*.example.org", "*.example.org"), ("_sip.example.org", "_sip.example.org"), ("localhost", "localhost"),
    ])
    func covered(_ pattern: String, _ name: String) { #expect(HostName.matches(pattern: pattern, name: name)) }

    @Test(arguments: [
        ("*.example.org", "example.org"), ("*.example.org", "a.b.example.org"), ("*.org", "example.org"),
        ("w*.example.org", "www.example.org"), ("www.*.org", "www.example.org"), ("*", "example"), ("", ""),
        ("a..org", "a..org"), ("a.example.org", "*.example.org"), ("example.org", "example.org.evil.net"),
        ("exámple.org", "exámple.org"), ("*.example.org", ".example.org"),
    ])
    func notCovered(_ pattern: String, _ name: String) { #expect(!HostName.matches(pattern: pattern, name: name)) }

    @Test func publicNamesAreTheOnesTheWorldCanResolve() {
        for name in ["example.org", "*.example.org", "a.coop"] { #expect(HostName.isPublic(name)) }
        for name in ["localhost", "erp", "erp.lan", "erp.local", "10.0.0.1", "a.test", "", "x.internal"] {
            #expect(!HostName.isPublic(name))
        }
    }
}

@Suite struct CertificateChainTests {
    @Test func orderAndGapsAreSeen() throws {
        let leaf = try #require(try Fixture.certificate("leaf.pem"))
        let intermediate = try #require(try Fixture.certificate("intermediate.pem"))
        let root = try #require(try Fixture.certificate("root.pem"))
        let full = CertificateChain([leaf, intermediate])
        #expect(full.isOrdered && !full.endsAtRoot)
        #expect(full.missingIssuer == "CN=Test Root,O=Cooperativa de Prova,C=ES")
        #expect(CertificateChain([leaf, intermediate, root]).missingIssuer == nil)
        #expect(!CertificateChain([leaf, root, intermediate]).isOrdered)
        #expect(CertificateChain([leaf, root]).path == [0])
        #expect(CertificateChain([leaf]).missingIssuer == leaf.issuer)
        #expect(CertificateChain([]).path == [] && CertificateChain([]).isOrdered)
        let twice = CertificateChain([leaf, leaf, intermediate])
        #expect(!twice.isOrdered)
    }
}
